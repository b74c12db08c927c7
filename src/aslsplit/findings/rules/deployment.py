"""Rules about definitions that Terraform cannot fill in: ASL58x."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL581",
        name="token-without-a-name",
        severity=Severity.ERROR,
        what="A token in a template of Terraform is an expression, and wire --target terraform does not know of what.",
        why="Whoever calls templatefile must hand it every name that the expression uses.",
        example='"TableName": "${upper(stage)}-orders" in order.asl.json.tftpl.',
        remedy="Let the token be a name, and give that name the value of the expression where it is filled in.",
    ),
)
