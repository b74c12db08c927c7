"""A difference in sections and lines, for whoever lays them out: what a reviewer wants to know, in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.difference.contracts import ContractDifference
from aslsplit.difference.model import Difference, Kind, Layout, MachineDifference, file_of
from aslsplit.render.difference_contracts import contract_item
from aslsplit.render.difference_states import access_items, only_side, states_alone, states_moved, states_stayed
from aslsplit.render.outline import Code, Item, Mark, Outline, Section, Words, counted

__all__ = ["outline_of"]


def outline_of(difference: Difference, contracts: Sequence[ContractDifference]) -> Outline:
    sections = (
        *states_moved(difference),
        *states_stayed(difference),
        *states_alone(difference, Kind.ADDED),
        *states_alone(difference, Kind.REMOVED),
        *_access(difference),
        *_contracts(contracts),
    )
    return Outline(tuple(_headlines(difference)), _summary(difference, contracts), sections)


# --- the files ---------------------------------------------------------------------------------------------------


def _headlines(difference: Difference) -> Iterator[Words]:
    """Of the machines that are the same in several, only how many."""
    several = len(difference.machines) > 1
    same = [machine for machine in difference.machines if machine.layout is Layout.SAME]
    for machine in difference.machines:
        if not several or machine not in same:
            yield _headline(machine)
    if several and same:
        yield (f"{counted(len(same), 'machine')} without a difference",)


def _headline(machine: MachineDifference) -> Words:
    old, new = machine.before, machine.after
    if old is None:
        assert new is not None
        return Code(file_of(new)), f": new, {counted(new.top.size)}"
    if new is None:
        return Code(file_of(old)), f": gone, {counted(old.top.size)}"
    names: Words = (Code(file_of(old)),)
    if file_of(old) != file_of(new):
        names = (*names, " → ", Code(file_of(new)))
    if machine.layout is None:
        sizes = counted(new.top.size) if old.top.size == new.top.size else f"{counted(old.top.size)} → {new.top.size}"
        return *names, f": {sizes}"
    return *names, f": {_LAYOUTS[machine.layout]}"


_LAYOUTS = {
    Layout.SAME: "no difference",
    Layout.TEXT: "no difference but how it is written",
    Layout.ORDER: "no difference but the order of states or fields",
}


def _summary(difference: Difference, contracts: Sequence[ContractDifference]) -> str:
    parts = [f"{count} {_SUMMARY[kind]}" for kind, count in difference.counts().items() if count]
    copied = sum(1 for state in difference.of(Kind.ADDED) if state.twin is not None)
    parts += [f"{copied} of those copied"] if copied else []
    states = f"states: {', '.join(parts)}; {difference.unchanged} unchanged" if parts else ""
    changed = sum(1 for contract in contracts if contract.differs)
    of_contracts = f"{counted(changed, 'contract')} changed" if changed else ""
    return "; ".join(filter(None, (states, of_contracts)))


_SUMMARY = {
    Kind.MOVED: "moved",
    Kind.RENAMED: "renamed",
    Kind.CHANGED: "changed",
    Kind.REWIRED: "leading elsewhere",
    Kind.ADDED: "added",
    Kind.REMOVED: "removed",
}


# --- access paths, contracts -------------------------------------------------------------------------------------


def _access(difference: Difference) -> Iterator[Section]:
    items: list[Item] = []
    for machine in difference.machines:
        details = [
            *access_items("reads of its input", machine.input),
            *access_items("reads of the context object", machine.context),
            *(() if only_side(machine) else access_items("writes", machine.writes)),
        ]
        if details:
            shown = machine.after or machine.before
            assert shown is not None
            items.append(Item(Mark.CHANGED, (Code(file_of(shown)),), tuple(details)))
    if items:
        yield Section(("Access paths",), tuple(items))


def _contracts(contracts: Sequence[ContractDifference]) -> Iterator[Section]:
    items = [contract_item(contract) for contract in contracts if contract.differs]
    if items:
        yield Section((f"Contracts, {len(items)}",), tuple(items))
