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
        example='A Task without Parameters or Arguments, or one that sends "Payload.$": "$" or {% $states.input %}.',
        remedy=(
            "Give the state Parameters (in JSONata: Arguments) with the fields it uses, or name them in the boundary "
            "map under assume.reads. An expression that takes the input as a whole can name the fields instead."
        ),
    ),
)
