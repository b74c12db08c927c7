"""Rules about children that are to run side by side: ASL33x, and what becomes different then, ASL54x."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL331",
        name="no-neighbours",
        severity=Severity.ERROR,
        what="Children under `parallel` do not stand one right behind the other in one scope.",
        why=(
            "A Parallel state takes the place of its children. What runs between two of them would have to run before "
            "both or behind both, and whether it may is nobody's word but yours."
        ),
        example="parallel: {RunChecks: [fraud, tax]}, and fraud leads to RecordScore, which leads to tax.",
        remedy=(
            "Move the states between them in front of the first or behind the last, or into one of the two children. "
            "Name the children in the order in which they stand. A child around some of them has to be around all."
        ),
    ),
    Rule(
        code="ASL332",
        name="branch-with-several-exits",
        severity=Severity.ERROR,
        what="A child under `parallel` has several exits, or none.",
        why=(
            "All branches of a Parallel state end before control goes on, and it goes on at one place. A child that "
            "leads to one of two places decides whether the next one runs at all."
        ),
        example="fraud leads to TaxOrder, and to RejectOrder when the score is high.",
        remedy=(
            "Leave the state that decides in the parent, behind the group, or let the child end in a Fail state of its "
            "own where it does not go on."
        ),
    ),
    Rule(
        code="ASL333",
        name="entered-past-the-first",
        severity=Severity.ERROR,
        what="A later child under `parallel` is entered from elsewhere than from the child before it.",
        why="Who comes in there does not run the children before it; a Parallel state runs all of them.",
        example="fraud leads to tax, and so does SkipFraud, which goes past it.",
        remedy="Let the transition lead to the first child, or leave the later one out of `parallel`.",
    ),
    Rule(
        code="ASL334",
        name="one-needs-the-other",
        severity=Severity.ERROR,
        what=(
            "A later child under `parallel` reads or is sent what an earlier one may have written, or both write the "
            "same place of the document or the same variable."
        ),
        why=(
            "Each branch has a copy of the document as it was before any of them began. The later child would get "
            "the old value."
        ),
        example="fraud writes $.risk, and a Task of tax is sent the whole document.",
        remedy=(
            "Leave one of them out of `parallel`, move what both need in front of them, or give each a place of its "
            "own to write to. Where a Task is sent more than it uses, say so with `assume.reads`."
        ),
    ),
    Rule(
        code="ASL335",
        name="cannot-be-a-branch",
        severity=Severity.ERROR,
        what="A child under `parallel` is called in a way that a branch has no room for.",
        why=(
            "A branch begins at one state, waits for its child, and hands on nothing but its answer: what it puts into "
            "the document is gone when it ends."
        ),
        example="carrier: document, beside parallel: {RunChecks: [fraud, tax]}.",
        remedy="Use `carrier: variables` and `pattern: sync` for these children, and regions with one entry.",
    ),
    Rule(
        code="ASL336",
        name="not-there-before-both",
        severity=Severity.ERROR,
        what="The request of a later child holds a value that is only known to be there because an earlier one passed.",
        why=(
            "Side by side, the later request is built before the earlier child has looked. Where the value is missing, "
            "the execution would end in States.Runtime and not in the failure that the earlier child has for it."
        ),
        example="fraud ends in a Fail state unless $.order.country is present, and tax is sent $.order.country.",
        remedy="Prove the value with `input_schema`, or vouch for it with `assume.present` under the later child.",
    ),
    Rule(
        code="ASL337",
        name="failure-without-a-name",
        severity=Severity.ERROR,
        what="A child under `parallel` may fail without an error name.",
        why=(
            "A failure in a branch becomes that of the Parallel state. AWS does not say what its error is when the "
            "failure has none, so it might be another one than the monolith's."
        ),
        example='"Stop": {"Type": "Fail"} in the child, or a Task that waits for a token and has no catcher.',
        remedy="Name the error, catch it in the child, or use `errors: surface`, with which it has a name.",
    ),
    Rule(
        code="ASL339",
        name="unclear-group",
        severity=Severity.ERROR,
        what="`parallel` names a child that the map does not have, or one child twice.",
        why="A child is called in one place, so it belongs to one group at most.",
        example="parallel: {RunChecks: [fraud, taxes]}       # the map calls it tax",
        remedy="Use names that stand under `children:`, each of them once.",
    ),
    Rule(
        code="ASL541",
        name="calls-side-by-side",
        severity=Severity.WARNING,
        what="Children run at the same time that the monolith runs one after the other: `parallel` asks for it.",
        why=(
            "Their calls may be made in any order. When one child fails, the others are stopped: they may have made "
            "calls that the monolith, which comes to them later, would not have made, and a call of theirs may be cut "
            "short. When two fail, the execution has the error of the one that failed first in time. Each child still "
            "makes its own calls in the monolith's order, and without a failure everything else is the same."
        ),
        example="parallel: {RunChecks: [fraud, tax]}: the tax is calculated although the fraud check fails.",
        remedy=(
            "Nothing has to be done if the services do not mind. Whether one needs what another has done outside, in a "
            "database say, no definition tells."
        ),
    ),
    Rule(
        code="ASL542",
        name="group-incomplete",
        severity=Severity.NOTE,
        what="Some children of a group under `parallel` are extracted, and some are not yet.",
        why="The Parallel state is there once it can call all of them, so that no order of extraction matters.",
        example="extract --child fraud, with parallel: {RunChecks: [fraud, tax]}.",
        remedy="Extract the others as well.",
    ),
)
