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
        what="The machine is an EXPRESS workflow, which cannot wait for a child.",
        why="AWS refuses .sync integrations in EXPRESS machines when they are created.",
        example="type: EXPRESS in the boundary map.",
        remedy=(
            "Split a STANDARD machine. The type of an existing machine cannot be changed, so this needs a new one."
        ),
    ),
    Rule(
        code="ASL351",
        name="execution-name-not-unique",
        severity=Severity.ERROR,
        what="A child's execution cannot be named after that of its caller: the same name would be given twice.",
        why=(
            "AWS keeps the name of an execution for 90 days and refuses another one under it, unless it has the same "
            "input and the first still runs. In a loop, under a Retry or in a Map inside a Map the call is made more "
            "than once in an execution, and a start with a task token is never the same twice."
        ),
        example="execution_name: derived for a region that control comes back to.",
        remedy="Leave execution_name out for this child: AWS then gives each execution a name.",
    ),
)
