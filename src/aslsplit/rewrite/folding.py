"""``style: compact``: the request built and the result normalized by the invoke state itself, where that is exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aslsplit.analysis.calls import Waiting
from aslsplit.asl.paths import format_path
from aslsplit.asl.source import Json
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.answer import answer_in_jsonata
from aslsplit.rewrite.normalize import normalized_document
from aslsplit.rewrite.packing import expression, nested

__all__ = ["Folding", "behind_join", "folding_of"]


@dataclass(frozen=True, slots=True)
class Folding:
    """``result`` are the fields of the invoke state that normalize; ``route``: with several exits the rules of the
    routing Choice do it; ``reasons`` say what had to stay a state."""

    build: bool = False
    normalize: bool = False
    route: bool = False
    result: Mapping[str, Json] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


_SEVERAL_ENTRIES = "the child has several entries, and each builds a request of its own"


def folding_of(plan: ChildPlan) -> Folding:
    if plan.boundary.style == "explicit":
        return Folding()
    if plan.query_language == "JSONata":
        return _folding_in_jsonata(plan)
    reasons: list[str] = []
    contract = plan.contract
    build = not contract.dispatched and contract.entries[0].request.strict
    if contract.dispatched:
        reasons.append(_SEVERAL_ENTRIES)
    elif not build:
        reasons.append("the request has values that may be absent, which only a JSONata state can leave out")
    result, reason = _result_fields(plan)
    if reason:
        reasons.append(reason)
    return Folding(build, reason is None, result=result, reasons=tuple(reasons))


def behind_join(plan: ChildPlan) -> Folding:
    """Of a child that runs beside others: its result comes out of a Parallel state with those of the others."""
    folding = folding_of(plan)
    if not folding.normalize:
        return folding
    reason = "the result is put in place behind the Parallel state that runs the child beside others"
    return replace(folding, normalize=False, result={}, reasons=(*folding.reasons, reason))


def _folding_in_jsonata(plan: ChildPlan) -> Folding:
    """An object expression leaves out what is absent, and an Output may write any number of places."""
    exits, build = plan.contract.exits, not plan.contract.dispatched
    reasons = () if build else (_SEVERAL_ENTRIES,)
    if len(exits) != 1:
        return Folding(build, route=True, reasons=reasons)
    document = normalized_document(exits[0], f"{answer_in_jsonata(plan)}.result")
    return Folding(build, normalize=True, result={"Output": expression(document)}, reasons=reasons)


def _result_fields(plan: ChildPlan) -> tuple[Mapping[str, Json], str | None]:
    contract = plan.contract
    if len(contract.exits) != 1:
        return {}, "the child has several exits, and each is normalized in its own way"
    found = contract.exits[0]
    if not found.writes:
        return {"ResultPath": None}, None
    if plan.form.answer is Waiting.AS_TEXT:
        return {}, "the child answers with text, which is taken apart before a path leads into it"
    if not found.strict or not all(found.surely_returned(place) for place in found.writes):
        return {}, "the result has values that may be absent, which only a JSONata state can leave out"
    places = ((),) if found.replaced else found.writes
    if len(places) > 1:
        return {}, "the result goes to several places, and a state writes one"
    stem = places[0]
    taken = found.taken_below(stem)
    if () in taken:
        return {}, "a ResultSelector makes objects, and the result is a value whose fields are not known"
    base = (*(plan.form.output or ()), "result")
    selected = nested({part: format_path("$", base + place) for part, place in taken.items()})
    return {"ResultSelector": selected, **({} if not stem else {"ResultPath": format_path("$", stem)})}, None
