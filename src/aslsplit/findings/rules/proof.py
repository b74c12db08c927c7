"""Rules about the proofs, and bugs of aslsplit: ASL7xx and ASL9xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL701",
        name="static-proof-failed",
        severity=Severity.ERROR,
        what="The rewritten machines, analysed afresh, do not carry every access path that is needed.",
        why=(
            "From extract this is a bug of aslsplit, and nothing was written. From verify it is more likely that "
            "parent or child were changed by hand since."
        ),
        example="A child reads $.order.currency, and its request does not have it.",
        remedy="After verify, undo what was changed by hand; if nobody changed the files, please report it.",
    ),
    Rule(
        code="ASL702",
        name="structural-proof-failed",
        severity=Severity.ERROR,
        what="Inlining the children again does not give the monolith back.",
        why=(
            "From extract this is a bug of aslsplit, and nothing was written. From verify it is more likely that "
            "parent or child were changed by hand since."
        ),
        example="A transition of a moved state leads elsewhere than it did.",
        remedy="After verify, undo what was changed by hand; if nobody changed the files, please report it.",
    ),
    Rule(
        code="ASL703",
        name="execution-proof-failed",
        severity=Severity.ERROR,
        what="Parent and children, run beside the monolith, do something else in at least one scenario.",
        why=(
            "From extract this is a bug of aslsplit, and nothing was written. From verify it is more likely that "
            "parent or child were changed by hand since."
        ),
        example="A parent whose normalize state was changed to read another field.",
        remedy=(
            "Look at the scenario: verify prints the smallest one it finds, and where the two ways part. If nobody "
            "changed the files, please report it."
        ),
    ),
    Rule(
        code="ASL704",
        name="contract-replay-failed",
        severity=Severity.ERROR,
        what="A child, run alone on a request, is not what its contract says.",
        why=(
            "Other teams build on the contract files. From extract this is a bug of aslsplit, and nothing was written. "
            "From verify it is more likely that the child was changed by hand since."
        ),
        example="A child that was changed to answer with another contractVersion than its response schema names.",
        remedy="After verify, undo what was changed by hand; if nobody changed the files, please report it.",
    ),
    Rule(
        code="ASL705",
        name="fixture-fails",
        severity=Severity.ERROR,
        what="A child does something else than one of its fixtures says, or a file among the fixtures is none.",
        why=(
            "A fixture is a request with all that the child then does: the calls, the answer, the failure. Whoever "
            "builds on the contract may rely on it."
        ),
        example="A child whose response lacks a field since a state in it was changed.",
        remedy=(
            "Mend the child. If the change is meant, contract diff tells whom it breaks, and contract fixtures makes "
            "the fixtures anew."
        ),
    ),
    Rule(
        code="ASL901",
        name="internal-error",
        severity=Severity.ERROR,
        what="aslsplit met a situation that it does not know.",
        why="This is a bug of aslsplit. Nothing was written.",
        example="Any uncaught exception.",
        remedy="Please report it with the machine, the boundary map and the command; -v prints the trace.",
    ),
)
