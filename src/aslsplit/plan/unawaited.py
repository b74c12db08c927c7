"""A child that is started and not waited for: whether anybody needs what it makes, or has to learn that it failed."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.analysis.facts import Facts
from aslsplit.analysis.failing import failures_of
from aslsplit.analysis.pathset import EMPTY
from aslsplit.analysis.presence import with_paths
from aslsplit.asl.paths import DOCUMENT, AccessPath, format_path
from aslsplit.asl.source import format_pointer
from aslsplit.findings import Finding, finding
from aslsplit.plan.claim import Claim
from aslsplit.plan.plan import ChildPlan
from aslsplit.plan.residues import is_put_into_an_object

__all__ = ["unawaited"]

_WAIT = "let the caller wait, `pattern: sync`"
_FEW = 4


def unawaited(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if child.form.waits:
        return
    yield from _exits(claim, child)
    yield from _results(claim, child)
    yield from _failures(facts, claim, child)
    yield from _acceptance(claim, child)


def _exits(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    exits = child.region.exits
    if not exits:
        yield finding(
            "ASL422",
            f'control never comes back from "{claim.child}", so its caller has nowhere to go on without it',
            span=claim.in_map(),
            help=_WAIT,
        )
    elif len(exits) > 1:
        targets = ", ".join("the end" if found.target is None else found.target for found in exits)
        pointer = exits[1].transitions[0].pointer
        yield finding(
            "ASL422",
            f'"{claim.child}" decides where it goes on: {targets}; its caller does not wait to learn that',
            span=claim.in_machine(pointer),
            pointer=format_pointer(pointer),
            help=f"{_WAIT}, or change the region so that control leaves it to one place",
        )


def _results(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    for flow, found in zip(child.flow.exits, child.contract.exits, strict=True):
        places = [format_path(DOCUMENT, stem) for stem in found.writes]
        places += [variable.root for variable in found.variables]
        if not places:
            continue
        shown = ", ".join(places[:_FEW]) + (", …" if len(places) > _FEW else "")
        behind = "where the machine ends" if found.target is None else f"from {found.target} on"
        pointer = flow.exit.transitions[0].pointer
        yield finding(
            "ASL421",
            f'"{claim.child}" makes {shown}, which {"is" if len(places) == 1 else "are"} needed {behind}',
            span=claim.in_machine(pointer),
            pointer=format_pointer(pointer),
            help=f"{_WAIT}, leave what makes it out of the child, or say with `observe` what is read of the output",
        )


def _failures(facts: Facts, claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    if child.boundary.errors == "ignore":
        return
    present = {arrival.entry: arrival.present for arrival in child.flow.entries}
    sent = {
        arrival.entry: with_paths(
            present[arrival.entry],
            (
                AccessPath(part.root, value.stem)
                for part in arrival.request.parts
                for value in part.values
                if part.requires(value)
            ),
        )
        for arrival in child.contract.entries
    }
    help: str | None = (
        f"if nobody has to learn that it failed, say `errors: ignore` under {claim.child}; or handle the error inside "
        f"the child; or {_WAIT}"
    )
    for state, why in failures_of(facts, child.region, sent):
        yield finding(
            "ASL423",
            f'"{state.name}" {why}: a failure of "{claim.child}" ends the monolith, and its caller would go on',
            span=claim.machine.source.span(state.pointer, key=True),
            pointer=format_pointer(state.pointer),
            help=help,
        )
        help = None


def _acceptance(claim: Claim, child: ChildPlan) -> Iterator[Finding]:
    place = child.boundary.accepted_at
    if place is None:
        return
    if len(place.stem) != 1:
        why, help = f"{place} is not a field of the document itself", "name a field such as $.notification"
    elif any(flow.live.get(DOCUMENT, EMPTY).at(place.stem) for flow in child.flow.exits):
        why = f"{place} is read behind the call, or seen by who reads the output"
        help = "name a field that nobody reads, narrow `observe`, or leave accepted_at out"
    elif not is_put_into_an_object(claim, child):
        why = f'nothing proves that the document is an object where "{claim.child}" is called'
        help = "prove a field of it with input_schema or assume.present, or leave accepted_at out"
    else:
        return
    message = f'what "{claim.child}" is accepted with cannot be stored: {why}'
    yield finding("ASL524", message, span=claim.in_map("accepted_at"), help=help)
