"""Rules about contracts: ASL4xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL401",
        name="rename-lacks-field",
        severity=Severity.ERROR,
        what="The map renames the fields of a contract and names none for a value that has to cross.",
        why="The child would miss what the monolith had.",
        example="contract.request names $.order.orderId only, and the child also reads $.order.currency.",
        remedy="Add the line that the finding suggests; a name may also stand for a whole object.",
    ),
    Rule(
        code="ASL402",
        name="rename-unused",
        severity=Severity.WARNING,
        what="The map names a contract field that the child never reads, or never returns.",
        why="A contract holds what is needed and nothing else, so the field is not sent.",
        example="contract.request has note: $.order.note, and no state of the child reads it.",
        remedy="Take the line out of the map.",
    ),
    Rule(
        code="ASL403",
        name="whole-document-request",
        severity=Severity.WARNING,
        what="The request of the child is the whole document.",
        why=("A contract that passes everything hides what the child needs and binds it to the parent's document."),
        example="The child has a Lambda Task without Parameters.",
        remedy="Narrow the reads that the finding names; the contract narrows with them.",
    ),
    Rule(
        code="ASL404",
        name="meta-may-be-absent",
        severity=Severity.ERROR,
        what="The correlation or entity id may be absent where the child is called.",
        why="Reading it into the envelope would fail an execution that the monolith would have finished.",
        example="meta.correlation_id is $.meta.correlationId, and nothing proves that the input has it.",
        remedy="Give an input_schema that requires it, or list it under assume.present of the child.",
    ),
    Rule(
        code="ASL405",
        name="variable-not-surely-assigned",
        severity=Severity.NOTE,
        what="A variable that crosses the border is not assigned on every way to it.",
        why=(
            "It travels if it has been assigned, by a JSONata state, in which a name that was never assigned is "
            "undefined and is left out; a Choice assigns it on the other side."
        ),
        example="$total is assigned in one branch of a Choice, and the child behind it reads $total.",
        remedy="Nothing has to be done; with a first value on every way, no JSONata state is needed.",
    ),
    Rule(
        code="ASL406",
        name="whole-context-read",
        severity=Severity.ERROR,
        what="A state of the child reads all of the context object.",
        why=("Inside a child the context object is that of the child's execution, so the value would be another one."),
        example='"context.$": "$$" in the Parameters of a state of the child.',
        remedy="Read the fields it needs, such as $$.Execution.Id; each is sent along.",
    ),
    Rule(
        code="ASL407",
        name="optional-value",
        severity=Severity.NOTE,
        what="A value in the contract may be absent.",
        why=(
            "A JSONPath template fails on what is missing, so the value travels by a JSONata state that leaves it out."
        ),
        example="A field that is read behind an IsPresent test only.",
        remedy=(
            "Nothing has to be done. To stay in JSONPath, prove the value with input_schema or "
            "assume.present, or set optional: widen."
        ),
    ),
    Rule(
        code="ASL408",
        name="reads-vouched-for",
        severity=Severity.WARNING,
        what=("The map says what a Task reads of the document it is sent, and the child sends it no more than that."),
        why="Nothing proves this, and the Task's payload is smaller than it was in the monolith.",
        example="assume.reads: {AuthorizePayment: [$.order.orderId]}",
        remedy=("Make sure that the Task's code reads nothing else, or give the state Parameters before the split."),
    ),
    Rule(
        code="ASL409",
        name="contract-changed",
        severity=Severity.ERROR,
        what="The contract of an extracted child is no longer the one that was recorded.",
        why="The child belongs to its team; its callers and the parent rely on the recorded contract.",
        example="A state behind the child now reads $.payment.fee, which the child does not return.",
        remedy="Undo the change, or inline the child, raise its contract version and extract it again.",
    ),
    Rule(
        code="ASL410",
        name="rename-through-array",
        severity=Severity.ERROR,
        what="The map renames a field inside a value that may be an array, in a machine with JSONata states.",
        why=(
            "A JSONata path goes through all items of an array; a field of a name of its own would hold what it finds "
            "there, and no longer the array."
        ),
        example="amount: $.order.amount, and {% $states.input.order.amount %} is all that is known of $.order.",
        remedy=(
            "Prove that the value around the field is an object, with input_schema or assume.present, or name that "
            "value instead of the field."
        ),
    ),
    Rule(
        code="ASL411",
        name="variable-hides-function",
        severity=Severity.ERROR,
        what="A variable has the name of a function that a generated JSONata state needs.",
        why=(
            "In JSONata a variable and a function of one name cannot be told apart: the variable hides the function, "
            "and where it was not assigned the name means the function."
        ),
        example="$type is a variable of the machine, and a value that may be absent has to travel.",
        remedy="Rename the variable, or make sure of what travels, so that no JSONata state is needed.",
    ),
    Rule(
        code="ASL425",
        name="time-limit-without-token",
        severity=Severity.ERROR,
        what="The map gives timeout_seconds to a child that is not called by task token.",
        why="Such a call ends when the child does, whatever that ends with, so that it needs no limit of its own.",
        example="pattern: sync and timeout_seconds: 3600",
        remedy="Leave timeout_seconds out, or write pattern: callback.",
    ),
    Rule(
        code="ASL426",
        name="answer-not-sent",
        severity=Severity.ERROR,
        what="A child that is called by task token has lost a state that answers, or it was changed.",
        why="Its caller waits for the token to be sent, however the child ends; otherwise it waits in vain.",
        example="The Catch of the Parallel state around the child's states was taken out.",
        remedy="Restore the states that were generated to answer. Only their Retry may be another one.",
    ),
    Rule(
        code="ASL427",
        name="time-limit-too-short",
        severity=Severity.ERROR,
        what="A Wait state of the child waits as long as the caller waits for the whole child, or longer.",
        why="The caller would fail with States.Timeout on every way through that state.",
        example='timeout_seconds: 60, and {"Type": "Wait", "Seconds": 300} in the child',
        remedy="Give a longer timeout_seconds, or leave the Wait state out of the child.",
    ),
)
