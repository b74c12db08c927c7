"""Rules about reading a definition: ASL1xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL101",
        name="unreadable-file",
        severity=Severity.ERROR,
        what="The file cannot be read as JSON or YAML, or what it holds is not an object.",
        why=(
            "A definition that cannot be read completely cannot be split: whatever is not understood would be lost. "
            "Files must be encoded as UTF-8. JSON has no comments, no trailing commas, no NaN and no Infinity. "
            "In YAML only true, false and null are special words; tabs cannot indent."
        ),
        example='{"StartAt": "Pay", "States": {"Pay": {"Type": "Pass", "End": true}}, }',
        remedy="Go to the line and column of the message, which name the first place that does not fit.",
    ),
    Rule(
        code="ASL102",
        name="duplicate-key",
        severity=Severity.ERROR,
        what="An object gives the same key twice.",
        why=(
            "JSON and YAML readers keep only one of the two values, most of them the last. A state that is given twice "
            "is a state that somebody believes to be in use and that never runs."
        ),
        example='"States": {"Pay": {"Type": "Pass", "End": true}, "Pay": {"Type": "Fail"}}',
        remedy=(
            "Rename one of the two keys, or remove the value that is not meant. "
            "The message names the line of the first."
        ),
    ),
    Rule(
        code="ASL113",
        name="too-deep-or-too-large",
        severity=Severity.ERROR,
        what="The file is larger, nested deeper, or holds more values than any definition that can be deployed.",
        why=(
            "Step Functions accepts definitions of up to 1 MB. What lies far beyond is not a definition: a generated "
            "file that went wrong, or YAML aliases that multiply each other. "
            "Reading stops before it uses up the memory."
        ),
        example="a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]",
        remedy=(
            "Check that this is the file you meant. Replace aliases that contain aliases with the values themselves."
        ),
    ),
    Rule(
        code="ASL117",
        name="yaml-shared-part",
        severity=Severity.WARNING,
        what="The YAML file shares a part by an anchor and aliases, or by a merge key.",
        why=(
            "An alias means something only in the file that has its anchor. When a state with an alias moves to "
            "another file, or the anchor does, the shared part is written out in full; "
            "everything else stays as it is written."
        ),
        example='Retry: &retry [{ErrorEquals: ["States.Timeout"]}]\n…\nRetry: *retry',
        remedy="Nothing has to be done. To keep the text as it is, write the part out where it is used.",
    ),
    Rule(
        code="ASL103",
        name="start-at",
        severity=Severity.ERROR,
        what=("A scope does not say where it begins: `StartAt` is missing, or names no state of the same `States`."),
        why=(
            "Without a first state nothing can run, and every question that aslsplit asks about a region "
            "begins with where control comes from. A branch or an item processor can only begin with a state "
            "of its own."
        ),
        example='{"StartAt": "Pay", "States": {"Charge": {"Type": "Pass", "End": true}}}',
        remedy="Set `StartAt` to the name of one of the states beside it. Names are compared letter by letter.",
    ),
    Rule(
        code="ASL104",
        name="dangling-transition",
        severity=Severity.ERROR,
        what="A transition names a state that its scope does not have.",
        why=(
            "`Next`, `Default`, a choice rule and a catcher can only lead to states of the same `States`. A "
            "branch or an item processor is closed: no transition leads into it or out of it."
        ),
        example='"Pay": {"Type": "Pass", "Next": "Shipp"}, "Ship": {"Type": "Pass", "End": true}',
        remedy=("Correct the name; the message offers the nearest one, or says which scope has a state of that name."),
    ),
    Rule(
        code="ASL105",
        name="unknown-type",
        severity=Severity.ERROR,
        what="A state has no `Type`, or one that Amazon States Language does not have.",
        why="The type decides which fields mean something and where control goes next.",
        example='"Pay": {"Type": "task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}',
        remedy="Use Task, Pass, Choice, Wait, Succeed, Fail, Parallel or Map, written exactly so.",
    ),
    Rule(
        code="ASL106",
        name="state-name-length",
        severity=Severity.ERROR,
        what="The name of a state is empty or longer than 80 characters.",
        why="Step Functions refuses the definition.",
        example='"": {"Type": "Succeed"}',
        remedy="Give the state a name of 1 to 80 characters, here and wherever a transition leads to it.",
    ),
    Rule(
        code="ASL107",
        name="duplicate-state-name",
        severity=Severity.ERROR,
        what="Two states in different scopes of the machine have the same name.",
        why=(
            "State names are unique over the whole machine, the states inside Parallel and Map included. The "
            "boundary map, the execution history and every message of aslsplit name a state by nothing else."
        ),
        example='two branches of one Parallel state that both have a state "Pay"',
        remedy="Rename one of them. The message names the place of the other.",
    ),
    Rule(
        code="ASL108",
        name="unreachable-state",
        severity=Severity.WARNING,
        what="No way through the scope leads to this state.",
        why=(
            "Step Functions refuses definitions with such states when it creates the machine. aslsplit "
            "leaves the state where it is; it belongs to no region, and its reads do not count."
        ),
        example='"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}',
        remedy="Remove the state, or add the transition that was forgotten.",
    ),
    Rule(
        code="ASL109",
        name="unparsable-reference",
        severity=Severity.ERROR,
        what=("A path, an intrinsic function, a payload template or the delimiters of an expression cannot be read."),
        why=(
            "What a state reads decides what a child must be sent. A reference that cannot be read would "
            "have to be guessed, and Step Functions refuses it as well. Paths begin with `$`, `$$` or "
            "`$variable`; names with blanks or dots stand in brackets, `$['line items']`. Intrinsic "
            "functions take paths, 'strings', numbers and other functions; inside a string only `\\'`, `\\{`, "
            "`\\}` and `\\\\` are escapes. Values of keys that end in `.$` are strings, and no two keys may "
            "become equal without the `.$`. A JSONata expression begins with `{%` and ends with `%}`."
        ),
        example='"Parameters": {"total.$": "States.MathAdd($.net, $.tax"}',
        remedy=(
            "Correct the text at the place that the message names. To send it literally, take the `.$` off the key."
        ),
    ),
    Rule(
        code="ASL110",
        name="missing-states",
        severity=Severity.ERROR,
        what=("A scope has no states, a Parallel state has no `Branches`, or a Map state has no `ItemProcessor`."),
        why="There is nothing that could run. `Iterator`, the former name of `ItemProcessor`, is read as well.",
        example='"Each": {"Type": "Map", "ItemsPath": "$.items", "End": true}',
        remedy=(
            "Add the missing object. `States` maps at least one name to a state; `Branches` is an array of scopes."
        ),
    ),
    Rule(
        code="ASL111",
        name="wrong-value",
        severity=Severity.ERROR,
        what=("A field that the meaning of the state depends on is missing or has a value that cannot stand there."),
        why=(
            "A `Next` that is not a string, a `Catch` that is not an array or a `Timestamp` that is no "
            "timestamp has no meaning. Step Functions refuses the definition."
        ),
        example='"Catch": {"ErrorEquals": "States.ALL", "Next": "Failed"}',
        remedy="Give the field a value of the kind that the message names.",
    ),
    Rule(
        code="ASL112",
        name="wrong-transition",
        severity=Severity.ERROR,
        what=(
            "A state has fields with transitions or scopes that its type must not have, or lacks those that it must "
            "have."
        ),
        why=(
            'Task, Pass, Wait, Parallel and Map have either `Next` or `"End": true`. A Choice goes on by its '
            "rules and `Default`, Succeed and Fail go nowhere; these three have neither. `Choices`, `Branches`, an "
            "item processor, `Retry` and `Catch` stand only where they mean something. With anything else "
            "it is not certain what runs next."
        ),
        example='"Pay": {"Type": "Pass", "Next": "Ship", "End": true}',
        remedy="Keep exactly the fields that the type allows.",
    ),
    Rule(
        code="ASL114",
        name="no-way-to-end",
        severity=Severity.WARNING,
        what="No state at which the scope could end can be reached from where it begins.",
        why=(
            "Such a machine only ends by a timeout, an error or a Choice without a match. Step Functions "
            "refuses definitions without any terminal state. More often than not a transition leads to the "
            "wrong state."
        ),
        example='"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}',
        remedy='Add `"End": true`, a Succeed or a Fail state, or correct the transition that leads back.',
    ),
    Rule(
        code="ASL115",
        name="unknown-field",
        severity=Severity.WARNING,
        what="A field is not known for this type of state and query language.",
        why=(
            "Step Functions refuses most unknown fields, and one that is misspelt does not do what it was "
            "written for. aslsplit keeps unknown fields as they are and moves them with their state, but it "
            "does not know what they read or write."
        ),
        example='"Pay": {"Type": "Pass", "ResultsPath": "$.payment", "End": true}',
        remedy="Correct the name, or remove the field. `Comment` may hold anything.",
    ),
    Rule(
        code="ASL116",
        name="not-a-reference-path",
        severity=Severity.ERROR,
        what=(
            "A field that needs a path to a single place holds one that may select several, or one that "
            "cannot be written."
        ),
        why=(
            "`ResultPath` says where a result is put: only names and indexes in the document can say that, "
            "no wildcard, no filter, no context object and no variable. Fields that read one value, such as "
            "`ItemsPath` or a choice rule's `Variable`, are documented to take such paths only; elsewhere "
            "than in `ResultPath` it is a warning."
        ),
        example='"ResultPath": "$.orders[*].payment"',
        remedy="Write the path with names and indexes only. Use `Assign` to set a variable.",
    ),
    Rule(
        code="ASL118",
        name="query-language",
        severity=Severity.ERROR,
        what=("`QueryLanguage` is neither JSONPath nor JSONata, or a state of a JSONata machine asks for JSONPath."),
        why=(
            "A state may choose JSONata in a JSONPath machine, but Step Functions refuses the opposite: once "
            "the machine says JSONata, all of its states use it, nested ones included."
        ),
        example=(
            '{"QueryLanguage": "JSONata", "States": {"Pay": {"Type": "Pass", "QueryLanguage": "JSONPath", '
            '"End": true}}}'
        ),
        remedy="Leave JSONPath as the language of the machine and set JSONata on the states that use it.",
    ),
    Rule(
        code="ASL120",
        name="which-state-machine",
        severity=Severity.ERROR,
        what=(
            "The file that `monolith` names is a template, and it is not clear which of its state machines is meant: "
            "there are several and `resource` is missing, or there is none by that name. Or the file is no template, "
            "and there is nothing to choose."
        ),
        why="Splitting the wrong machine would be worse than splitting none.",
        example="monolith: template.yaml\nresource: OrderStateMachin       # the template has OrderStateMachine",
        remedy=(
            "Name the logical id of the state machine, in a serverless.yml its name under `stateMachines`, in a `.tf` "
            "file that of the resource or module. Where there is only one, `resource` can be left out."
        ),
    ),
    Rule(
        code="ASL121",
        name="definition-elsewhere",
        severity=Severity.ERROR,
        what="The state machine of the template or `.tf` file has its definition in another file, or in S3.",
        why=(
            "The file with the definition is what gets rewritten; the template around it stays as it is. So that file "
            "is the monolith, and children lie relative to the folder of the boundary map all the same."
        ),
        example=(
            "OrderStateMachine:\n  Type: AWS::Serverless::StateMachine\n  Properties:\n"
            "    DefinitionUri: statemachine/order.asl.json"
        ),
        remedy="Name that file as `monolith`. Its `${…}` tokens are kept as they are.",
    ),
    Rule(
        code="ASL122",
        name="definition-not-editable",
        severity=Severity.ERROR,
        what=(
            "The definition of the state machine in the template or `.tf` file is made by a function, shared by a "
            "YAML alias, or written in a style in which it cannot be changed without changing how it looks."
        ),
        why=(
            "Everything that is not the state machine stays byte for byte as it is, and inlining gives the template "
            "back. That can be promised for mappings in block style, for JSON, for block texts, and for JSON in one "
            "pair of quotes, each with or without `Fn::Sub`, and for heredocs."
        ),
        example='DefinitionString: {"Fn::Join": ["", ["{\\"StartAt\\": …", {"Ref": "Table"}, "…}"]]}',
        remedy=(
            "Write the definition as one text under `Fn::Sub`, as a mapping under `Definition`, or in a file of its "
            "own, in a change of its own: the deployed machine stays the same."
        ),
    ),
    Rule(
        code="ASL123",
        name="token-with-two-meanings",
        severity=Severity.ERROR,
        what=(
            "Two intrinsic functions in the definition, or one of them and an entry of `DefinitionSubstitutions`, "
            "would become the same `${…}` token in the file of a child. Or a state that moves holds `${!…}`, which is "
            "another text without `Fn::Sub` around it, or a function that gives a list."
        ),
        why=(
            "The file of a child has no template around it, so `!GetAtt Charge.Arn` is written there as "
            "`${ChargeArn}`, to be filled in by the child's `DefinitionSubstitutions`. One token cannot be filled in "
            "with two values."
        ),
        example="Resource: !GetAtt Charge.Arn      # and elsewhere: !Ref ChargeArn",
        remedy="Give one of them another name: with `Fn::Sub` and a variable, or in `DefinitionSubstitutions`.",
    ),
    Rule(
        code="ASL124",
        name="bare-placeholder",
        severity=Severity.NOTE,
        what="Values of the definition are `${…}` placeholders outside quotes, as in a file for `templatefile`.",
        why=(
            "Such a file becomes JSON only when it is filled in. aslsplit keeps the placeholders as they are, in the "
            "parent and in the children, and takes each for a value that nothing is known about."
        ),
        example='"TimeoutSeconds": ${charge_timeout}',
        remedy=(
            "Nothing needs to be done. Fill in the file of each child with the same values, and the "
            "parent's with the alias ARN of the child. A placeholder that stands "
            "for a path, a transition or a whole state is not understood; write those out."
        ),
    ),
    Rule(
        code="ASL125",
        name="tokens-of-the-template",
        severity=Severity.NOTE,
        what=(
            "What the template fills in for the monolith has to be filled in for the child, whose definition is a file "
            "of its own; and the parent names the child by a token that the template does not know yet."
        ),
        why=(
            "The states that moved hold `${…}` tokens, or held intrinsic functions that are tokens in the child's "
            "file. Until they are filled in, the child cannot be deployed. The template around the machine is left "
            "to you."
        ),
        example="Resource: !GetAtt Charge.Arn      # in the child: Resource: ${ChargeArn}",
        remedy=(
            "Add a resource for the child with the `DefinitionSubstitutions` (or what `templatefile` is handed) that "
            "the message lists, and give the parent the child's alias ARN."
        ),
    ),
    Rule(
        code="ASL126",
        name="parent-outside-its-template",
        severity=Severity.ERROR,
        what="`parent` names another file, and the monolith is part of a template.",
        why=(
            "The parent takes the monolith's place in the template, with the role, the name and the permissions that "
            "the template gives it. A second copy of the template would deploy everything in it twice."
        ),
        example="monolith: template.yaml\nparent: order-parent.yaml",
        remedy="Leave `parent` out. The template is rewritten in place, and `inline` gives it back.",
    ),
)
