"""Path sets against what they mean: a plain set of stems over a small universe."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from aslsplit.analysis.pathset import DEEPEST, EMPTY, HERE, WHOLE, PathSet, at_root, at_stem, merge, paths_of
from aslsplit.asl.paths import Stem

# "other" stands for every name that no path set mentions.
UNIVERSE: list[Stem] = [stem for depth in range(5) for stem in product(("a", "b", "other"), repeat=depth)]
STEMS = st.lists(st.sampled_from(("a", "b")), max_size=3).map(tuple)


def meaning(paths: PathSet) -> set[Stem]:
    return {stem for stem in UNIVERSE if paths.at(stem).here}


@st.composite
def path_sets(draw: st.DrawFn) -> PathSet:
    found = EMPTY
    for operation, stem in draw(st.lists(st.tuples(st.sampled_from(("whole", "here", "hole")), STEMS), max_size=6)):
        if operation == "hole":
            found = found.without(stem)
        else:
            found |= at_stem(WHOLE if operation == "whole" else HERE, stem)
    return found


@given(path_sets(), path_sets())
def test_union_and_intersection_mean_what_they_say(left: PathSet, right: PathSet) -> None:
    assert meaning(left | right) == meaning(left) | meaning(right)
    assert meaning(left & right) == meaning(left) & meaning(right)


@given(path_sets(), path_sets())
def test_equal_exactly_when_they_mean_the_same(left: PathSet, right: PathSet) -> None:
    assert (left == right) == (meaning(left) == meaning(right))
    assert left != right or hash(left) == hash(right)
    assert bool(left) == bool(meaning(left))


@given(path_sets(), STEMS)
def test_a_hole_takes_the_value_and_all_below(paths: PathSet, stem: Stem) -> None:
    assert meaning(paths.without(stem)) == {known for known in meaning(paths) if known[: len(stem)] != stem}


@given(path_sets(), STEMS)
def test_moving_down_and_looking_there_are_inverse(paths: PathSet, stem: Stem) -> None:
    assert at_stem(paths, stem).at(stem) == paths


@given(path_sets())
def test_leaves_hold_the_set_and_none_lies_below_another(paths: PathSet) -> None:
    leaves = list(paths.leaves())
    assert leaves == sorted(leaves)
    assert not any(one != other and other[: len(one)] == one for one in leaves for other in leaves)
    # A value that is sent brings the objects around it along.
    carried = {stem[:length] for stem in leaves for length in range(len(stem) + 1)} | meaning(paths_of(leaves))
    assert meaning(paths) <= carried
    assert all(paths.at(leaf) for leaf in leaves), "nothing is sent that is not wanted at all"


@given(path_sets(), path_sets())
def test_covering_is_having_every_path_or_something_inside_it(left: PathSet, right: PathSet) -> None:
    implied = {stem[:length] for stem in meaning(left) for length in range(len(stem) + 1)}
    assert left.covers(right) == (meaning(right) <= implied)
    assert (left | right).covers(left) and left.covers(left & right)


def test_what_was_put_under_a_stem_can_be_cut() -> None:
    assert at_stem(WHOLE, ("a", "b", "c", "d")).cut(2) == at_stem(WHOLE, ("a", "b"))


@given(path_sets(), st.integers(0, 3))
def test_cutting_only_adds_and_never_deeper(paths: PathSet, depth: int) -> None:
    cut = paths.cut(depth)
    assert meaning(paths) <= meaning(cut)
    assert all(len(leaf) <= depth or cut.at(leaf[:depth]) == WHOLE for leaf in cut.leaves())
    assert paths.cut(DEEPEST) == paths


@settings(max_examples=30)
@given(path_sets(), path_sets())
def test_merging_is_a_union_root_by_root_without_empty_roots(left: PathSet, right: PathSet) -> None:
    merged = merge(at_root("$", left), at_root("$", right), at_root("$v", right), {"$w": EMPTY})
    assert merged == {root: paths for root, paths in {"$": left | right, "$v": right}.items() if paths}


def test_a_hole_in_the_whole_is_sent_whole() -> None:
    assert list(WHOLE.without(("a",)).leaves()) == [()]
    assert list(EMPTY.leaves()) == []
