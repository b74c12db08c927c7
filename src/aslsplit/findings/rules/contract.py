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
    Rule(
        code="ASL430",
        name="ignore-file-wrong",
        severity=Severity.ERROR,
        what="The file of what is to be ignored of a changed contract says something that means nothing.",
        why="A break that somebody meant to excuse would be told, or one that nobody meant would not.",
        example="An entry names the rule CTR999, or gives no reason.",
        remedy="Write rule, contract and reason in each entry, and pointer and until where they are needed.",
    ),
    Rule(
        code="ASL431",
        name="ignore-unused",
        severity=Severity.WARNING,
        what="An entry of the ignore file excuses nothing: there is no such remark.",
        why="It would excuse the next change of that kind, which nobody has looked at.",
        example="CTR105 of payment is to be ignored, and the field is optional again.",
        remedy="Take the entry out.",
    ),
    Rule(
        code="ASL432",
        name="ignore-expired",
        severity=Severity.WARNING,
        what="An entry of the ignore file held until a version of the contract that is reached, so it excuses nothing.",
        why="Whoever wrote it meant to look again by then.",
        example='until: "2.0", and the contract is version 2.0.',
        remedy="Take the entry out, or write until when it holds from now on.",
    ),
    Rule(
        code="ASL433",
        name="contract-incomplete",
        severity=Severity.ERROR,
        what="A contract that is to be compared lacks one of its files.",
        why="Nothing can be said of what is not there.",
        example="contracts/payment has request.schema.json and no response.schema.json.",
        remedy="Restore the file from version control, or name another folder or revision.",
    ),
    Rule(
        code="ASL434",
        name="window-breaks-callers",
        severity=Severity.ERROR,
        what="The child takes callers of an older version of its contract, and the contract as it is breaks them.",
        why="Such a caller passes the first check of the child, and fails later or reads what it was not made for.",
        example='accepts is ["1.0", "2.0"], and version 2.0 needs a field that version 1.0 did not have.',
        remedy="Take the older version out of accepts, or make the contract compatible with it.",
    ),
    Rule(
        code="ASL435",
        name="window-not-recorded",
        severity=Severity.NOTE,
        what="The child takes callers of an older version of its contract of which there is no record.",
        why="Whether they are served can only be told from what the older version said.",
        example='accepts is ["1.0", "1.1"], and neither contracts/payment/versions/1.0 nor git has version 1.0.',
        remedy="Keep the three schemas of the older version in a folder versions of the contract, by its name.",
    ),
    Rule(
        code="ASL436",
        name="window-refused-by-child",
        severity=Severity.ERROR,
        what="The contract takes a version that the child itself refuses.",
        why="A caller that keeps to the contract fails with ContractValidationError.",
        example="request.schema.json takes 1.0 and 1.1, and the first Choice of the child was edited to ask for 1.1.",
        remedy="Let the child take the version again, or take it out of the contract as a new version.",
    ),
    Rule(
        code="ASL421",
        name="result-awaited",
        severity=Severity.ERROR,
        what="A child is to be started and not waited for, and what it makes is needed behind it.",
        why="The parent goes on before the child has made it.",
        example="pattern: async, for a state whose ResultPath is read by the next one.",
        remedy=(
            "Use pattern: sync, leave out of the child what makes the value, or say with observe which parts of the "
            "output callers read: without that all of the document is needed where the machine ends."
        ),
    ),
    Rule(
        code="ASL422",
        name="exit-awaited",
        severity=Severity.ERROR,
        what="A child is to be started and not waited for, and control does not leave it to exactly one place.",
        why="The parent goes on at once, so it cannot learn from the child where.",
        example="pattern: async, and a Choice in the child that leads to two states of the parent.",
        remedy="Use pattern: sync, or change the region so that control leaves it to one place.",
    ),
    Rule(
        code="ASL423",
        name="failure-awaited",
        severity=Severity.ERROR,
        what="A child is to be started and not waited for, and a state of it may fail.",
        why="The failure ends the monolith; a parent that does not wait goes on.",
        example="pattern: async, and a Task without a Catch for States.ALL.",
        remedy=(
            "If nobody has to learn that the child failed, say errors: ignore under it. Else handle the error inside "
            "the child, or use pattern: sync."
        ),
    ),
    Rule(
        code="ASL424",
        name="express-cannot",
        severity=Severity.ERROR,
        what="A child is to be an EXPRESS machine, and a state of it does what those cannot do.",
        why=(
            "An EXPRESS execution ends after five minutes. It cannot wait for a job (.sync), for a task token or an "
            "activity, and cannot have a distributed Map; AWS refuses such machines when they are created."
        ),
        example="pattern: express, and a Task arn:aws:states:::glue:startJobRun.sync in the child.",
        remedy="Leave the state out of the child, or use pattern: sync.",
    ),
)
