"""A proposal for programs, and as Markdown."""

from __future__ import annotations

from aslsplit.asl.source import Json, format_pointer
from aslsplit.findings import printable
from aslsplit.propose.proposed import Option, Proposal, ProposedChild
from aslsplit.propose.search import Refused
from aslsplit.render.findings_text import findings_data, findings_markdown
from aslsplit.render.proposal_text import COLUMNS, headline, option_row, paths_in, paths_out, refusal, verdict

__all__ = ["proposal_data", "proposal_markdown"]


def proposal_data(proposal: Proposal) -> Json:
    source = proposal.machine.source
    return {
        "machine": source.name,
        **({} if source.resource is None else {"resource": source.resource}),
        "states": sum(len(scope.states) for scope in proposal.machine.scopes()),
        "candidates": proposal.looked_at,
        "kept": list(proposal.fixed),
        "options": [_option(option, proposal) for option in proposal.options],
        "refused": [_refused(one) for one in proposal.refused],
        "findings": findings_data(proposal.findings),
    }


def _option(option: Option, proposal: Proposal) -> Json:
    return {
        "name": option.alternative.name,
        "worth": round(option.alternative.worth, 2),
        "parent": list(option.story),
        "children": [_child(child, proposal.child_price) for child in option.children],
        "boundary_map": option.boundary_map or None,
    }


def _child(child: ProposedChild, price: float) -> Json:
    measured = child.scored.measured
    return {
        "name": child.name,
        "call": child.call,
        "worth": round(child.scored.worth - price, 2),
        "found": child.scored.candidate.origin,
        "scope": format_pointer(child.plan.region.scope.pointer),
        "entry": child.plan.region.entries[0],
        "states": list(child.plan.region.members),
        "exits": [found.target for found in child.plan.contract.exits],
        "error_exits": measured.error_exits,
        "paths_in": paths_in(child),
        "paths_out": paths_out(child),
        "opaque_reads": measured.opaque,
        "captures": measured.captures,
        "domains": dict(measured.domains),
        "services": dict(measured.services),
        "costs": {"transitions": child.costs.transitions, "events": child.costs.events},
        "reasons": [
            {"what": reason.what, "points": round(reason.points, 2), "words": reason.words} for reason in child.reasons
        ],
        "patterns": [{"pattern": pattern, "why": why} for pattern, why in child.patterns],
    }


def _refused(one: Refused) -> Json:
    return {"found": one.scored.candidate.origin, "states": list(one.scored.candidate.members), "why": list(one.why)}


def proposal_markdown(proposal: Proposal) -> str:
    parts = [f"# {_cell(headline(proposal))}", "", _cell(verdict(proposal)), ""]
    parts += [f"| {' | '.join(COLUMNS)} |", f"|---|{'---:|' * (len(COLUMNS) - 1)}"]
    parts += [f"| {' | '.join(map(_cell, option_row(option, proposal)))} |" for option in proposal.options]
    for option in proposal.options:
        if option.children:
            parts += ["", f"## {option.alternative.name}", "", f"Parent: {' → '.join(map(_cell, option.story))}", ""]
            parts += [
                "| child | states | from | exits | in | out | worth | other patterns |",
                "|---|---:|---|---|---:|---:|---:|---|",
            ]
            parts += [_row(child, proposal.child_price) for child in option.children]
            if option is proposal.best_split:
                parts += [line for child in option.children for line in _reasons(child)]
    if proposal.refused:
        parts += ["", "## Looked at and refused", "", *(f"- {_cell(refusal(one))}" for one in proposal.refused)]
    if proposal.findings:
        parts += ["", "## Findings", "", findings_markdown(proposal.findings)]
    return "\n".join(parts).rstrip() + "\n"


def _row(child: ProposedChild, price: float) -> str:
    exits = ", ".join("the end" if found.target is None else f"`{found.target}`" for found in child.plan.contract.exits)
    cells = (
        child.name,
        str(child.scored.measured.states),
        f"`{child.plan.region.entries[0]}`",
        exits or "none",
        str(paths_in(child)),
        str(paths_out(child)),
        f"{child.scored.worth - price:+.1f}",
        ", ".join(f"`{pattern}`" for pattern in dict.fromkeys(pattern for pattern, _ in child.patterns)),
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _reasons(child: ProposedChild) -> list[str]:
    lines = [
        "",
        f"### {child.name}: {_cell(child.call)}",
        "",
        ", ".join(f"`{_cell(n)}`" for n in child.plan.region.members),
        "",
    ]
    lines += [f"- {reason.points:+.1f} {_cell(reason.words)}" for reason in child.reasons]
    for pattern, why in child.patterns:
        lines.append(f"- or, `{pattern}`: {_cell(why)}")
    return lines


def _cell(text: str) -> str:
    return printable(text).replace("|", "\\|")
