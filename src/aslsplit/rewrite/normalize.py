"""Normalizing: the states that put a child's result where the monolith would have had it, exit by exit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aslsplit.asl.model import QueryLanguage
from aslsplit.asl.paths import AccessPath, Stem, format_path
from aslsplit.asl.source import Json
from aslsplit.plan.contract import ExitContract
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.envelope import assigned_if_present
from aslsplit.rewrite.packing import (
    expression,
    guarded_path,
    jsonata_path,
    nested,
    tree_expression,
)

__all__ = ["Continuation", "normalize_states", "normalized_document", "normalizing_fields"]

States = dict[str, Json]
_EMPTY: States = {"Type": "Pass", "Result": {}}
Continuation = Mapping[Literal["Next", "End"], Json]


def normalize_states(
    plan: ChildPlan, found: ExitContract, *, done: bool, behind_choice: bool = False
) -> tuple[Continuation, States]:
    """How to go on after the call (or the routing Choice) to arrive at the exit's target, and the states on the way.

    ``done``: the invoke state has already put the result in place.
    """
    writing, assigning = _bodies(plan, found)
    steps = _named(plan, found, [] if done else writing, assigning)
    if not steps and found.target is None and behind_choice:
        # A Choice cannot end a scope.
        completed = plan.generated.parent.completed[found.outcome]
        return {"Next": completed}, {completed: {"Type": "Succeed"}}
    arrival: Continuation = {"End": True} if found.target is None else {"Next": found.target}
    states: States = {}
    for name, body in reversed(steps):
        states = {name: _leading(body, arrival, plan.query_language), **states}
        arrival = {"Next": name}
    return arrival, states


@dataclass(frozen=True, slots=True)
class _IfReturned:
    """The state that assigns a variable if ``holder`` has it."""

    name: str
    holder: AccessPath


_Body = dict[str, Json] | _IfReturned


def _leading(body: _Body, arrival: Continuation, language: QueryLanguage) -> Json:
    if isinstance(body, _IfReturned):
        # Variables end with their scope, so whatever assigns one leads on.
        return assigned_if_present(body.name, body.holder, arrival["Next"], language)
    return {**body, **dict(arrival)}


def _named(
    plan: ChildPlan, found: ExitContract, writing: list[dict[str, Json]], assigning: list[tuple[str, _Body]]
) -> list[tuple[str, _Body]]:
    """Each exit's chain is named as if every write had a state of its own, so that no two chains share a name."""
    names = plan.generated.names
    chains: dict[str, list[str]] = {}
    for other in plan.contract.exits:
        first = plan.generated.parent.normalize[other.outcome]
        chain = chains[other.outcome] = [first]
        variables = [(part.root[1:],) for part in other.perhaps_assigned]
        for words in (*(stem[-1:] for stem in other.writes[1:]), ("Variables",), *variables):
            chain.append(names.fresh(first, *words))
            names = names.taking(chain)
    chain = chains[found.outcome]
    count = max(1, len(found.writes))
    of_variables = dict(zip(("Variables", *(part.root for part in found.perhaps_assigned)), chain[count:], strict=True))
    steps: list[tuple[str, _Body]] = [
        *zip(chain, writing, strict=False),
        *((of_variables[kind], body) for kind, body in assigning),
    ]
    # Whatever comes first stands where the exit's name says.
    return [(chain[0], body) if not position else (name, body) for position, (name, body) in enumerate(steps)]


def _bodies(plan: ChildPlan, found: ExitContract) -> tuple[list[dict[str, Json]], list[tuple[str, _Body]]]:
    """The states that put the result in place, and those that assign variables."""
    if plan.query_language == "JSONata":
        # One state is enough for all that is surely there.
        fields = normalizing_fields(plan, found)
        return ([{"Type": "Pass", **fields}] if fields else []), _assigning_if_returned(plan, found)
    return _document_bodies(plan, found), _variable_bodies(plan, found)


def normalized_document(found: ExitContract, base: str) -> str:
    """The document behind an exit as a JSONata expression; ``base`` is where the result lies."""
    if not found.writes:
        return "$states.input"
    if found.replaced:
        return _returned_expression(found, (), base)
    parts = any(len(stem) > 1 for stem in found.writes) or not found.takes_all
    if found.result.renamed or found.emptied or parts:
        return _update_expression(found, base)
    # What the result lacks stays as it is; where the document is no object, neither is the result.
    merged = f"$merge([$states.input, {base}])"
    return merged if () in found.result.objects else f"$type($states.input) = 'object' ? {merged} : $states.input"


def normalizing_fields(plan: ChildPlan, found: ExitContract) -> States:
    """The fields of a JSONata state, or of a rule of one, that put the result in place. One state is enough: ``Output``
    and ``Assign`` are evaluated side by side."""
    carrier = plan.generated.carrier
    base = f"${carrier.result}"
    if plan.boundary.carrier == "document":
        base = jsonata_path("$states.input", (carrier.execution, "Output", "result"))
    body: dict[str, Json] = {}
    if found.writes:
        body["Output"] = expression(normalized_document(found, base))
    if plan.contract.routed and found.surely_assigned:
        names = [variable.root[1:] for variable in found.surely_assigned]
        body["Assign"] = {name: expression(jsonata_path(f"${carrier.variables}", (name,))) for name in names}
    return body


