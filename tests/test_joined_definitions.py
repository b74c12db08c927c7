"""A definition that ``Fn::Join`` makes is refused, and the message says what to write for what is joined."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aslsplit.asl.embedding import read_definition

SUB = "write the definition as one text under Fn::Sub, with "
CASES: dict[str, tuple[Any, str]] = {
    "text only": (["\n", ["{", "}"]], "all of its parts are text: write them as one block, DefinitionString: |"),
    "references": (
        ["", ["{", {"Ref": "AWS::Partition"}, {"Fn::GetAtt": ["Charge", "Arn"]}, {"Ref": "AWS::Partition"}, "}"]],
        SUB + "${AWS::Partition} for !Ref AWS::Partition, ${Charge.Arn} for !GetAtt Charge.Arn",
    ),
    "another function": (["", ["{", {"Fn::ImportValue": "Bus"}]], SUB + "a variable for !ImportValue Bus"),
    "a token in the text": (
        ["", ["${Own}", {"Ref": "A"}]],
        SUB + "${A} for !Ref A; a ${…} that is in the text already becomes ${!…}",
    ),
    "many": (
        ["", [{"Ref": name} for name in "ABCDEF"]],
        SUB + ", ".join(f"${{{name}}} for !Ref {name}" for name in "ABCD") + ", and so on for 2 more",
    ),
    "a list that is not written out": (
        ["", {"Fn::Split": [",", "a"]}],
        SUB + "${…} where the parts were joined",
    ),
    "no arguments": (None, SUB + "${…} where the parts were joined"),
}


@pytest.mark.parametrize("title", CASES)
def test_what_to_write_instead(title: str) -> None:
    argument, help = CASES[title]
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionString": {"Fn::Join": argument}},
    }
    source, findings = read_definition("t.json", json.dumps({"Resources": {"M": machine}}).encode())
    assert source is None
    assert [(found.code, found.help) for found in findings] == [("ASL122", help)]
