"""The wiring of what lies on disk: the parent and the children that were extracted."""

from __future__ import annotations

import graphlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from aslsplit.analysis.calls import called_arn, starts_a_machine
from aslsplit.asl.cloudformation import meaning_of_token
from aslsplit.asl.model import StateMachine
from aslsplit.asl.placeholders import placeholders_in
from aslsplit.errors import BoundaryError, DefinitionError
from aslsplit.findings import Finding, finding, in_order
from aslsplit.iam.needs import policy_of
from aslsplit.iam.policy import Policy
from aslsplit.iam.surroundings import logging_statement, tracing_statement
from aslsplit.operations.authorisation import about_policy
from aslsplit.operations.checking import children_on_disk
from aslsplit.plan.boundaries import ChildBoundary, MachineType
from aslsplit.plan.wiring import WiringSettings
from aslsplit.project.load import Tree
from aslsplit.rewrite.substitutions import uses_of_tokens
from aslsplit.wiring.model import BESIDE_A_MACHINE, Machine, Token, Wiring
from aslsplit.wiring.site import Site
from aslsplit.wiring.values import meanings_of

__all__ = ["wiring_of"]

_WORD: Final = re.compile(r"[A-Za-z0-9]+")


def wiring_of(tree: Tree, folder: str, site: Site | None) -> tuple[Wiring, tuple[Finding, ...]]:
    """With remarks about what its policies lack. ``site`` is the template that deploys the parent already.

    Raises BoundaryError when nothing was extracted, DefinitionError when a child cannot be used.
    """
    machines = _on_disk(tree)
    boundaries = {child.name: child for child in tree.boundaries.children if child.name in machines}
    calls = {name: _called_by(machine, boundaries) for name, machine in machines.items()}
    order = _children_first(calls)
    logical_ids = _logical_ids(tree, boundaries, order, site)
    identifiers = _identifiers(machines.values(), logical_ids.values())
    named = {name: _workflow(tree, boundaries, name, site) for name in order}
    elsewhere = {one.alias_arn: one.workflow for one in tree.boundaries.children if one.served_by is not None}
    workflows = elsewhere | {boundary.alias_arn: named[name] for name, boundary in boundaries.items()}
    wired = [
        Machine(
            name=name,
            workflow=named[name],
            logical_id=logical_ids[name],
            file=tree.boundaries.parent_file if name is None else tree.lock.children[name].file,
            type=_type(tree, boundaries, name),
            tokens=_tokens(machines[name], boundaries, identifiers, _meanings(tree, name, site)),
            calls=tuple(child for child in order if child in calls[name]),
            source=machines[name].source,
            policy=_policy(machines[name], named[name], workflows, tree.boundaries.wiring),
            owner=None if name is None else boundaries[name].owner,
            description=None if name is None else boundaries[name].description,
            embedded=machines[name].source.embedded,
        )
        for name in order
    ]
    remarks = [
        remark
        for machine in wired
        # A role that is there is looked after by those who wrote it.
        if machine.name is not None or site is None
        for remark in about_policy(machine.policy, machines[machine.name])
    ]
    return Wiring(tuple(wired), tree.boundaries.wiring, folder), in_order(remarks)


def _on_disk(tree: Tree) -> Mapping[str | None, StateMachine]:
    """The children that were extracted, in the order of the map, and the parent as None."""
    if not tree.lock.children:
        help = "extract a child first"
        message = "no child was extracted, so there is nothing to wire"
        raise BoundaryError("there is nothing to wire", (finding("ASL606", message, help=help),))
    there, missing = children_on_disk(tree)
    if missing:
        raise DefinitionError("the definition of a child is missing", in_order(missing))
    # A child that another map writes is deployed with that one's parent.
    machines: dict[str | None, StateMachine] = {
        child.name: there[child.name]
        for child in tree.boundaries.children
        if child.name in there and child.served_by is None
    }
    return {**machines, None: tree.parent}


def _called_by(machine: StateMachine, boundaries: Mapping[str, ChildBoundary]) -> frozenset[str]:
    arns = {
        called_arn(state) for scope in machine.scopes() for state in scope.states.values() if starts_a_machine(state)
    }
    return frozenset(name for name, boundary in boundaries.items() if boundary.alias_arn in arns)


def _children_first(calls: Mapping[str | None, frozenset[str]]) -> tuple[str | None, ...]:
    """Innermost first, otherwise in the order of the map; the parent last."""
    sorter: graphlib.TopologicalSorter[str | None] = graphlib.TopologicalSorter(
        {name: [child for child in calls if child in called] for name, called in calls.items()}
    )
    try:
        found = [name for name in sorter.static_order() if name is not None]
    except graphlib.CycleError as error:
        around = " → ".join(str(name) for name in reversed(error.args[1]))
        message = f"children call each other in a circle: {around}"
        help = "take one of the calls out; none of them could be deployed before the others"
        raise DefinitionError("there is no order of deployment", (finding("ASL571", message, help=help),)) from error
    return (*found, None)


