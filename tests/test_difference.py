"""The difference between two sides; the cases are in cases/difference."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aslsplit.asl.model import StateMachine
from aslsplit.difference.alignment import aligned
from aslsplit.difference.compare import difference_of
from aslsplit.difference.model import AccessChange, Difference, FieldChange, Kind, Place, StateDifference
from aslsplit.errors import DefinitionError
from aslsplit.render.difference_outline import outline_of
from aslsplit.render.difference_text import difference_text
from tests.analysis_cases import cases_of, definition_of, machine_of, title_of
from tests.effort import examples
from tests.random_machines import Pick, random_machine, rich_machine
from tests.test_random_splits import extracted, project, random_children


@pytest.mark.parametrize("case", cases_of("difference"), ids=title_of)
def test_what_is_told(case: dict[str, Any]) -> None:
    assert told(case) == case["told"]


def told(case: Mapping[str, Any]) -> str:
    """The text without its headlines, which the golden cases show."""
    old, new = case.get("old", {"m.asl.json": case.get("before")}), case.get("new", {"m.asl.json": case.get("after")})
    difference = difference_of(machines(old), machines(new, case.get("after_fields", {})))
    return difference_text(outline_of(difference, ())).partition("\n\n")[2]


def machines(files: Mapping[str, Any], fields: Mapping[str, Any] | None = None) -> dict[str, StateMachine]:
    return {name: machine_of({**(fields or {}), **definition_of(states)}, name) for name, states in files.items()}


# --- what always holds -------------------------------------------------------------------------------------------


@examples(60)
@given(st.data())
def test_nothing_differs_from_itself(data: st.DataObject) -> None:
    definition = rich_machine(picking(data))
    difference = difference_of({"a": machine_of(definition)}, {"a": machine_of(shuffled(definition, picking(data)))})
    assert difference.empty
    assert difference.states == ()
    assert difference.unchanged == machine_of(definition).top.size


@examples(60)
@given(st.data())
def test_swapping_the_sides_swaps_the_difference(data: st.DataObject) -> None:
    pick = picking(data)
    old = {name: rich_machine(pick) for name in pick((("a",), ("a", "b")))}
    new = {pick((name, "c")): changed_by_hand(machine, pick) for name, machine in old.items()}
    one = {name: machine_of(definition, name) for name, definition in old.items()}
    other = {name: machine_of(definition, name) for name, definition in new.items()}
    there, back = difference_of(one, other), difference_of(other, one)
    assert seen(there.states, forward=True) == seen(back.states, forward=False)
    assert there.unchanged == back.unchanged
    assert there.empty == back.empty
    assert_complete(there, one, other)


def seen(states: Iterable[StateDifference], *, forward: bool) -> Counter[str]:
    """Each state as text, from the same side. Positions in lists are left out: a path has those of the later side."""
    return Counter(repr(_seen(state, forward=forward)) for state in states)


def _seen(state: StateDifference, *, forward: bool) -> object:
    def side(before: object, after: object) -> object:
        return (before, after) if forward else (after, before)

    def access(change: AccessChange) -> object:
        return side(change.lost, change.gained)

    def field(change: FieldChange) -> str:
        return repr((tuple(step for step in change.path if isinstance(step, str)), side(change.before, change.after)))

    return (
        side(_where(state.before), _where(state.after)),
        state.moved,
        sorted(map(field, state.fields)),
        sorted(repr(side(change.before, change.after)) for change in state.transitions),
        access(state.reads),
        access(state.writes),
        state.role,
        _where(state.twin),
    )


def _where(place: Place | None) -> object:
    return None if place is None else (place.key, place.name)


def assert_complete(difference: Difference, old: Mapping[str, StateMachine], new: Mapping[str, StateMachine]) -> None:
    """Every state of either side is told of, or is unchanged."""
    for number, files in enumerate((old, new)):
        there = [state for state in difference.states if (state.before, state.after)[number] is not None]
        assert len(there) + difference.unchanged == sum(machine.top.size for machine in files.values())


def picking(data: st.DataObject) -> Pick:
    return lambda options: data.draw(st.sampled_from(options))


def shuffled(value: Any, pick: Pick) -> Any:
    """With the members of its objects turned round somewhere."""
    if isinstance(value, dict):
        turned = list(value.items())
        if pick((True, False)):
            turned.reverse()
        return {key: shuffled(member, pick) for key, member in turned}
    return [shuffled(item, pick) for item in value] if isinstance(value, list) else value


def changed_by_hand(definition: dict[str, Any], pick: Pick) -> dict[str, Any]:
    """Some states renamed, some changed, some new."""
    text = json.dumps(definition)
    for name in [name for name in names_in(definition) if pick((True, False, False))]:
        text = text.replace(f'"{name}"', f'"{name}{pick(("x", " renamed", "0"))}"')
    changed = json.loads(text)
    for scope in scopes_in(changed):
        for name, body in list(scope["States"].items()):
            match pick(("nothing", "nothing", "comment", "path", "new", "double")):
                case "comment":
                    body["Comment"] = "changed"
                case "path" if "ResultPath" in body:
                    body["ResultPath"] = "$.another"
                case "new":
                    scope["States"][f"{name} new"] = {"Type": "Pass", "Next": name}
                case "double" if "Next" in body and not {"Branches", "ItemProcessor"} & body.keys():
                    scope["States"][f"{name} too"] = {**body}
    return dict(changed)


def names_in(definition: dict[str, Any]) -> list[str]:
    return [name for scope in scopes_in(definition) for name in scope["States"]]


def scopes_in(scope: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [
        found
        for body in scope["States"].values()
        for one in (*body.get("Branches", ()), *([body["ItemProcessor"]] if "ItemProcessor" in body else ()))
        for found in scopes_in(one)
    ]
    return [scope, *inner]


@examples(25)
@given(st.data())
def test_whatever_is_extracted_has_moved(data: st.DataObject) -> None:
    pick = picking(data)
    definition = random_machine(pick, nested=True)
    children = random_children(pick, definition)
    with tempfile.TemporaryDirectory() as folder:
        place = project(Path(folder) / "project", definition, children)
        try:
            outcome = extracted(place, *children)
        except DefinitionError:
            return
        files = {artifact.name: artifact.text for artifact in outcome.artifacts if artifact.text is not None}
    after = {name: machine_of(json.loads(text), name) for name, text in files.items() if name.endswith(".asl.json")}
    if not after:
        return
    difference = difference_of({"machine.asl.json": machine_of(definition, "machine.asl.json")}, after)
    assert difference.of(Kind.REMOVED) == ()
    planned = {name: child.region.members for name in children if (child := outcome.plan.child(name)) is not None}
    inner = set(planned.get("inner", ()))
    expected = {(f"children/{name}.asl.json", member) for name, members in planned.items() for member in members}
    expected -= {("children/outer.asl.json", member) for member in inner}
    assert {(state.after.key, state.after.name) for state in difference.of(Kind.MOVED) if state.after} == expected
    assert all(state.role is not None for state in difference.of(Kind.ADDED))


# --- alignment ---------------------------------------------------------------------------------------------------


@settings(max_examples=100, derandomize=True, deadline=None)
@given(*[st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(0, 3)), max_size=6)] * 2)
def test_an_alignment_has_every_item_once_and_crosses_nowhere(one: list[Any], other: list[Any]) -> None:
    pairs = aligned(one, other)
    assert [i for i, _ in pairs if i is not None] == list(range(len(one)))
    assert [j for _, j in pairs if j is not None] == list(range(len(other)))
    assert sorted(pairs, key=repr) == sorted(((i, j) for j, i in aligned(other, one)), key=repr)
    assert aligned(one, one) == tuple((at, at) for at in range(len(one)))
