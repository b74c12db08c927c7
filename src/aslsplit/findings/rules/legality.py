"""Rules about the legality of a region: ASL3xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL301",
        name="several-scopes",
        severity=Severity.ERROR,
        what="The states of a child lie in more than one States map.",
        why=("No transition crosses from one States map into another, so these states cannot become one machine."),
        example="A child that lists a state of the top level and one of a Parallel branch.",
        remedy="List states of one scope only; a whole Parallel or Map state brings its inner states along.",
    ),
    Rule(
        code="ASL302",
        name="several-entries",
        severity=Severity.ERROR,
        what="Control arrives from outside at more than one state of the child.",
        why="A child starts at one state. Each offending transition is listed, with its kind and both ends.",
        example="A → B and A → C, and the child has B and C but not A.",
        remedy=(
            "Let the request name the entry with `entries: dispatch` under the child, or use one of the printed "
            "repairs: the smallest legal region around the states, or the largest one among them."
        ),
    ),
    Rule(
        code="ASL303",
        name="unreachable-member",
        severity=Severity.ERROR,
        what="A state of the child is never reached from the start of its scope.",
        why=(
            "A state that never runs cannot be entered, so it belongs to no region, and AWS refuses machines "
            "that have one."
        ),
        example="A leftover state that nothing leads to.",
        remedy="Leave the state out of the child, or remove it from the machine.",
    ),
    Rule(
        code="ASL306",
        name="express-parent",
        severity=Severity.ERROR,
        what="An EXPRESS workflow would have to wait for a child as only a STANDARD one can.",
        why=(
            "AWS refuses .sync and .waitForTaskToken in EXPRESS machines when they are created, and so it does inside "
            "a distributed Map whose items are EXPRESS executions."
        ),
        example="type: EXPRESS in the boundary map, and a child without a pattern.",
        remedy=(
            "Call the child with `pattern: express` or `pattern: async`. Or split a STANDARD machine; the type of an "
            "existing machine cannot be changed, so this needs a new one."
        ),
    ),
)
