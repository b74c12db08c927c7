"""Whether the maps that share a child agree on what lies on disk: its contract, its definition, and who calls it.

One map writes the child. The others only call it, and each has a lock file of its own; so either side may be behind.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from aslsplit.asl.origins import strictly_equal
from aslsplit.asl.source import Json, format_pointer, read_source
from aslsplit.findings import Finding, finding
from aslsplit.plan.boundaries import Elsewhere
from aslsplit.project.linked_maps import Seat
from aslsplit.project.load import Project, Tree
from aslsplit.project.map_files import lock_file_of
from aslsplit.rewrite.lock import LockedChild, Named, read_lock
from aslsplit.rewrite.record import digest

__all__ = ["about_callers", "about_others", "about_served", "no_longer_named", "still_called"]


def about_served(project: Project, name: str, contract: str, definition: Json) -> Iterator[Finding]:
    """Of a child that another map writes: whether what lies there is what the plan makes of it, which is a contract of
    this digest and this definition. Only then is it what the proofs were about."""
    there = _written_for(project, name)
    if there is None:
        yield _not_there(project, name)
        return
    writer = project.others[there.seat.map]
    on_disk = writer.definition_on_disk(there.seat.child)
    shown = writer.workspace.shown(there.locked.file)
    if on_disk is None:
        message = f'{shown}, which serves "{name}", is not there or cannot be read'
        yield _at(project, there.named, "ASL611", message, "restore it from version control")
    elif there.locked.contract_digest != contract:
        yield _at(
            project,
            there.named,
            "ASL612",
            f'the contract of {shown} is not the one that all sites of "{name}" need now',
            _all_again(project, name),
        )
    elif not strictly_equal(on_disk, definition) and not _is_left_to_its_team(project, name, there, definition):
        yield _at(
            project,
            there.named,
            "ASL612",
            f'{shown} is another child than the one that all sites of "{name}" make now',
            f"undo what changed it there or here, or: {_all_again(project, name)}",
        )
    else:
        yield from _not_recorded(project, name, there)


def _is_left_to_its_team(project: Project, name: str, there: _There, definition: Json) -> bool:
    """What people change around the moved states of a child that is called already is theirs, as it is in the map that
    writes it; a parent that begins to call it is to find what was proved."""
    return name in project.lock.children and digest(definition) == there.locked.definition_digest


def about_others(side: Project | Tree, name: str) -> Iterator[Finding]:
    """Of a child that was extracted: whether other maps are behind, or this one is."""
    if side.lock.children[name].served_by is not None:
        yield from _about_contract_there(side, name)
    else:
        yield from about_callers(side, name, side.lock.children[name].contract_digest)
        yield from no_longer_named(side, name)


def _about_contract_there(side: Project | Tree, name: str) -> Iterator[Finding]:
    """Whether the child still has the contract that it had when this parent began to call it."""
    there = _written_for(side, name)
    if there is None:
        yield _not_there(side, name)
    elif there.locked.contract_digest != side.lock.children[name].contract_digest:
        shown = side.others[there.seat.map].workspace.shown(there.locked.file)
        message = f'"{name}" was extracted for another contract than {shown} has now'
        yield _at(side, there.named, "ASL612", message, _all_again(side, name))
    else:
        yield from _not_recorded(side, name, there)


def about_callers(side: Project | Tree, name: str, contract: str) -> Iterator[Finding]:
    """Of a child that is written here with a contract of this digest: whether its callers elsewhere have that one."""
    for named in side.boundaries.child(name).elsewhere:
        locked = _calling(side, name, Named(named.map, named.child))
        if locked is not None and locked.contract_digest != contract:
            message = f'"{named.child}" of {side.workspace.shown(named.map)} calls "{name}" with another contract'
            yield _at(side, named, "ASL612", message, _all_again(side, name))


def still_called(side: Project | Tree, name: str) -> Iterator[Finding]:
    """By whom a child would be missed that is to go."""
    for named in _callers(side, name):
        if _calling(side, name, named) is not None:
            map = side.workspace.shown(named.map)
            yield finding(
                "ASL613",
                f'"{name}" is still called by the parent of {map}',
                span=side.boundaries.source.span(side.boundaries.child(name).pointer, key=True),
                help=f"first: aslsplit inline {map} --child {named.child}",
            )


def no_longer_named(side: Project | Tree, name: str) -> Iterator[Finding]:
    """Callers of a child that the map does not know of any more. What it becomes would not be proved for them."""
    known = {(named.map, named.child) for named in side.boundaries.child(name).elsewhere}
    for named in side.lock.children[name].elsewhere:
        if (named.map, named.child) not in known and _calling(side, name, named) is not None:
            map = side.workspace.shown(named.map)
            yield finding(
                "ASL614",
                f'"{name}" is called by the parent of {map}, which the boundary map names no more',
                span=side.boundaries.source.span(side.boundaries.child(name).pointer, key=True),
                help=f"name it again under shared, and first: aslsplit inline {map} --child {named.child}",
            )


@dataclass(frozen=True, slots=True)
class _There:
    seat: Seat
    named: Elsewhere
    locked: LockedChild


def _written_for(side: Project | Tree, name: str) -> _There | None:
    """The child that serves this one; None if it was not extracted."""
    named, seat = side.boundaries.child(name).served_by, side.circles[name][0]
    assert named is not None
    locked = side.others[seat.map].lock.children.get(seat.child)
    return None if locked is None else _There(seat, named, locked)


def _not_there(side: Project | Tree, name: str) -> Finding:
    named = side.boundaries.child(name).served_by
    assert named is not None
    map = side.workspace.shown(named.map)
    message = f'"{named.child}" of {map}, which serves "{name}", was not extracted there'
    return _at(side, named, "ASL611", message, f"first: aslsplit extract {map} --child {named.child}")


def _not_recorded(side: Project | Tree, name: str, there: _There) -> Iterator[Finding]:
    """The child was extracted before the maps knew each other: it was not proved for this parent, and would be put back
    without asking for it."""
    writer = side.others[there.seat.map].workspace
    known = ((writer.identity(named.map), named.child) for named in there.locked.elsewhere)
    if (side.identity, name) not in known:
        map = side.workspace.shown(there.named.map)
        message = f'"{there.named.child}" of {map} was extracted before it was to serve "{name}"'
        help = f"first, so that this is proved and recorded there: aslsplit extract {map} --child {there.named.child}"
        yield _at(side, there.named, "ASL611", message, help)


def _at(side: Project | Tree, named: Elsewhere, code: str, message: str, help: str) -> Finding:
    place = side.boundaries.source.span(named.pointer)
    return finding(code, message, span=place, pointer=format_pointer(named.pointer), help=help)


def _all_again(side: Project | Tree, name: str) -> str:
    """What has to be done when a contract changes that several parents call."""
    seats = side.circles[name]
    shown = {seat: _map_of(side, seat) for seat in seats}
    named = {seat: f"{shown[seat]} --child {seat.child}" for seat in seats}
    back = [f"aslsplit inline {named[one]}" for one in (*seats[1:], seats[0]) if _is_extracted(side, one)]
    steps = [*back, "raise contract.version", *(f"aslsplit extract {one}" for one in named.values())]
    return "one after the other: " + "; ".join(steps)


def _map_of(side: Project | Tree, seat: Seat) -> str:
    return side.others[seat.map].boundaries.source.name if seat.map in side.others else side.boundaries.source.name


def _is_extracted(side: Project | Tree, seat: Seat) -> bool:
    lock = side.others[seat.map].lock if seat.map in side.others else side.lock
    return seat.child in lock.children


def _callers(side: Project | Tree, name: str) -> list[Named]:
    """Those that the map names, and those that it once named."""
    named = [Named(one.map, one.child) for one in side.boundaries.child(name).elsewhere]
    return list(dict.fromkeys((*named, *side.lock.children[name].elsewhere)))


def _calling(side: Project | Tree, name: str, named: Named) -> LockedChild | None:
    """What the other map has recorded, if its parent calls this child. Of a lock file that cannot be read nobody knows
    more; whoever runs there is told."""
    folder = posixpath.dirname(named.map)
    raw = side.workspace.read(posixpath.join(folder, lock_file_of(named.map)))
    source = None if raw is None else read_source(named.map, raw, "yaml")[0]
    lock = None if source is None else read_lock(source)[0]
    locked = None if lock is None else lock.children.get(named.child)
    if locked is None or locked.served_by is None or locked.served_by.child != name:
        return None
    is_this = side.workspace.identity(posixpath.join(folder, locked.served_by.map)) == side.identity
    return locked if is_this else None
