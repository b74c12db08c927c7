"""Rules about what the roles of machines must be allowed, and what of it cannot be known: ASL56x."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL561",
        name="resource-from-data",
        severity=Severity.WARNING,
        what="A state needs an action on a resource that its definition does not name.",
        why=(
            "The resource comes from data, or from a token of which no ARN can be made. Allowing the action on "
            "everything would be more than the machine needs, so no statement has it."
        ),
        example='"TableName.$": "$.table", or a queue that is named by the address in ${OrdersQueueUrl}.',
        remedy="Add a statement for the resources that you know the data to name.",
    ),
    Rule(
        code="ASL562",
        name="integration-unknown",
        severity=Severity.WARNING,
        what="A state calls something of which it is not known what it needs.",
        why=(
            "The whole resource is a token, or the service or the operation is not among those that are known. No "
            "action is guessed."
        ),
        example='"Resource": "${PutOrder}"',
        remedy="Add a statement for what the state calls; AWS's service authorization reference lists the actions.",
    ),
    Rule(
        code="ASL563",
        name="token-taken-for",
        severity=Severity.NOTE,
        what="What a token stands for was taken from what it is called.",
        why=(
            "Many parameters take a name as well as an ARN. A token whose name ends in Arn is taken for an ARN, any "
            "other one for a name."
        ),
        example='"TableName": "${OrdersTable}"',
        remedy="If it is wrong, correct the resource in the statement, or call the token what it is.",
    ),
    Rule(
        code="ASL564",
        name="needs-beyond-definition",
        severity=Severity.WARNING,
        what="A state needs something that depends on what no definition says.",
        why=(
            "The roles of an ECS task stand in its task definition, the tables that a query reads in its text, and "
            "what a call under Credentials needs is needed by another role."
        ),
        example="ecs:runTask passes the task role on, and so needs iam:PassRole for it.",
        remedy="Look up what it is, and add a statement for it.",
    ),
    Rule(
        code="ASL565",
        name="resources-not-known",
        severity=Severity.WARNING,
        what="The action that a state needs is known, the kind of resource that it works on is not.",
        why="Of the many operations of the SDK only the common ones have their resources in the tables.",
        example="arn:aws:states:::aws-sdk:transcribe:startTranscriptionJob",
        remedy="Add a statement; AWS's service authorization reference lists the resources of each action.",
    ),
)
