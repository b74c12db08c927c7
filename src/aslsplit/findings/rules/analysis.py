"""Rules about the analysis: ASL2xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL201",
        name="opaque-read",
        severity=Severity.NOTE,
        what=("A state of the child reads all of its input, so nothing narrower can be said about what it needs."),
        why="One such read makes the request of its child as wide as the document at that point.",
        example='A Task without Parameters, or one that sends "Payload.$": "$".',
        remedy=(
            "Give the state Parameters with the fields it uses, or name them in the boundary map under assume.reads."
        ),
    ),
    Rule(
        code="ASL202",
        name="jsonata-read-as-whole",
        severity=Severity.NOTE,
        what=("States written in JSONata are taken to read their whole input and to replace it by something unknown."),
        why=(
            "What such a state really needs is not resolved, so exits that lead to it return everything that changed."
        ),
        example='A state with "QueryLanguage": "JSONata" in a machine whose other states use JSONPath.',
        remedy="Nothing is wrong; contracts next to these states are wider than they would have to be.",
    ),
)
