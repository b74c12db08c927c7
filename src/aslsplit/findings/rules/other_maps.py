"""Children that several boundary maps share: whether the maps and what lies beside them fit together."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL015",
        name="other-map",
        severity=Severity.ERROR,
        what="A map that shares a child with this one cannot be used, or has no such child.",
        why="One state machine serves the regions of both. What it has to be sent, and whether it does the same for "
        "both, can only be told from both machines.",
        example="shared: [{map: ../refunds/boundaries.yaml, child: notfy}]   # its child is notify",
        remedy="Correct the name, or what is wrong with the other map and its machine, which the other findings tell. "
        "File names are relative to the folder of the map in which they stand.",
    ),
    Rule(
        code="ASL347",
        name="maps-disagree",
        severity=Severity.ERROR,
        what="Of two maps that share a child only one names the other, or both leave it to the other to write it.",
        why="The map that has the site under `shared` writes the child, and the other one says `served_by`. If one of "
        "them did not know, a change on its side would go into production without the other having been looked at.",
        example="served_by: {map: ../orders/boundaries.yaml, child: notify}   # which has no such site under shared",
        remedy="Name this map under `shared` of the child that is written, and that child under `served_by` of each "
        "child that it stands in for. One map writes the child for all.",
    ),
    Rule(
        code="ASL348",
        name="machines-too-different",
        severity=Severity.ERROR,
        what="Two machines differ in something that a child takes from its machine as a whole.",
        why="A child has the query language and the Version of its machine, demands the `meta` that the map of its "
        "parent sends, and may hold what only the template around a definition fills in. One child has one of each.",
        example="meta: {correlation_id: $.id} in the map that writes the child, and no `meta` in the other one.",
        remedy="Make both maps send the same fields of `meta`; their paths may differ. Where the machines themselves "
        "differ, let each map have a child of its own.",
    ),
    Rule(
        code="ASL349",
        name="placeholder-in-two-machines",
        severity=Severity.ERROR,
        what="States of two machines have the same placeholder where no reference can stand.",
        why="What `${SendArn}` becomes is decided where a machine is deployed, and the two are deployed apart. The "
        "child is deployed once. A literal would be sent with each call, but this field takes no reference.",
        example='"Resource": "${SendArn}" in both machines.',
        remedy="If it is filled in with the same value in both, say so in the map that is served: "
        '`served_by: {map: …, child: …, same: ["${SendArn}"]}`. Otherwise call both through an integration that has '
        "it among its Parameters: `arn:aws:states:::lambda:invoke` with a FunctionName.",
    ),
    Rule(
        code="ASL611",
        name="child-not-there-yet",
        severity=Severity.ERROR,
        what="The child that serves this one was not extracted by the map that writes it, or not since it serves this "
        "one; or its file is gone.",
        why="The parent would call a state machine that nobody has written, or that was not proved for it.",
        example="aslsplit extract refunds/boundaries.yaml --child notify, before orders/boundaries.yaml was extracted.",
        remedy="Extract it there first. That proves it for this machine too, and then this parent can call it.",
    ),
    Rule(
        code="ASL612",
        name="other-map-behind",
        severity=Severity.ERROR,
        what="Maps that share a child have recorded different contracts of it, or the child on disk is not the one "
        "that all sites make now.",
        why="A parent may send less than the child demands, or take what it no longer returns. The proofs were about "
        "another child.",
        example="A state of the other machine reads one more field behind the call, and the child was not made again.",
        remedy="Undo the change, or put the child back in every map, the one that writes it last, raise "
        "`contract.version`, and extract it again, there first.",
    ),
    Rule(
        code="ASL613",
        name="child-still-called",
        severity=Severity.ERROR,
        what="A child is to be put back, and the parent of another map still calls it.",
        why="Its file would go, and with it the state machine that the other parent starts.",
        example="aslsplit inline orders/boundaries.yaml --child notify   # refunds/boundaries.yaml still has it",
        remedy="Put it back there first.",
    ),
    Rule(
        code="ASL614",
        name="caller-not-named",
        severity=Severity.ERROR,
        what="The parent of another map calls a child, and the map that writes it has stopped naming that map.",
        why="What becomes of the child would not be proved for that parent any more.",
        example="A site under `shared` was deleted while the other map still has the child extracted.",
        remedy="Name the site again, inline the child in the other map, and only then take the site out.",
    ),
)
