"""A difference for programs. docs/diff.md tells what each member means; members are added, and never change."""

from __future__ import annotations

from collections.abc import Sequence

from aslsplit.asl.model import StateMachine
from aslsplit.asl.source import Json, format_pointer
from aslsplit.difference.contracts import ContractDifference, ContractFieldChange
from aslsplit.difference.model import (
    ABSENT,
    AccessChange,
    Difference,
    Edge,
    FieldChange,
    MachineDifference,
    Place,
    StateDifference,
    TransitionChange,
)
from aslsplit.difference.schema_fields import ContractField
from aslsplit.findings import Finding
from aslsplit.render.findings_text import findings_data

__all__ = ["difference_data"]


def difference_data(
    difference: Difference, contracts: Sequence[ContractDifference] = (), findings: Sequence[Finding] = ()
) -> Json:
    return {
        "version": 1,
        "differs": not difference.empty or any(contract.differs for contract in contracts),
        "summary": {
            **{kind.value: count for kind, count in difference.counts().items()},
            "unchanged": difference.unchanged,
            "contracts": sum(1 for contract in contracts if contract.differs),
        },
        "machines": [_machine(machine) for machine in difference.machines],
        "states": [_state(state) for state in difference.states],
        "contracts": [_contract(contract) for contract in contracts],
        "findings": findings_data(findings),
    }


def _machine(machine: MachineDifference) -> Json:
    return {
        "before": _side_of_machine(machine.before),
        "after": _side_of_machine(machine.after),
        "differs": machine.differs,
        "layout": None if machine.layout is None else machine.layout.value,
        "start": None if machine.start is None else _transition(machine.start),
        "fields": [_field(change) for change in machine.fields],
        "input": _access(machine.input),
        "context": _access(machine.context),
        "writes": _access(machine.writes),
    }


def _side_of_machine(machine: StateMachine | None) -> Json:
    if machine is None:
        return None
    embedded = machine.source.embedded
    return {
        "file": machine.source.name,
        "resource": None if embedded is None else embedded.resource,
        "states": machine.top.size,
    }


def _state(state: StateDifference) -> Json:
    role = state.role
    return {
        "kinds": [kind.value for kind in state.kinds],
        "before": _place(state.before),
        "after": _place(state.after),
        "fields": [_field(change) for change in state.fields],
        "transitions": [_transition(change) for change in state.transitions],
        "reads": _access(state.reads),
        "writes": _access(state.writes),
        "role": None if role is None else {"kind": role.kind.value, "machine": role.machine},
        "copy_of": _place(state.twin),
    }


def _place(place: Place | None) -> Json:
    if place is None:
        return None
    span = place.machine.source.span(place.state.pointer, key=True)
    embedded = place.machine.source.embedded
    return {
        "file": place.machine.source.name,
        "resource": None if embedded is None else embedded.resource,
        "name": place.name,
        "type": place.state.type.value,
        "inside": place.scope.owner,
        "pointer": format_pointer(place.state.pointer),
        "line": span.line,
        "column": span.column,
    }


def _field(change: FieldChange) -> Json:
    """A side on which there is nothing has no member: null would be a value."""
    sides = {"before": change.before, "after": change.after}
    return {
        "path": format_pointer(change.path),
        **{side: value for side, value in sides.items() if value is not ABSENT},
    }


def _transition(change: TransitionChange) -> Json:
    return {"before": _edge(change.before), "after": _edge(change.after)}


def _edge(edge: Edge | None) -> Json:
    return None if edge is None else {"kind": edge.kind.value, "index": edge.index, "target": edge.target}


def _access(change: AccessChange) -> Json:
    return {"gained": list(change.gained), "lost": list(change.lost)}


def _contract(contract: ContractDifference) -> Json:
    return {
        "before": contract.before,
        "after": contract.after,
        "differs": contract.differs,
        "fields": [_contract_field(change) for change in contract.fields],
    }


def _contract_field(change: ContractFieldChange) -> Json:
    return {
        "form": change.form or None,
        "path": list(change.path),
        "before": _side_of_field(change.before),
        "after": _side_of_field(change.after),
    }


def _side_of_field(field: ContractField | None) -> Json:
    return None if field is None else {"required": field.required, "schema": dict(field.says)}
