"""Which states a child of the boundary map consists of.

The map names states, globs and ranges; the machine says what they stand for. Whether the chosen states can leave
the monolith together is not asked here: that is legality.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import combinations

from aslsplit.asl.model import Scope, StateMachine
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.findings import Finding, finding, has_errors, in_order
from aslsplit.plan.boundaries import BoundaryMap, ChildBoundary
from aslsplit.plan.map_fields import describe, nearest

__all__ = ["boundaries_snippet", "scalar", "select"]


def select(boundaries: BoundaryMap, machine: StateMachine) -> tuple[Mapping[str, frozenset[str]], tuple[Finding, ...]]:
    """The members of each child; with errors among the findings, as far as they could be found.

    A Parallel or Map state that is a member brings the states inside it along; those are not listed, whether the
    map names them or not.
    """
    names = _names_of(machine)
    remarks: list[Finding] = []
    claims: dict[str, _Claims] = {}
    for child in boundaries.children:
        claimed, found = _claimed_by(child, boundaries, names)
        outermost = {state: place for state, place in claimed.items() if not names.around[state] & claimed.keys()}
        claims[child.name] = outermost
        remarks += found
        remarks += _misplaced_names(child, boundaries, names, frozenset(outermost), whole=not has_errors(found))
    remarks += _claimed_twice(boundaries, claims)
    return {child: frozenset(claimed) for child, claimed in claims.items()}, in_order(remarks)


def boundaries_snippet(child: str, states: Iterable[str]) -> str:
    """A piece of a boundary map that gives these states to the child, or to another site of one, in this order.

    >>> print(boundaries_snippet("payment", ["FraudCheck", "Deployed?"]))
    children:
      payment:
        states: [FraudCheck, "Deployed?"]
    """
    names = [scalar(state) for state in states]
    other_site = _OTHER_SITE.fullmatch(child)
    of = child if other_site is None else other_site["of"]
    above, indent = ([], "    ") if other_site is None else (["    shared:"], "      - ")
    flow = f"{indent}states: [{', '.join(names)}]"
    block = [f"{indent}states:", *(f"{' ' * len(indent)}  - {name}" for name in names)]
    return "\n".join(["children:", f"  {scalar(of)}:", *above, *([flow] if len(flow) <= _WIDTH else block)])


_Claims = Mapping[str, Pointer]
"""State to the place in the map that claims it."""

_WIDTH = 80
_GLOB = re.compile(r"[*?\[]")
_OTHER_SITE = re.compile(r"(?P<of>[A-Za-z][A-Za-z0-9_-]*)#\d+")
"""What no child can be called."""
_END_OF_SCOPE = "end"


@dataclass(frozen=True, slots=True)
class _Names:
    scope_of: Mapping[str, Scope]
    around: Mapping[str, frozenset[str]]
    """The Parallel and Map states that contain a state, at any depth."""


def _names_of(machine: StateMachine) -> _Names:
    scope_of: dict[str, Scope] = {}
    around: dict[str, frozenset[str]] = {}
    for scope in machine.scopes():
        owners = frozenset() if scope.owner is None else around[scope.owner] | {scope.owner}
        for state in scope.states:
            scope_of.setdefault(state, scope)
            around.setdefault(state, owners)
    return _Names(scope_of, around)


def _claimed_by(child: ChildBoundary, boundaries: BoundaryMap, names: _Names) -> tuple[_Claims, tuple[Finding, ...]]:
    remarks: list[Finding] = []
    claimed: dict[str, Pointer] = {}
    for index, written in enumerate(child.states):
        place = (*child.pointer, "states", index)
        matching, found = _matching(written, boundaries, place, names)
        remarks += found
        for state in matching:
            claimed.setdefault(state, place)
    if child.start is not None:
        members, found = _range(child, child.start, boundaries, names)
        remarks += found
        for state in sorted(members):
            claimed.setdefault(state, (*child.pointer, "from"))
    return claimed, tuple(remarks)


def _matching(
    written: str, boundaries: BoundaryMap, place: Pointer, names: _Names
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    # State names may hold glob characters, so a state named exactly like that is always what is meant.
    if written in names.scope_of:
        return (written,), ()
    if not _GLOB.search(written):
        message = f"the state machine has no state {describe(written)}"
        return (), (_remark("ASL005", message, boundaries, place, help=_did_you_mean(written, names.scope_of)),)
    matching = tuple(state for state in names.scope_of if fnmatchcase(state, written))
    if matching:
        return matching, ()
    message = f"the pattern {describe(written)} matches no state"
    return (), (_remark("ASL006", message, boundaries, place, help=_did_you_mean(written, names.scope_of)),)


def _range(
    child: ChildBoundary, start: str, boundaries: BoundaryMap, names: _Names
) -> tuple[frozenset[str], tuple[Finding, ...]]:
    """The states from ``start`` on, without those from ``until`` on."""
    scope = names.scope_of.get(start)
    if scope is None:
        message = f"the state machine has no state {describe(start)} for {child.name} to begin with"
        place = (*child.pointer, "from")
        help = _did_you_mean(start, names.scope_of)
        return frozenset(), (_remark("ASL008", message, boundaries, place, help=help),)

    remarks: list[Finding] = []
    reachable = _reachable(scope, start, frozenset())
    for place, end in _ends(child, boundaries):
        if end == start:
            message = f"{child.name} begins and ends at {start}: no state is left for it"
            help = "until is exclusive: name the first state that stays in the parent"
        elif end not in names.scope_of:
            message = f"the state machine has no state {describe(end)} for {child.name} to end before"
            help = _did_you_mean(end, names.scope_of)
        elif end not in scope.states:
            message = f"{child.name} begins at {start} and is to end before {end}, which is in another scope"
            help = f"name a state of the scope that holds {start}"
        elif end not in reachable:
            message = f"{child.name} is to end before {end}, which cannot be reached from {start}"
            help = f"name a state that comes after {start}, or leave until out"
        else:
            continue
        remarks.append(_remark("ASL008", message, boundaries, place, help=help))
    if remarks:
        return frozenset(), tuple(remarks)
    return _reachable(scope, start, frozenset(child.until)), ()


def _ends(child: ChildBoundary, boundaries: BoundaryMap) -> Iterator[tuple[Pointer, str]]:
    """The states of ``until``, each with its place: an item of a list, or the one value."""
    written = boundaries.source.data
    for part in child.pointer:
        written = written[part]
    listed = isinstance(written.get("until"), list)
    for index, end in enumerate(child.until):
        yield (*child.pointer, "until", *([index] if listed else [])), end


def _reachable(scope: Scope, start: str, stops: frozenset[str]) -> frozenset[str]:
    reached = {start}
    pending = [start]
    while pending:
        for transition in scope.states[pending.pop()].transitions:
            target = transition.target
            if target is None or target in reached or target in stops or target not in scope.states:
                continue
            reached.add(target)
            pending.append(target)
    return frozenset(reached)


def _misplaced_names(
    child: ChildBoundary, boundaries: BoundaryMap, names: _Names, members: frozenset[str], *, whole: bool
) -> Iterator[Finding]:
    """States under ``assume.reads`` and ``exits`` that are not where the child needs them.

    Unless the child is known as a ``whole``, only names that no scope holds are sure to be wrong.
    """
    outcomes = _ways_out(members, names)
    for state in child.assume_reads:
        place = (*child.pointer, "assume", "reads", state)
        if state not in names.scope_of:
            yield _unknown_key(state, boundaries, place, names)
        elif whole and state not in members and not names.around[state] & members:
            message = f"{child.name} assumes what {state} reads, but {state} is not in {child.name}"
            help = "move the assumption to the child that holds the state"
            yield _remark("ASL013", message, boundaries, place, help=help, key=True)
    for target in child.exits:
        place = (*child.pointer, "exits", target)
        if target not in names.scope_of and target != _END_OF_SCOPE:
            yield _unknown_key(target, boundaries, place, names)
        elif whole and target not in outcomes:
            shown = "the end of the scope" if target == _END_OF_SCOPE else target
            message = f"{child.name} names an outcome for {shown}, but it does not leave to there"
            help = f"it leaves to {', '.join(outcomes) or 'nowhere'}"
            yield _remark("ASL013", message, boundaries, place, help=help, key=True)


def _ways_out(members: frozenset[str], names: _Names) -> tuple[str, ...]:
    targets = {
        _END_OF_SCOPE if transition.target is None else transition.target
        for member in members
        for transition in names.scope_of[member].states[member].transitions
    }
    return tuple(sorted(targets - members))


def _claimed_twice(boundaries: BoundaryMap, claims: Mapping[str, _Claims]) -> Iterator[Finding]:
    """One finding for each two places of the map that claim the same states, unless one child lies inside the other."""
    shared: dict[tuple[str, Pointer, str, Pointer], list[str]] = {}
    for holder, child in combinations(claims, 2):
        one, other = claims[holder], claims[child]
        if one.keys() < other.keys() or other.keys() < one.keys():
            continue
        for state in one.keys() & other.keys():
            shared.setdefault((holder, one[state], child, other[state]), []).append(state)
    for (holder, where, child, place), states in shared.items():
        shown = ", ".join(sorted(states)[:5]) + (f" and {len(states) - 5} more" if len(states) > 5 else "")
        message = f"{holder} and {child} both claim {shown}"
        help = (
            f"{holder} does so at {boundaries.source.span(where)}; leave each state to one child,"
            " or give one child all that the other has and more"
        )
        yield _remark("ASL007", message, boundaries, place, help=help)


def _unknown_key(state: str, boundaries: BoundaryMap, place: Pointer, names: _Names) -> Finding:
    message = f"the state machine has no state {describe(state)}"
    return _remark("ASL005", message, boundaries, place, help=_did_you_mean(state, names.scope_of), key=True)


def _remark(
    code: str, message: str, boundaries: BoundaryMap, place: Pointer, *, help: str | None, key: bool = False
) -> Finding:
    span = boundaries.source.span(place, key=key)
    return finding(code, message, span=span, pointer=format_pointer(place), help=help)


def _did_you_mean(written: str, states: Mapping[str, Scope]) -> str:
    close = nearest(written, states)
    return f"did you mean {describe(close)}?" if close else "name a state of the machine; case counts"


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[ -][A-Za-z0-9_]+)*")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})
_UNPRINTABLE = re.compile("[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def scalar(name: str) -> str:
    """A text as YAML reads it back, in quotes where it needs them."""
    if _PLAIN.fullmatch(name) and name.casefold() not in _YAML_WORDS:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", escaped) + '"'
