"""Rules about residues, differences that no rewrite can repair: ASL5xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL501",
        name="runtime-error-catchable",
        severity=Severity.WARNING,
        what="A States.Runtime inside the child can be retried or caught by a state around the region.",
        why=(
            "In the monolith a States.Runtime ends the execution whatever handlers there are; a failed child "
            "is an ordinary error."
        ),
        example="A child inside a Parallel state that catches States.ALL.",
        remedy="Such an error comes from data the definition does not expect. Know it when you read alarms.",
    ),
    Rule(
        code="ASL502",
        name="carrier-visible",
        severity=Severity.ERROR,
        what=("With carrier: document the call and the execution stay in the document, and something reads all of it."),
        why="A Task, or whoever reads the output, would see two fields that were not there in the monolith.",
        example="carrier: document, and a Lambda Task without Parameters behind the child.",
        remedy=("Use carrier: variables, narrow the read, or say with observe which parts of the output callers read."),
    ),
    Rule(
        code="ASL503",
        name="redrive-of-parent",
        severity=Severity.NOTE,
        what="Redriving a failed parent does not go on inside the child.",
        why=(
            "A redrive goes on at the state that failed. In the monolith that is one of the region. In the parent it "
            "is the call, with errors: surface or pattern: callback, and wherever the parent ended while it waited: "
            "the child is started again, from its beginning. With errors: rethrow, and with pattern: express, it is "
            "the Fail state behind the call: the parent fails again, and the child is not started. A child that nobody "
            "waits for (pattern: async) fails no parent."
        ),
        example="A child of ten states fails in the ninth, and the parent is redriven.",
        remedy=(
            "Where the child is started again, keep its tasks idempotent. Where it is not, start the parent anew, or "
            "use errors: surface with pattern: sync."
        ),
    ),
    Rule(
        code="ASL504",
        name="errors-surface",
        severity=Severity.WARNING,
        what="A failure of the child shows in the parent as States.TaskFailed.",
        why="Alarms, callers and enclosing handlers that know the child's own error names no longer see them.",
        example="errors: surface",
        remedy="Use errors: rethrow, the default, to keep error names and causes.",
    ),
    Rule(
        code="ASL505",
        name="not-compact",
        severity=Severity.NOTE,
        what="With style: compact something still needs a state of its own.",
        why="Folding it into the call would not be exact.",
        example="A result that may be absent cannot be selected by JSONPath.",
        remedy="Nothing has to be done; the finding says what stays and why.",
    ),
    Rule(
        code="ASL507",
        name="carrier-needs-object",
        severity=Severity.ERROR,
        what="With carrier: document nothing proves that the document is an object where the child is called.",
        why=(
            "The call is put into the document under a name of its own. A document that is a string or an array takes "
            "no fields, so the execution would fail where the monolith goes on."
        ),
        example="A child at the start of a machine that reads no field of its input, and carrier: document.",
        remedy="Use carrier: variables, or prove a field of the document with input_schema or assume.present.",
    ),
    Rule(
        code="ASL509",
        name="merge-needs-object",
        severity=Severity.WARNING,
        what=(
            "A state of the child merges into a value with JSONata, and nothing proves that the value is an object "
            "where the child is called."
        ),
        why=(
            "$merge takes an array as well and merges its items. The split machine does the same as the monolith for "
            "objects; an array that the child merges may come back as it was."
        ),
        example="{% $merge([$states.input, {'total': 1}]) %} in a child at the start of a machine.",
        remedy=(
            "Nothing has to be done if the value is an object. To prove it, say so in input_schema, or name a field "
            "of it under assume.present."
        ),
    ),
    Rule(
        code="ASL506",
        name="succeed-becomes-pass",
        severity=Severity.NOTE,
        what="A Succeed state that moves becomes a Pass state in the child.",
        why="A Succeed would end the child before it can answer in the form of its contract.",
        example="A child that lists a Succeed state.",
        remedy="Leave the Succeed state out of the child to keep it as it is; it is then one of the exits.",
    ),
    Rule(
        code="ASL508",
        name="token-kept",
        severity=Severity.WARNING,
        what="A state of the child keeps a task token: it is read elsewhere than in the payload of its own Task.",
        why=(
            "A token belongs to the Task that reads it, which now runs in the child's execution. Whoever answers it, "
            "or sends a heartbeat, later and from outside the child answers a Task of the child."
        ),
        example='"Assign": {"token.$": "$$.Task.Token"} in a Task that waits for a callback.',
        remedy="Send the token in the payload of the Task that waits for it, and keep it nowhere else.",
    ),
    Rule(
        code="ASL531",
        name="unlimited-wait",
        severity=Severity.WARNING,
        what="A child is called by task token (pattern: callback), and nothing limits how long its caller waits.",
        why=(
            "The child reports whatever it fails with, but for the ends that none of its own states sees: a "
            "States.Runtime, being stopped, a history that is full. Then nobody answers, and the caller waits for as "
            "long as AWS lets a Task wait, where the monolith had failed."
        ),
        example="pattern: callback, without timeout_seconds",
        remedy="Give the child a timeout_seconds: how long it takes at worst, retries included.",
    ),
    Rule(
        code="ASL532",
        name="unanswered-is-timeout",
        severity=Severity.NOTE,
        what="A child that ends without an answer shows in its caller as States.Timeout, after timeout_seconds.",
        why=(
            "A States.Runtime, being stopped and a full history end the child before it can answer. In the monolith "
            "they ended the execution at once and under their own name, and no handler saw them; a States.Timeout "
            "comes late and can be caught. A child that is only slow is given up alike."
        ),
        example="pattern: callback and timeout_seconds: 3600",
        remedy="Set an alarm on failed executions of the child, and look there for what it ended with.",
    ),
    Rule(
        code="ASL533",
        name="child-not-stopped",
        severity=Severity.NOTE,
        what="A child that was called by task token runs on when its caller no longer waits.",
        why=(
            "AWS stops a child that was started with .sync:2 together with its caller; it knows of no tie between a "
            "task token and an execution. So the child goes on calling others where the monolith was stopped, and its "
            "answer is refused. It is a warning where another branch or item can end the call."
        ),
        example="pattern: callback for states in a branch of a Parallel, and the other branch fails.",
        remedy="Use pattern: sync where that matters, or keep what the child does harmless.",
    ),
    Rule(
        code="ASL534",
        name="surface-without-meaning",
        severity=Severity.NOTE,
        what="With pattern: callback, errors: surface changes nothing.",
        why="The child sends its own error name and cause, and the call fails with them; there is nothing to unpack.",
        example="pattern: callback and errors: surface",
        remedy="Leave it out, or write errors: rethrow, which is what happens.",
    ),
    Rule(
        code="ASL535",
        name="unnamed-answer",
        severity=Severity.WARNING,
        what="A Fail state without an error name moves into a child that answers a task token.",
        why=(
            "SendTaskFailure can do without an error name, but AWS does not say what the Task then fails with. The "
            "proofs take it that it has no name, as the monolith has none."
        ),
        example='{"Type": "Fail"} in a child with pattern: callback',
        remedy="Give the Fail state an Error, or use pattern: sync.",
    ),
    Rule(
        code="ASL551",
        name="setting-without-literal",
        severity=Severity.ERROR,
        what="A state of a shared child reads what a call sends in its `settings`, in another way than it was written.",
        why="The monolith has a literal of each site there, and no settings: what the child makes of one now is "
        "nothing that could be put back.",
        example="`States.Format('{}-eu', $$.Execution.Input.settings.topicArn)` after its team has changed it.",
        remedy="Give the field its reference back, and let the caller send what it is to be; or give the child what it "
        "needs in its request.",
    ),
    Rule(
        code="ASL521",
        name="not-awaited",
        severity=Severity.WARNING,
        what="The parent starts the child and goes on at once.",
        why=(
            "What follows may happen before the child's calls, beside them or after them; in the monolith it happened "
            "after them. The child goes on when the parent has ended or failed, its time does not count for the "
            "parent's TimeoutSeconds, and called in a loop it may run several times at once."
        ),
        example="pattern: async",
        remedy="Nothing has to be done if the order does not matter. With pattern: sync it is kept.",
    ),
    Rule(
        code="ASL522",
        name="failure-ignored",
        severity=Severity.WARNING,
        what="Where the child fails the monolith failed, and the parent goes on.",
        why="Nobody who watches the parent learns of the failure.",
        example="pattern: async with errors: ignore",
        remedy="Set an alarm on the failed executions of the child, or handle its errors inside.",
    ),
    Rule(
        code="ASL523",
        name="express-limits",
        severity=Severity.WARNING,
        what="The child is an EXPRESS machine, with the limits of one.",
        why=(
            "Its execution fails after five minutes, with the error States.Timeout in the parent. It has no history "
            "but what is logged, and cannot be redriven; the parent has the failure as an answer, so a redrive of the "
            "parent does not start the child again."
        ),
        example="pattern: express",
        remedy="Check how long the child takes at worst, retries included, and send its log to CloudWatch.",
    ),
    Rule(
        code="ASL524",
        name="acceptance-visible",
        severity=Severity.ERROR,
        what="The place for what the parent is answered when it starts the child does not fit.",
        why=(
            "Somebody would read it where the monolith has another value or none, or it cannot be put into a document "
            "that need not be an object."
        ),
        example="accepted_at: $.notification with observe: all, where callers read all of the output.",
        remedy="Name a field of the document that nobody reads, narrow observe, or leave accepted_at out.",
    ),
    Rule(
        code="ASL525",
        name="choice-without-pattern",
        severity=Severity.ERROR,
        what="The map chooses something for a child that the way it is called has no place for.",
        why="Taking no account of it would do something else than what the map says.",
        example="errors: ignore for a child that is waited for, accepted_at without pattern: async, shared with "
        "pattern: callback.",
        remedy="Choose the pattern that goes with it, or take it out.",
    ),
)