def _workflow(tree: Tree, boundaries: Mapping[str, ChildBoundary], name: str | None, site: Site | None) -> str:
    if name is not None:
        there = None if site is None else site.machine_of(tree.lock.children[name].file)
        if there is None or boundaries[name].workflow in (there.body.get(key) for key in ("Name", "StateMachineName")):
            return boundaries[name].workflow
        return f"${{{there.resource}.Name}}"
    if tree.boundaries.wiring.workflow is not None:
        return tree.boundaries.wiring.workflow
    if tree.parent.source.embedded is not None:
        return tree.parent.source.embedded.resource
    stem = PurePosixPath(tree.boundaries.parent_file).name.split(".")[0]
    return "".join(word[:1].upper() + word[1:] for word in _WORD.findall(stem)) or "Parent"


def _logical_ids(
    tree: Tree, boundaries: Mapping[str, ChildBoundary], order: Iterable[str | None], site: Site | None
) -> Mapping[str | None, str]:
    own = _letters_and_digits(_workflow(tree, boundaries, None, site), ()) if site is None else site.resource.resource
    taken: dict[str | None, str] = {None: own}
    for name in order:
        if name is not None:
            there = None if site is None else site.machine_of(tree.lock.children[name].file)
            made = _letters_and_digits(boundaries[name].workflow, taken.values())
            taken[name] = made if there is None else there.resource
    return taken


def _policy(machine: StateMachine, workflow: str, workflows: Mapping[str, str], settings: WiringSettings) -> Policy:
    own = policy_of(machine, name=workflow, workflows=workflows)
    logging = () if settings.logs.level == "OFF" else (logging_statement(),)
    tracing = (tracing_statement(),) if settings.tracing else ()
    return replace(own, statements=(*own.statements, *logging, *tracing))


def _type(tree: Tree, boundaries: Mapping[str, ChildBoundary], name: str | None) -> MachineType:
    if name is None:
        return tree.boundaries.machine_type
    return "EXPRESS" if boundaries[name].pattern == "express" else "STANDARD"


def _identifiers(machines: Iterable[StateMachine], logical_ids: Iterable[str]) -> Mapping[str, str]:
    names = sorted({token for machine in machines for token in uses_of_tokens(machine.source.data)})
    # What is deployed beside a machine is called after it.
    reserved = [f"{logical_id}{part}" for logical_id in logical_ids for part in ("", *BESIDE_A_MACHINE)]
    taken: dict[str, str] = {}
    for name in names:
        taken[name] = _letters_and_digits(name, (*reserved, *taken.values()))
    return taken


def _letters_and_digits(name: str, taken: Iterable[str]) -> str:
    """
    >>> _letters_and_digits("orders-api", ["ordersapi"])
    'ordersapi2'
    """
    stem = "".join(_WORD.findall(name)) or "Value"
    stem = stem if stem[0].isalpha() else f"N{stem}"
    known, found, count = frozenset(taken), stem, 1
    while found in known:
        count += 1
        found = f"{stem}{count}"
    return found


def _tokens(
    machine: StateMachine,
    boundaries: Mapping[str, ChildBoundary],
    identifiers: Mapping[str, str],
    meanings: Callable[[str], str | None],
) -> tuple[Token, ...]:
    child_of = {boundary.alias_arn: name for name, boundary in boundaries.items()}
    return tuple(
        Token(name, identifiers[name], tuple(uses), child_of.get(f"${{{name}}}"), meanings(name))
        for name, uses in sorted(uses_of_tokens(machine.source.data).items())
    )


def _meanings(tree: Tree, name: str | None, site: Site | None) -> Callable[[str], str | None]:
    """What the template filled in for a token while the child's states stood there, or fills in for the parent."""
    if name is None:
        found = [dict(part.fills or ()) for _, part in placeholders_in(tree.parent.source.data)]
        functions = {token: meaning for fills in found for token, meaning in fills.items()}
    else:
        functions = dict(meanings_of(tree.lock.children[name].record.functions))
    embedded = tree.parent.source.embedded
    variables = embedded.variables if embedded is not None else {} if site is None else site.variables

    def meaning(token: str) -> str | None:
        found = functions.get(token) or variables.get(token)
        if found is None and site is not None and site.substitutes:
            return meaning_of_token(token)
        return found

    return meaning
