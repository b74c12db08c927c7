"""A proposal for a terminal and a review: the ways to cut side by side, then the first split with its reasons."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from aslsplit.findings import printable
from aslsplit.propose.proposed import Option, Proposal, ProposedChild
from aslsplit.propose.search import Refused

__all__ = ["COLUMNS", "headline", "option_row", "paths_in", "paths_out", "proposal_text", "refusal", "verdict"]

_LABEL = 10
COLUMNS = ("option", "children", "moved", "largest", "paths in", "paths out", "exits", "transitions", "events", "worth")


def proposal_text(proposal: Proposal, *, width: int) -> str:
    lines = [headline(proposal), *_wrapped(verdict(proposal), "", width), "", *_table(proposal, width)]
    for option in proposal.options:
        if option.children:
            lines += ["", *_option(option, proposal, width, full=option is proposal.best_split)]
    if proposal.refused:
        lines += ["", "Looked at and refused"]
        for one in proposal.refused:
            lines += _wrapped(refusal(one), "  ", width)
    return "\n".join(lines) + "\n"


def headline(proposal: Proposal) -> str:
    states = sum(len(scope.states) for scope in proposal.machine.scopes())
    name = printable(proposal.machine.source.title)
    return f"{name}: {states} states, {proposal.looked_at} regions looked at"


def verdict(proposal: Proposal) -> str:
    best = proposal.options[0]
    if best.children:
        names = ", ".join(child.name for child in best.children)
        return f"Proposed: {names} ({best.alternative.name})."
    if best.alternative.name == "only group":
        return (
            "Proposed: keep one machine and group its states, by names or comments. The groups hang together, but"
            " none of them is worth a contract and a workflow of its own."
        )
    kept = f" beyond {', '.join(proposal.fixed)}" if proposal.fixed else ""
    return f"Proposed: change nothing{kept}. No region is worth a child."


def option_row(option: Option, proposal: Proposal) -> tuple[str, ...]:
    """One cell per column."""
    children = option.children
    states = sum(len(scope.states) for scope in proposal.machine.scopes())
    sizes = [child.scored.measured.states for child in children]
    return (
        option.alternative.name,
        str(len(children)),
        f"{sum(sizes)}/{states}",
        str(max(sizes, default=0)),
        str(sum(paths_in(child) for child in children)),
        str(sum(paths_out(child) for child in children)),
        str(sum(len(child.plan.contract.exits) for child in children)),
        f"+{sum(child.costs.transitions for child in children)}",
        f"+{sum(child.costs.events for child in children)}",
        f"{option.alternative.worth:.1f}",
    )


def paths_in(child: ProposedChild) -> int:
    return sum(len(part.values) for part in child.plan.contract.entries[0].request.parts)


def paths_out(child: ProposedChild) -> int:
    return sum(len(part.values) for found in child.plan.contract.exits for part in (found.result, *found.variables))


def refusal(one: Refused) -> str:
    members = one.scored.candidate.members
    what = f"{_states(len(members))} from {members[0]} to {members[-1]}"
    return f"{printable(what)}: {printable('; '.join(one.why))}"


def _table(proposal: Proposal, width: int) -> Iterator[str]:
    """An option per line, or, where the terminal is too narrow for that, per column."""
    rows = [COLUMNS, *(option_row(option, proposal) for option in proposal.options)]
    lines = list(_aligned(rows))
    return iter(lines) if max(map(len, lines)) <= width else _aligned(list(zip(*rows, strict=True)))


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
        cells[0] = f"{row[0]:<{widths[0]}}"
        yield "  " + "  ".join(cells).rstrip()


def _option(option: Option, proposal: Proposal, width: int, *, full: bool) -> Iterator[str]:
    count = len(option.children)
    yield f"{option.alternative.name}: {count} {'child' if count == 1 else 'children'}"
    if full:
        yield from _labelled("parent", [" → ".join(option.story)], width)
    for child in option.children:
        if full:
            yield ""
            yield from _child(child, proposal.child_price, width)
        else:
            region = child.plan.region
            members = child.scored.candidate.members
            where = f"{_states(len(members))} from {region.entries[0]} to {members[-1]}"
            yield from _wrapped(
                f"{child.name}: {where}, worth {child.scored.worth - proposal.child_price:+.1f}", "  ", width
            )


def _child(child: ProposedChild, price: float, width: int) -> Iterator[str]:
    region = child.plan.region
    inside = f' inside "{region.scope.owner}"' if region.scope.owner else ""
    yield f"  {child.name}, called as {printable(child.call)}, worth {child.scored.worth - price:+.1f}"
    yield from _labelled(
        "moves", [f"{_states(child.scored.measured.states)}{inside}: {', '.join(region.members)}"], width
    )
    exits = ["the end" if found.target is None else found.target for found in child.plan.contract.exits]
    to = f"{len(exits)} {'exit' if len(exits) == 1 else 'exits'}: {', '.join(exits)}" if exits else "no exit: it fails"
    yield from _labelled("contract", [f"{paths_in(child)} paths in, {paths_out(child)} out; {to}"], width)
    yield from _labelled(
        "costs", [f"{child.costs.transitions} transitions and {child.costs.events} events per call"], width
    )
    for reason in child.reasons:
        yield from _labelled(
            "for" if reason.points > 0 else "against", [f"{reason.points:+.1f}  {reason.words}"], width
        )
    for pattern, why in child.patterns:
        yield from _labelled("or", [f"{pattern}: {why}"], width)


def _labelled(label: str, texts: Sequence[str], width: int) -> Iterator[str]:
    for text in texts:
        lines = textwrap.wrap(printable(text), width - _LABEL - 4, break_long_words=False, break_on_hyphens=False)
        for position, line in enumerate(lines):
            yield f"    {'' if position else label:<{_LABEL}}{line}"


def _wrapped(text: str, indent: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=f"{indent}  " if indent else "",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _states(count: int) -> str:
    return f"{count} state{'' if count == 1 else 's'}"
