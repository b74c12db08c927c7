"""Rules about the boundary map: ASL0xx."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL001",
        name="not-a-boundary-map",
        severity=Severity.ERROR,
        what="The file is not a mapping, or it declares a version of the boundary map that this release does not know.",
        why="Nothing in the file can be trusted to mean what its keys seem to say, so no other key is looked at.",
        example="version: 2",
        remedy="Begin the file with `version: 1`, `monolith:` and `children:`. If the file was written for a newer "
        "release, install that release.",
    ),
    Rule(
        code="ASL002",
        name="unknown-key",
        severity=Severity.ERROR,
        what="The boundary map holds a key that means nothing at this place.",
        why="A misspelled key would otherwise be ignored, and its default would be used in silence.",
        example="children:\n  payment:\n    stats: [FraudCheck]        # meant: states",
        remedy="Correct the key; the message offers the nearest known one. The JSON Schema of the map lets an editor "
        "complete the keys and mark the wrong ones.",
    ),
    Rule(
        code="ASL003",
        name="missing-key",
        severity=Severity.ERROR,
        what="A key without a default is missing: `version`, `monolith` or `children` at the top, `states` or `from` "
        "in a child, or `from` beside an `until`.",
        why="There is no safe guess for any of them.",
        example="children:\n  payment:\n    owner: payments-team       # neither states nor from",
        remedy="Add the key that the message names.",
    ),
    Rule(
        code="ASL004",
        name="wrong-value",
        severity=Severity.ERROR,
        what="A value has the wrong type, or is not one of the values allowed at this place.",
        why="YAML reads an unquoted `1.0` as a number and an unquoted `yes` as a truth value; taking them for text "
        "would change what was written.",
        example='contract: {version: 1.0}     # a number; meant: "1.0"',
        remedy="Write one of the allowed values. Put versions, and names that look like numbers or truth values, in "
        "quotes.",
    ),
    Rule(
        code="ASL005",
        name="unknown-state",
        severity=Severity.ERROR,
        what="The boundary map names a state that no scope of the state machine holds.",
        why="The name is misspelled, or the state was renamed after the map was written; the region would be smaller "
        "than intended.",
        example="states: [FraudChek]          # the machine has FraudCheck",
        remedy="Correct the name; the message offers the nearest one. Names of states are case-sensitive.",
    ),
    Rule(
        code="ASL006",
        name="empty-glob",
        severity=Severity.ERROR,
        what="A pattern with `*`, `?` or `[…]` matches no state of the machine.",
        why="A pattern that matches nothing is a mistake that would leave states behind without a word.",
        example='states: ["Payment*"]         # the states are named AuthorizePayment, CapturePayment',
        remedy="Correct the pattern or remove it. Patterns are case-sensitive and match the whole name. A state whose "
        "own name holds such characters is matched by that name exactly.",
    ),
    Rule(
        code="ASL007",
        name="state-claimed-twice",
        severity=Severity.ERROR,
        what="Two children of the map claim the same state, and neither lies inside the other.",
        why="A state moves to exactly one child. A child may lie inside another one: it has some of that one's states, "
        "or states inside its Parallel and Map states, and is called by it. Nothing in between can be called.",
        example="payment:   {states: [FraudCheck, Authorize]}\nscreening: {states: [FraudCheck, Notify]}",
        remedy="Remove the state from one of the two children, make a broad pattern narrower, or give one child all "
        "that the other has and more.",
    ),
    Rule(
        code="ASL008",
        name="bad-range",
        severity=Severity.ERROR,
        what="`from` names no state, or `until` names a state that cannot be reached from it within the same scope.",
        why="A range consists of what is reachable from `from` before `until`. An end that is never reached would "
        "make the region run to the end of the scope.",
        example="from: ShipOrder\nuntil: ReceiveOrder           # comes before ShipOrder",
        remedy="Name states of one scope, in the order in which control passes them. `until` is exclusive: it is the "
        "first state that stays in the parent. Neither takes patterns.",
    ),
    Rule(
        code="ASL009",
        name="unsafe-name",
        severity=Severity.ERROR,
        what="A file name in the map leads outside the folder of the map, or the name of a child or workflow cannot "
        "be used as the name of a file or of a state machine.",
        why="Names from the map become files and AWS resources. A map must not be able to write anywhere else, and "
        "AWS refuses state machine names over 80 characters or with spaces, brackets, slashes and the like.",
        example="children_dir: ../../shared",
        remedy="Use relative names with forward slashes below the folder of the map. Name children with up to 64 "
        "letters, digits, `-` and `_`, beginning with a letter.",
    ),
    Rule(
        code="ASL010",
        name="unknown-child",
        severity=Severity.ERROR,
        what="The command line asks for a child that the boundary map does not hold.",
        why="There is nothing to extract under that name.",
        example="aslsplit extract boundaries.yaml --child payments     # the map calls it payment",
        remedy="Use a name that stands under `children:`; the message offers the nearest one.",
    ),
    Rule(
        code="ASL011",
        name="unsuitable-path",
        severity=Severity.ERROR,
        what="A path in the boundary map cannot be parsed, or is of a kind that cannot stand at this place.",
        why="The map speaks about fields of the document, so a path there consists of field names only. An index, a "
        "wildcard or a filter selects something that only a running execution knows. Variables are allowed in "
        "`contract.request` and in `assume.present`.",
        example="meta: {correlation_id: $$.Execution.Id}",
        remedy="Write the path of a field, such as `$.order.orderId` or `$.order['line items']`.",
    ),
    Rule(
        code="ASL012",
        name="not-distinct",
        severity=Severity.ERROR,
        what="Two children have the same `workflow` or `alias_arn`, or two files of the map are the same file.",
        why="One would overwrite the other, or the parent would call the wrong child. Names of files that differ "
        "only in upper and lower case are one file on many systems.",
        example="children:\n  payment: {states: [Pay]}\n  Payment: {states: [Refund]}",
        remedy="Give each child a name, a `workflow` and an `alias_arn` of its own, and each file its own name.",
    ),
    Rule(
        code="ASL013",
        name="state-not-in-child",
        severity=Severity.ERROR,
        what="`assume.reads` names a state that is not in this child, or `exits` names a state that this child does "
        "not lead to.",
        why="The statement would have no effect, although somebody relies on it.",
        example="payment:\n  states: [AuthorizePayment]\n  assume: {reads: {ReserveStock: [$.order.items]}}",
        remedy="Move the statement to the child that holds the state, add the state to `states`, or remove it.",
    ),
    Rule(
        code="ASL014",
        name="unclear-rename",
        severity=Severity.ERROR,
        what="The contract gives one path two field names, a field name is not an identifier, or two exits have the "
        "same outcome.",
        why="Field names become members of JSON objects, types and expressions; each name must stand for one thing "
        "and each thing have one name.",
        example="contract: {request: {amount: $.order.total, total: $.order.total}}",
        remedy="Keep one name for each path and each exit. Write field names with letters, digits and underscores, "
        "beginning with a letter or underscore.",
    ),
    Rule(
        code="ASL016",
        name="unknown-contract-field",
        severity=Severity.ERROR,
        what="`plan --why` asks for a field that the contract of the child does not have.",
        why="There is nothing to explain: nobody reads such a value across the border, or it travels under another "
        "name or inside a larger one.",
        example="aslsplit plan boundaries.yaml --why payment.request.order.total   # the field is order.totalAmount",
        remedy="Use a name that the contract has; the message offers the nearest ones. `--why payment` lists them all. "
        "A renamed field goes by the name that the boundary map gives it.",
    ),
)
