"""Rules about definitions that Terraform cannot take as they are: ASL58x."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL581",
        name="misread-by-templatefile",
        severity=Severity.ERROR,
        what="A definition holds what Terraform's templatefile would read as a sign of its own: %{, $${ or ${!.",
        why="The machine that is deployed would not be the one that was proved.",
        example="A JSONata expression ends in an object: {%{'id': $states.input.id}%}.",
        remedy="Write the text in another way, with a space between the signs for instance.",
    ),
    Rule(
        code="ASL582",
        name="token-without-a-name",
        severity=Severity.ERROR,
        what="A token of a definition is no name that Terraform's templatefile could be handed.",
        why="Between ${ and } Terraform reads an expression of its own language.",
        example='"TableName": "${AWS::StackName}-orders".',
        remedy="Give the token a name of letters, digits and underscores.",
    ),
)
