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
)
