"""Rules about the files that deploy parent and children: ASL57x."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL571",
        name="calls-in-a-circle",
        severity=Severity.ERROR,
        what="Children call each other in a circle.",
        why="What deploys a machine waits for the aliases that the machine calls, so nothing could be the first.",
        example="Somebody gave payment a call of inventory, which calls payment.",
        remedy="Take one of the calls out, for instance by letting the parent make it.",
    ),
    Rule(
        code="ASL572",
        name="wiring-edited",
        severity=Severity.ERROR,
        what="A file that wire wrote was changed by hand, and would now become another.",
        why="Writing it again would undo the change without a word.",
        example="Somebody raised a threshold in wiring/template.yaml, and then a child got one more token.",
        remedy=(
            "Put the change into the boundary map where it has a key, or into a template of your own, and remove the "
            "file; or wire into another folder and merge."
        ),
    ),
    Rule(
        code="ASL573",
        name="template-failed",
        severity=Severity.ERROR,
        what="A template of the user's is not valid, or uses a value that it was not given.",
        why="Half a file deploys nothing.",
        example="templates/wiring/sam/machine.yaml.j2 says {{ machine.logicalid }}.",
        remedy="Mend the template at the line that is named; docs/how-to/wire.md lists the values.",
    ),
    Rule(
        code="ASL574",
        name="children-cannot-be-added",
        severity=Severity.ERROR,
        what="The children cannot be added to the template that deploys the parent.",
        why="The template would no longer deploy, or something in it would have to be written anew.",
        example="wire --target sam, and the template has no Transform: AWS::Serverless-2016-10-31.",
        remedy="Follow the advice of the message; it names another target, or what is to be written out.",
    ),
    Rule(
        code="ASL575",
        name="logical-id-taken",
        severity=Severity.ERROR,
        what="The template has something else under a logical id that a child needs.",
        why="Two things of one name cannot be deployed, and what is there is never overwritten.",
        example="A function in the template is called PaymentWorkflow, as the state machine of a child would be.",
        remedy="Give the child another workflow in the boundary map, or rename what is there.",
    ),
    Rule(
        code="ASL576",
        name="role-elsewhere",
        severity=Severity.WARNING,
        what="The parent's role is not in the template, or its policies cannot be added to.",
        why="Without the right to call its children the parent can be deployed as little as it can run.",
        example="RoleArn: !ImportValue orders-role",
        remedy="Allow the role what the message lists, before the parent is deployed.",
    ),
    Rule(
        code="ASL577",
        name="express-without-logs",
        severity=Severity.WARNING,
        what="An EXPRESS machine is deployed without logs.",
        why="AWS keeps no history of Express executions: what is not logged is lost.",
        example="logs: {level: OFF}, and a child with pattern: express.",
        remedy="Log at least errors.",
    ),
)
