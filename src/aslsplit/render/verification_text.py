"""What a verification found, for people and for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from aslsplit.asl.source import Json
from aslsplit.plan.plan import ChildPlan
from aslsplit.render.findings_text import findings_data
from aslsplit.verify.cases import Cases
from aslsplit.verify.scenario import scenario_data
from aslsplit.verify.verdict import Verdict

__all__ = ["coverage_figures", "extent_of", "verification_data", "verification_text"]

_SHOWN = 12
_LABEL = 16


def verification_text(found: Verdict, *, width: int) -> str:
    lines = [f"{found.plan.facts.machine.source.name} against {', '.join(found.names) or 'no children'}"]
    for proof, holds in found.holds.items():
        lines.append(_row(proof, "holds" if holds else "fails") + extent_of(found, proof))
    if found.cases is not None and found.cases.scenarios:
        lines += ["", *_coverage(found, found.cases)]
    if found.uses:
        lines += ["", *_uses(found, width)]
    return "\n".join(lines) + "\n"


def extent_of(found: Verdict, proof: str) -> str:
    """How much was run for it."""
    if found.cases is None or found.runs is None:
        return ""
    if proof == "replay":
        return f", {_counted(sum(found.runs.replay.requests.values()), 'request')} answered by the children alone"
    if proof != "execution":
        return ""
    examples = f", {found.examples} of them examples," if found.examples else ""
    return f", {_counted(found.runs.compared, 'scenario')}{examples} compared (seed {found.cases.seed})"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def coverage_figures(found: Verdict, cases: Cases) -> tuple[tuple[str, int, int], ...]:
    """What there is, how much of it the scenarios reach, and how much there is of it."""
    goals, reached = cases.goals, cases.coverage
    caught = {edge for edge in goals.edges if edge[2] == "catch"}
    others = goals.edges - caught
    exits = [(exit.target, exit.transitions) for child in _children(found) for exit in child.region.exits]
    left = [target for target, ways in exits if any((w.source, w.target) in _plain(reached.edges) for w in ways)]
    return (
        ("states", len(goals.states & reached.states), len(goals.states)),
        ("transitions", len(others & reached.edges), len(others)),
        ("catchers", len(caught & reached.edges), len(caught)),
        ("retries", len(goals.retries & reached.retries), len(goals.retries)),
        ("exits", len(left), len(exits)),
    )


def _coverage(found: Verdict, cases: Cases) -> Iterator[str]:
    yield "The scenarios reach"
    for what, reached, there_are in coverage_figures(found, cases):
        yield _row(what, f"{reached} of {there_are}")
    missed = sorted(cases.missed_states)
    if missed:
        more = f" and {len(missed) - _SHOWN} more" if len(missed) > _SHOWN else ""
        yield _row("not", f"{', '.join(missed[:_SHOWN])}{more}")


def _children(found: Verdict) -> list[ChildPlan]:
    return [child for child in found.plan.children if child.boundary.name in found.names]


def _plain(edges: frozenset[tuple[str, str | None, str]]) -> set[tuple[str, str | None]]:
    return {(source, target) for source, target, _ in edges}


def _uses(found: Verdict, width: int) -> Iterator[str]:
    yield "Fields that some scenario needs"
    label = max(_LABEL, *(len(name) + 4 for name in found.names))
    for name in found.names:
        own = [use for use in found.uses if use.child == name]
        idle = [use.field for use in own if not use.missed]
        rest = f"; nobody missed {', '.join(idle)}" if idle else ""
        text = f"{len(own) - len(idle)} of {len(own)}{rest}"
        first, *others = textwrap.wrap(text, width - label, break_long_words=False, break_on_hyphens=False)
        yield _row(name, first, label)
        yield from (f"{'':{label}}{line}" for line in others)


def _row(label: str, text: str, width: int = _LABEL) -> str:
    return f"  {label:<{width - 3}} {text}"


def verification_data(found: Verdict) -> Json:
    cases, case = found.cases, found.counterexample
    return {
        "monolith": found.plan.facts.machine.source.name,
        "children": list(found.names),
        "proofs": dict(found.holds),
        "scenarios": found.runs.compared if found.runs else 0,
        "replayed": dict(found.runs.replay.requests) if found.runs else {},
        "seed": cases.seed if cases else None,
        "coverage": None
        if cases is None
        else {
            "states": [len(cases.goals.states & cases.coverage.states), len(cases.goals.states)],
            "transitions": [len(cases.goals.edges & cases.coverage.edges), len(cases.goals.edges)],
            "retries": [len(cases.goals.retries & cases.coverage.retries), len(cases.goals.retries)],
            "missed_states": sorted(cases.missed_states),
            "missed_transitions": sorted([list(edge) for edge in cases.missed_edges], key=str),
        },
        "fields": [{"child": use.child, "field": use.field, "needed": use.missed} for use in found.uses],
        "counterexample": None if case is None else scenario_data(case.mismatch.scenario),
        "findings": findings_data(found.findings),
    }