def _variable_bodies(plan: ChildPlan, found: ExitContract) -> list[tuple[str, _Body]]:
    """The states that assign what the invoke state could not: all that is surely there at once, the rest one by one."""
    if not plan.contract.sorts_variables:
        return []
    base = f"${plan.generated.carrier.variables}"
    bodies: list[tuple[str, _Body]] = []
    if found.surely_assigned:
        assigned: dict[str, Json] = {f"{part.root[1:]}.$": f"{base}.{part.root[1:]}" for part in found.surely_assigned}
        # A Pass with fields of its own reads its variables from elsewhere; an empty one is the plainest place.
        bodies.append(("Variables", {"Type": "Pass", "Assign": assigned}))
    return [*bodies, *_assigning_if_returned(plan, found)]


def _assigning_if_returned(plan: ChildPlan, found: ExitContract) -> list[tuple[str, _Body]]:
    holder = AccessPath(f"${plan.generated.carrier.variables}")
    return [(part.root, _IfReturned(part.root[1:], holder)) for part in found.perhaps_assigned]


def _document_bodies(plan: ChildPlan, found: ExitContract) -> list[dict[str, Json]]:
    if not found.writes:
        return []
    carrier = plan.generated.carrier
    in_document = plan.boundary.carrier == "document"
    base = f"$.{carrier.execution}.Output.result" if in_document else f"${carrier.result}"
    in_jsonata = "$states.input" + base[1:] if base.startswith("$.") else base
    if found.replaced and found.surely_returned(()):
        return [_replacement(found, base)]
    if found.replaced:
        whole = _returned_expression(found, (), in_jsonata)
        return [{"Type": "Pass", "QueryLanguage": "JSONata", "Output": expression(whole)}]
    if all(found.surely_returned(stem) for stem in found.writes):
        mirrored = not found.result.renamed and not found.emptied and found.takes_all
        if len(found.writes) > 1 and mirrored and all(len(stem) == 1 for stem in found.writes):
            merged = f"States.JsonMerge($, {base}, false)"
            return [{"Type": "Pass", "Parameters": {"document.$": merged}, "OutputPath": "$.document"}]
        return [_write(found, stem, base) for stem in found.writes]
    updated = _update_expression(found, in_jsonata)
    return [{"Type": "Pass", "QueryLanguage": "JSONata", "Output": expression(updated)}]


def _replacement(found: ExitContract, base: str) -> dict[str, Json]:
    """The returned document takes the place of the old one."""
    if () in found.emptied:
        return _EMPTY
    if not found.result.renamed:
        return {"Type": "Pass", "InputPath": base}
    return _reshaped(found, (), base)


def _write(found: ExitContract, stem: Stem, base: str) -> dict[str, Json]:
    if stem in found.emptied:
        return {**_EMPTY, "ResultPath": format_path("$", stem)}
    if found.result.renamed:
        return {**_reshaped(found, stem, base), "ResultPath": format_path("$", stem)}
    return {"Type": "Pass", "InputPath": _below(base, stem), "ResultPath": format_path("$", stem)}


def _reshaped(found: ExitContract, stem: Stem, base: str) -> dict[str, Json]:
    """The value at ``stem``, put together from renamed fields."""
    taken = found.taken_below(stem)
    if () in taken:
        return {"Type": "Pass", "InputPath": _below(base, taken[()])}
    return {"Type": "Pass", "Parameters": nested({part: _below(base, place) for part, place in taken.items()})}


def _below(base: str, stem: Stem) -> str:
    return base + format_path("", stem)


def _update_expression(found: ExitContract, base: str) -> str:
    """The parent's document with every returned place put in, and the absent ones left as they are."""
    values = {stem: _returned_expression(found, stem, base) for stem in found.writes}

    def merged(stem: Stem, members: str) -> str:
        here = jsonata_path("$states.input", stem)
        update = f"$merge([{here}, {members}])"
        below = [write for write in found.writes if write[: len(stem)] == stem]
        if not stem and not found.result.objects:
            # Nothing proves that the parent's document is an object; what is none has nothing to be merged with.
            return f"$type({here}) = 'object' ? {update} : {here}"
        if not stem or any(found.surely_returned(write) for write in below):
            return update
        some = " or ".join(f"$exists({values[write]})" for write in below)
        return f"({some} ? {update})"

    return tree_expression(values, merged)


def _returned_expression(found: ExitContract, stem: Stem, base: str) -> str:
    if stem in found.emptied:
        return "{}"
    objects = found.result.objects
    if not found.result.renamed:
        return guarded_path(base, stem, objects)
    taken: dict[Stem, str] = {}
    for part, place in found.taken_below(stem).items():
        # The result is an object of named values; a value that holds more is one if it is known to be.
        named = len(stem + part) - len(place) + 1
        known = {place[: 1 + length] for length in range(len(place)) if (stem + part)[: named + length] in objects}
        taken[part] = guarded_path(base, place, {(), *known})
    if () in taken or found.surely_returned(stem) or stem in found.surely_written:
        return tree_expression(taken, lambda _, members: members)
    some = " or ".join(f"$exists({value})" for value in taken.values())
    return f"({some} ? {tree_expression(taken, lambda _, members: members)})"
