"""The request: does the parent send what the child reads, and does the contract still say so?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from aslsplit.analysis.forms import ANYTHING, Form, Forms
from aslsplit.asl.paths import Stem
from aslsplit.asl.source import Pointer
from aslsplit.check.border import Border, Sent, compared, problem, shown, text_of
from aslsplit.check.contracts import Alternative, Misfit, Trouble, chosen, misfits
from aslsplit.check.missing import Missing, asks_first, missing_from, part_read, reads_of_nothing
from aslsplit.findings import Finding, Severity

__all__ = ["about_request"]

_AWS_OWN = {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": Form(frozenset({"string"}), open=False)}


def about_request(border: Border) -> Iterator[Finding]:
    sent = tuple(border.sent())
    if border.callee.requests:
        for one in sent:
            yield from _against_contract(border, one)
        yield from _beyond_contract(border, sent)
    else:
        for one in sent:
            yield from _against_child(border, one)
    for one in sent:
        yield from _other_types(border, one)


def _against_contract(border: Border, sent: Sent) -> Iterator[Finding]:
    """What the contract asks for and the call does not bring."""
    possible = chosen(border.callee.requests, sent.form, "entry")
    if not possible:
        known = ", ".join(one.name or "" for one in border.callee.requests)
        named = sent.form.member("entry").values
        what = f"names the entry {' or '.join(sorted(named))}" if named else "names no entry"
        message = f'{border.state.name} {what}, and the contract of "{border.child}" has {known}'
        help = "send one of these names as entry, or bring the entry into the child and its contract"
        yield problem("ASL755", message, border.caller, border.place_of(("entry",)), help)
        return
    # What was generated leaves out only what may be left out, as far as the monolith tells.
    sure = sent.sure if {border.state.name, sent.source} & border.edited else None
    found = [tuple(misfits(one.schema, sent.form, sure)) for one in possible]
    # Where it is not known which alternative is meant, only what fits none of them is surely wrong.
    common = [misfit for misfit in found[0] if all(misfit in others for others in found)]
    for misfit in common:
        yield _misfit(border, misfit)
    if len(possible) == 1 and (sure is not None or border.callee.edited):
        yield from _never_sent(border, sent, possible[0], {misfit.stem for misfit in common})


def _never_sent(border: Border, sent: Sent, agreed: Alternative, known: Collection[Stem]) -> Iterator[Finding]:
    """What the contract leaves optional, the child looks at, and the call never brings."""
    callee, reached = border.callee, border.callee.reached(sent.form)
    for missing in missing_from(callee.facts, sent.form, callee.readings(reached), reached):
        stem = missing.stem
        if not agreed.form.at(stem).absent and not any(stem[: len(other)] == other for other in known):
            yield _unsent(border, stem, missing, "never sends", Severity.WARNING)


def _misfit(border: Border, misfit: Misfit) -> Finding:
    part, place = text_of(misfit.stem), border.place_of(misfit.stem)
    contract = f'the contract of "{border.child}"'
    match misfit.trouble:
        case Trouble.MISSING | Trouble.PERHAPS_MISSING:
            perhaps = misfit.trouble is Trouble.PERHAPS_MISSING
            sends = "may not send" if perhaps else "does not send"
            message = f"{border.state.name} {sends} {part}, which {contract} requires"
            help = f"send it again{_reader(border, misfit.stem)}, or make it optional in the contract and in the child"
            severity = Severity.WARNING if perhaps else Severity.ERROR
            return problem("ASL751", message, border.caller, place, help, severity)
        case Trouble.OTHER_TYPE:
            message = f"{border.state.name} sends {part} as {misfit.found}, and {contract} says {misfit.wanted}"
            return problem("ASL754", message, border.caller, place, "send the type that the contract promises")
        case Trouble.OTHER_VALUE:
            message = f"{border.state.name} sends {misfit.found} as {part}, and {contract} says {misfit.wanted}"
            help = "send a value that the contract knows, or bring contract and child to it"
            return problem("ASL755", message, border.caller, place, help)


def _reader(border: Border, stem: Stem) -> str:
    callee = border.callee
    for reading in callee.readings(callee.reached(ANYTHING)):
        if not asks_first(border.callee.facts, reading) and (part_read(reading) or ())[: len(stem)] == stem:
            return f" ({reading.state.name} reads it, {shown(border.callee, reading.read.pointer)})"
    return ""


def _beyond_contract(border: Border, sent: tuple[Sent, ...]) -> Iterator[Finding]:
    """What the child reads and the contract does not mention."""
    seen: set[Pointer] = set()
    for form in map(_with_own, border.callee.forms):
        for missing in _unmet(border, form):
            if missing.guarded and border.callee.agreed and not border.callee.edited:
                # A way of the monolith that is never taken may have moved along.
                continue
            seen.add(missing.reading.read.pointer)
            part, reader = text_of(missing.stem), missing.reading
            is_sent = sent and not any(one.form.at(missing.stem).absent for one in sent)
            also = "" if is_sent else f", and {border.state.name} does not send"
            message = f'{reader.state.name} reads {part}, which the contract of "{border.child}" does not have{also}'
            help = "bring it into the contract, as a new version"
            if not is_sent:
                help = f"read something else, or bring it into the contract and send it from {border.state.name}"
            severity = _severity(border, missing, form)
            yield problem("ASL752", message, border.callee, reader.read.pointer, help, severity)
        if border.callee.edited:
            yield from _from_nowhere(border, form, seen)


def _from_nowhere(border: Border, form: Form, seen: set[Pointer]) -> Iterator[Finding]:
    """What the request does not bring under any name, and no state of the child makes. In a child that nobody edited
    it is a way of the monolith that is never taken."""
    callee = border.callee
    for state, read in reads_of_nothing(callee.facts, callee.reached(form)):
        if read.pointer not in seen:
            seen.add(read.pointer)
            message = (
                f'{state.name} reads {read.path}, and neither the contract of "{border.child}" nor a state brings it'
            )
            help = f"read something else, or bring it into the contract and send it from {border.state.name}"
            yield problem("ASL752", message, callee, read.pointer, help)


def _with_own(form: Form) -> Form:
    return Form(form.kinds, {**form.members, **_AWS_OWN}, form.open)


def _unmet(border: Border, request: Form) -> Iterator[Missing]:
    callee = border.callee
    reached = callee.reached(request)
    return missing_from(callee.facts, request, callee.readings(reached), reached)


def _severity(border: Border, missing: Missing, request: Form) -> Severity:
    return Severity.WARNING if missing.guarded and not border.callee.refuses(request) else Severity.ERROR


def _against_child(border: Border, sent: Sent) -> Iterator[Finding]:
    """Without a contract the child itself says what it reads."""
    callee = border.callee
    reached = callee.reached(sent.form)
    ends = {ending.state.name for ending in callee.endings}
    if ends and not ends & reached.keys() and ends & callee.reached(ANYTHING).keys():
        message = f'"{border.child}" refuses whatever {border.state.name} sends: none of its ends can be reached'
        help = f"compare what is sent with the first choices of {callee.facts.machine.source.name}"
        yield problem("ASL755", message, border.caller, border.place_of(()), help)
    for missing in missing_from(callee.facts, sent.form, callee.readings(reached), reached):
        yield _unsent(border, missing.stem, missing, "does not send", _severity(border, missing, sent.form))
    yield from _perhaps_unsent(border, sent, reached)


def _unsent(border: Border, stem: Stem, missing: Missing, sends: str, severity: Severity) -> Finding:
    reader = missing.reading
    where = shown(border.callee, reader.read.pointer)
    asks = "asks for" if missing.guarded else "reads"
    message = (
        f'{border.state.name} {sends} {text_of(stem)}, which {reader.state.name} of "{border.child}" {asks} ({where})'
    )
    return problem(
        "ASL751", message, border.caller, border.place_of(stem), "send it, or let the child do without it", severity
    )


def _perhaps_unsent(border: Border, sent: Sent, reached: Mapping[str, Forms]) -> Iterator[Finding]:
    seen: set[Stem] = set()
    for reading in border.callee.readings(reached):
        part = part_read(reading)
        if part is None or not reading.read.sure or reading.state.name not in reached:
            continue
        for length in range(1, len(part) + 1):
            stem, around = part[:length], sent.form.at(part[: length - 1])
            left_out = not around.open and stem[-1] in around.members
            if left_out and stem not in sent.sure and not sent.form.at(stem).absent and stem not in seen:
                seen.add(stem)
                if not asks_first(border.callee.facts, reading):
                    yield _unsent(border, stem, Missing(stem, reading, False), "may not send", Severity.WARNING)


def _other_types(border: Border, sent: Sent) -> Iterator[Finding]:
    """What the child compares as another type than the parent sends."""
    callee = border.callee
    reached = callee.reached(sent.form)
    for comparison, form in compared(callee.facts, callee.readings(reached), reached):
        if form.kinds and comparison.kind not in form.kinds and form.kinds != {"null"}:
            found = " or ".join(sorted(form.kinds))
            message = (
                f'"{border.child}" compares as {comparison.kind} what {border.state.name} sends as {found}, '
                "so it never matches"
            )
            yield problem("ASL754", message, callee, comparison.pointer, "send and compare the same type")
