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
    Rule(
        code="ASL341",
        name="sites-lead-otherwise",
        severity=Severity.ERROR,
        what="Two sites of a shared child do not lead alike: other types of states, other transitions, or exits that "
        "do not correspond.",
        why="One child stands in for both, so the same way through it has to be the way through either.",
        example="The first site catches errors of its Task and goes on; the second lets them fail.",
        remedy="The message names the first place where they part, on both sides. Make the states alike, name other "
        "states, or give the site a child of its own.",
    ),
    Rule(
        code="ASL342",
        name="sites-differ",
        severity=Severity.ERROR,
        what="A field differs between two sites of a shared child, and no reference can stand there instead.",
        why="A literal in a payload can be sent with each call, and the child reads what was sent. An error name, a "
        "path, a retrier or an expression cannot.",
        example="`Seconds: 5` in the Wait state of one site and `Seconds: 30` in that of the other, both JSONPath.",
        remedy="Make both equal, or put the value into the document ahead of each site and read it from there.",
    ),
    Rule(
        code="ASL343",
        name="sites-call-otherwise",
        severity=Severity.ERROR,
        what="Tasks at two sites of a shared child have different Resources.",
        why="A Resource takes no reference, so the child cannot be told which one is meant.",
        example="The ARN of one Lambda function here, of another there.",
        remedy="Call both through one integration that names its target in its parameters, such as "
        "`arn:aws:states:::lambda:invoke` with a FunctionName, or give the site a child of its own.",
    ),
    Rule(
        code="ASL344",
        name="child-inside-shared",
        severity=Severity.ERROR,
        what="A child lies inside a region that shares a child with other sites.",
        why="The shared child would call it at every site, and only one of them has it.",
        example="`shared` at `notify`, and a child made of one of its states.",
        remedy="Leave the inner child out, or do not share the one around it.",
    ),
    Rule(
        code="ASL345",
        name="shared-with-several-entries",
        severity=Severity.ERROR,
        what="A site of a shared child is entered at several states.",
        why="Which entry of one site is which of another is not decided.",
        example="`entries: dispatch` beside `shared`.",
        remedy="Let each site begin at one state, or give each a child of its own.",
    ),
    Rule(
        code="ASL346",
        name="own-name-read",
        severity=Severity.ERROR,
        what="A state of a shared child reads what it is called (`$$.State.Name`, or the whole context object).",
        why="In the monolith that is another name at each site, in the child it is one for all.",
        example='"source.$": "$$.State.Name" in the Parameters of a Task.',
        remedy="Write the name as text: a literal that differs between the sites is sent with each call.",
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
