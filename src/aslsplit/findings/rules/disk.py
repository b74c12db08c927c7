"""Rules about the disk, and what lies on it: ASL615 to ASL621."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL615",
        name="leads-out-of-the-folder",
        severity=Severity.ERROR,
        what="A file to be read or written lies outside the folder of the boundary map, behind a symbolic link.",
        why="Whoever wrote the files of a project shall not decide what else of the disk is read, shown or changed.",
        example="children is a symbolic link to a folder in somebody's home.",
        remedy="Put the file itself there, or move the boundary map to a folder above both.",
    ),
    Rule(
        code="ASL616",
        name="unreadable-file",
        severity=Severity.ERROR,
        what="What is to be read is no plain file, may not be read, or cannot be.",
        why="A pipe or a device would never end, and half a file is no file.",
        example="order.asl.json is a folder, or a symbolic link to itself.",
        remedy="Put a plain file in its place, or name another one.",
    ),
    Rule(
        code="ASL617",
        name="cannot-be-written",
        severity=Severity.ERROR,
        what="The disk does not take a file: it is full or read-only, or something is in the way. Nothing was changed.",
        why="All files of a run are written, or none.",
        example="contracts is a file, and contracts/payment/README.md is to be written.",
        remedy="Do what the message asks for, then run the same command again.",
    ),
    Rule(
        code="ASL618",
        name="changed-meanwhile",
        severity=Severity.ERROR,
        what="A file was changed between reading it and writing what was made of it. Nothing was written.",
        why="What was proved is true of the file that was read, and somebody's change would be lost.",
        example="An editor saved order.asl.json while extract was proving.",
        remedy="Run the same command again.",
    ),
    Rule(
        code="ASL619",
        name="another-run",
        severity=Severity.ERROR,
        what="Another aslsplit is just writing in the same folder. Nothing was read or written.",
        why="The results of two runs would be mixed.",
        example="Two jobs of a pipeline extract into one checkout at the same time.",
        remedy="Run this again when the other one is done. What a killed run has left does not stand in the way.",
    ),
    Rule(
        code="ASL620",
        name="unfinished-run",
        severity=Severity.ERROR,
        what=(
            "An interrupted run has left its journal, .aslsplit.journal, and what it tells of cannot be finished or "
            "taken back; or the journal is none that aslsplit would write."
        ),
        why="A file that was changed since is somebody's work, and no journal may say what becomes of it.",
        example="A run was killed while it wrote, and then someone edited the parent.",
        remedy=(
            "Bring the files that the message names into order, by hand or from version control, then remove "
            ".aslsplit.journal and the files that end in .old.tmp and .new.tmp."
        ),
    ),
    Rule(
        code="ASL621",
        name="put-in-order",
        severity=Severity.WARNING,
        what="An earlier run was interrupted, and this one has put in order what it left.",
        why="Files in the middle of a change fit neither the old tree nor the new one.",
        example="extract was killed after the parent was written and before the lock file.",
        remedy="Nothing is left to do; see with git diff what the files are now.",
    ),
)
