"""Rules about what is written: ASL6xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL601",
        name="generated-state-edited",
        severity=Severity.ERROR,
        what="A state that aslsplit generated was changed by hand, or is gone.",
        why="Writing the parent again would undo the change without a word.",
        example="Somebody raised MaxAttempts in InvokePayment.",
        remedy="Put the change into the boundary map where it has a key, and restore the state from version control.",
    ),
    Rule(
        code="ASL602",
        name="child-edited",
        severity=Severity.WARNING,
        what="An extracted child was changed since it was written.",
        why="The child belongs to its team, so it is left as it is.",
        example="The payment team added a state to children/payment.asl.json.",
        remedy="Run extract, which takes note of the change in the lock file, and commit that.",
    ),
    Rule(
        code="ASL603",
        name="file-in-the-way",
        severity=Severity.ERROR,
        what="A file that would be written exists and was not written by aslsplit.",
        why="Files of people are never overwritten.",
        example="children/payment.asl.json was there before the first extraction.",
        remedy="Move the file away, or give the child another name or children_dir.",
    ),
    Rule(
        code="ASL604",
        name="tree-differs",
        severity=Severity.ERROR,
        what="With --check: a file is not what would be written.",
        why="The definitions and the boundary map say different things, so one of them is stale.",
        example="The boundary map was changed and extract was not run again.",
        remedy="Run extract without --check and commit what it writes, or undo the change.",
    ),
    Rule(
        code="ASL605",
        name="lock-unusable",
        severity=Severity.ERROR,
        what="The lock file cannot be used: it is damaged, or it records what is not there.",
        why="Without it nothing is known about the children that were extracted before.",
        example="A merge left conflict marks in boundaries.lock.yaml.",
        remedy="Restore the lock file from version control.",
    ),
    Rule(
        code="ASL606",
        name="not-extracted",
        severity=Severity.ERROR,
        what="A child is to be inlined that was not extracted.",
        why="There is nothing to put back.",
        example="inline --child payment before extract --child payment.",
        remedy="Name a child that the lock file records.",
    ),
    Rule(
        code="ASL607",
        name="parent-edited",
        severity=Severity.ERROR,
        what="The parent was changed by hand, and the monolith it is made from was not.",
        why="Writing the parent again would lose the change.",
        example="Somebody edited order-orchestrator.asl.json instead of order-processing.asl.json.",
        remedy="Make the change in the monolith's file and run extract again.",
    ),
    Rule(
        code="ASL608",
        name="child-would-change",
        severity=Severity.ERROR,
        what="The monolith or the boundary map would now make another child than the one that was extracted.",
        why=(
            "Files of extracted children belong to their teams and are never written, so parent and child would no "
            "longer be what was proved together."
        ),
        example="The boundary map gives one more state to a child that was extracted last month.",
        remedy="Undo the change, or inline the child and extract it again.",
    ),
    Rule(
        code="ASL609",
        name="inside-extracted-child",
        severity=Severity.ERROR,
        what="A child inside another one is to be extracted, or put back, after that one was extracted.",
        why=(
            "The outer child calls the inner one, so its file would have to be changed, and files of extracted "
            "children belong to their teams."
        ),
        example="fulfillment holds the states of packing, was extracted first, and now packing is to be extracted.",
        remedy="Extract from the inside out, and inline from the outside in: inline the outer child first.",
    ),
)
