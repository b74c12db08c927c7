"""The typed view and the findings of reading; the cases with mistakes are in cases/parse.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aslsplit.asl.model import Scope, ScopeKind, StateMachine, StateType
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Source, read_source
from aslsplit.findings import Finding, Severity, has_errors, rule

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "cases" / "parse.yaml").read_text("utf-8"))


def source_of(data: Any) -> Source:
    return Source("machine.asl.json", json.dumps(data), "json", data, {})


def read(text: str) -> Source:
    source, findings = read_source("machine.asl.json", text.encode())
    assert source is not None, findings
    return source


def machine_of(data: Any) -> StateMachine:
    machine, findings = parse(read(json.dumps(data)))
    assert machine is not None, findings
    assert not has_errors(findings), findings
    return machine


def case_source(case: dict[str, Any]) -> Source:
    if "in" in case:
        return read(json.dumps({"StartAt": next(iter(case["in"])), "States": case["in"]}))
    return read(case["text"]) if "text" in case else source_of(case["data"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_findings(case: dict[str, Any]) -> None:
    machine, findings = parse(case_source(case))
    expected = case["findings"]
    assert sorted((found.code, found.pointer) for found in findings) == sorted(
        (entry["code"], entry["at"]) for entry in expected
    )
    assert (machine is not None) == case.get("machine", True)
    for entry in expected:
        (found,) = [one for one in findings if (one.code, one.pointer) == (entry["code"], entry["at"])]
        assert entry.get("says", "") in found.message
        assert entry.get("help", "") in (found.help or "")
        usual = Severity.WARNING if "severity" in entry else rule(found.code).severity
        assert found.severity is usual
        assert found.span is not None and found.span.file == "machine.asl.json"


def test_every_code_of_this_pass_has_a_case() -> None:
    shown = {entry["code"] for case in CASES for entry in case["findings"]}
    assert shown == {f"ASL{number}" for number in (*range(103, 113), 114, 115, 116, 118)}


def test_a_finding_points_at_the_line() -> None:
    _, findings = parse(read('{\n  "StartAt": "A",\n  "States": {\n    "A": {"Type": "Pass", "Next": "B"}\n  }\n}\n'))
    (found,) = findings
    assert str(found.span) == "machine.asl.json:4:35"


def test_transitions_come_in_the_order_in_which_they_are_tried() -> None:
    rule_to = {"Variable": "$.a", "IsPresent": True}
    catch = {"ErrorEquals": ["States.ALL"]}
    machine = machine_of(
        {
            "StartAt": "C",
            "States": {
                "C": {"Type": "Choice", "Default": "T", "Choices": [rule_to | {"Next": "T"}, rule_to | {"Next": "F"}]},
                "T": {
                    "Type": "Task",
                    "Catch": [catch | {"Next": "F"}, catch | {"Next": "S"}],
                    "Resource": "r",
                    "Next": "P",
                },
                "P": {"Type": "Pass", "End": True},
                "S": {"Type": "Succeed"},
                "F": {"Type": "Fail"},
            },
        }
    )
    found = {
        name: [
            (transition.kind.value, transition.target, "/".join(map(str, transition.pointer[2:])), transition.index)
            for transition in state.transitions
        ]
        for name, state in machine.top.states.items()
    }
    assert found == {
        "C": [
            ("choice", "T", "Choices/0/Next", 0),
            ("choice", "F", "Choices/1/Next", 1),
            ("default", "T", "Default", None),
        ],
        "T": [("next", "P", "Next", None), ("catch", "F", "Catch/0/Next", 0), ("catch", "S", "Catch/1/Next", 1)],
        "P": [("end", None, "End", None)],
        "S": [("end", None, "", None)],
        "F": [],
    }


def test_scopes_and_query_languages() -> None:
    item = {"Type": "Succeed"}
    machine = machine_of(
        {
            "StartAt": "Both",
            "States": {
                "Both": {
                    "Type": "Parallel",
                    "QueryLanguage": "JSONata",
                    "Branches": [
                        {"StartAt": "B0", "States": {"B0": item}},
                        {
                            "StartAt": "Each",
                            "States": {
                                "Each": {
                                    "Type": "Map",
                                    "Iterator": {"StartAt": "I", "States": {"I": item}},
                                    "End": True,
                                }
                            },
                        },
                    ],
                    "Next": "Many",
                },
                "Many": {
                    "Type": "Map",
                    "ItemProcessor": {
                        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                        "StartAt": "M",
                        "States": {"M": item | {"QueryLanguage": "JSONata"}},
                    },
                    "End": True,
                },
            },
        }
    )
    assert [(scope.kind, scope.owner, list(scope.states)) for scope in machine.scopes()] == [
        (ScopeKind.TOP, None, ["Both", "Many"]),
        (ScopeKind.BRANCH, "Both", ["B0"]),
        (ScopeKind.BRANCH, "Both", ["Each"]),
        (ScopeKind.PROCESSOR, "Each", ["I"]),
        (ScopeKind.DISTRIBUTED, "Many", ["M"]),
    ]
    # A nested state takes the language of the machine, not that of the state around it.
    languages = {name: state.query_language for scope in machine.scopes() for name, state in scope.states.items()}
    assert {name for name, language in languages.items() if language == "JSONata"} == {"Both", "M"}
    innermost = machine.scope_of("I")
    assert innermost is not None
    assert [outer.kind for outer, _ in machine.enclosing(innermost)] == [ScopeKind.BRANCH, ScopeKind.TOP]
    for scope in machine.scopes():
        assert value_at(machine.source.data, scope.pointer)["StartAt"] == scope.start_at
        for state in scope.states.values():
            assert value_at(machine.source.data, state.pointer) is state.body


def value_at(data: Any, pointer: tuple[str | int, ...]) -> Any:
    for part in pointer:
        data = data[part]
    return data


# --- anything at all ----------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    """
    StartAt States Type Next End Choices Default Catch Retry ErrorEquals Branches ItemProcessor Iterator Variable And Or
    Not IsNull StringEqualsPath Parameters Assign ResultPath InputPath QueryLanguage JSONata JSONPath ProcessorConfig
    Mode ItemReader Timestamp Credentials Output a.$ $.a ${X} {% Task Pass Choice Wait Succeed Fail Parallel Map
    """.split()  # noqa: SIM905
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=6)
)


@given(JSON)
def test_any_json_is_read_or_refused(data: Any) -> None:
    machine, findings = parse(source_of(data))
    assert machine is not None or has_errors(findings)


@given(JSON)
def test_any_json_as_a_state_is_read_or_refused(body: Any) -> None:
    machine, findings = parse(source_of({"StartAt": "A", "States": {"A": body}}))
    assert machine is not None or has_errors(findings)


def places(value: Any, pointer: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield pointer
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*pointer, key))


def changed(value: Any, pointer: tuple[str | int, ...], new: Any) -> Any:
    if not pointer:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[pointer[0]] = changed(value[pointer[0]], pointer[1:], new)
    return copy


SOUND = {
    "StartAt": "C",
    "States": {
        "C": {
            "Type": "Choice",
            "Choices": [{"And": [{"Variable": "$.a", "IsPresent": True}], "Assign": {"x.$": "$.a"}, "Next": "T"}],
            "Default": "M",
        },
        "T": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Credentials": {"RoleArn.$": "$.role"},
            "Parameters": {"a": [{"b.$": "States.Format('{}', $.a)"}]},
            "ResultPath": "$.t",
            "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "F"}],
            "Next": "P",
        },
        "P": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}], "Next": "W"},
        "M": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemReader": {"Resource": "r", "Parameters": {"k.$": "$.k"}, "ReaderConfig": {"MaxItemsPath": "$.m"}},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED"},
                "StartAt": "I",
                "States": {"I": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "End": True}},
            },
            "Next": "W",
        },
        "W": {"Type": "Wait", "Timestamp": "2026-01-01T00:00:00Z", "Next": "S"},
        "S": {"Type": "Succeed"},
        "F": {"Type": "Fail", "ErrorPath": "$.e.Error"},
    },
}


def test_the_sound_machine_is_sound() -> None:
    assert parse(source_of(SOUND))[1] == ()


@settings(max_examples=300)
@given(st.sampled_from(list(places(SOUND))), JSON)
def test_a_sound_machine_with_any_value_replaced_is_read_or_refused(pointer: tuple[str | int, ...], new: Any) -> None:
    machine, findings = parse(source_of(changed(SOUND, pointer, new)))
    assert machine is not None or has_errors(findings)
    if machine is not None:
        assert_is_closed(machine.top)


def assert_is_closed(scope: Scope) -> None:
    """What every later pass relies on when it is given a machine."""
    assert scope.start_at in scope.states
    for state in scope.states.values():
        assert state.transitions or state.type is StateType.FAIL
        assert all(transition.target is None or transition.target in scope.states for transition in state.transitions)
        assert len(state.scopes) == 1 if state.type is StateType.MAP else True
        for inner in state.scopes:
            assert inner.owner == state.name
            assert_is_closed(inner)


def test_nesting_beyond_all_measure_is_refused() -> None:
    value: Any = []
    # The JSONata library lets Python go ten times as deep as it does by itself, from its import on.
    for _ in range(50_000):
        value = [value]
    source = Source(
        "deep.json", "", "json", {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": value}}}, {}
    )
    machine, findings = parse(source)
    assert machine is None
    assert "deeper" in findings[0].message


# --- real definitions ---------------------------------------------------------------------------------------------

# Errors that the corpus does hold, per file: each was judged by hand.
KNOWN_ERRORS = {
    # An expression with "+" behind a path, and intrinsic functions that do not exist.
    "workflows__user_registration.asl.json": {"ASL109"},
    "step-functions__web-search-agent.asl.json": {"ASL109"},
    "stacks__agents__hybrid_agent_stack.py__@248.asl.json": {"ASL109"},
    "stacks__agents__agent_core_wrapper_stack.py__@70_0.asl.json": {"ASL109"},
    # Fragments of a JSONata machine, whose rules have no meaning in the JSONPath default.
    "stacks__agents__step_functions_generator_unified_llm.py__": {"ASL111"},
    # Templates: the rules of a Choice are filled in by a program.
    "step-functions__dynamic-agent-template.asl.json": {"ASL111"},
    "step-functions__supervisor": {"ASL111", "ASL112"},
}


def corpus() -> list[Path]:
    return sorted((SHARED / "corpus").rglob("*.json"))


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the corpus of real definitions is not at hand")
def test_real_definitions_are_read_without_errors() -> None:
    surprises: list[Finding] = []
    unread: list[str] = []
    for path in corpus():
        source, findings = read_source(path.name, path.read_bytes())
        assert source is not None, findings
        machine, findings = parse(source)
        if machine is None:
            unread.append(path.name)
        known = {code for start, codes in KNOWN_ERRORS.items() if path.name.startswith(start) for code in codes}
        surprises += [found for found in findings if found.severity is Severity.ERROR and found.code not in known]
    assert surprises == []
    assert len(unread) <= 2, unread


@pytest.mark.skipif(not (SHARED / "conformance").is_dir(), reason="the recordings made on AWS are not at hand")
def test_definitions_that_aws_ran_give_no_finding_at_all() -> None:
    for path in sorted((SHARED / "conformance").rglob("*.json")):
        recording = json.loads(path.read_text("utf-8"))
        if "definition" not in recording or not recording["expect"].get("accepted", True):
            continue
        machine, findings = parse(read(json.dumps(recording["definition"])))
        assert machine is not None and findings == (), path


@pytest.mark.skipif(not (SHARED / "conformance").is_dir(), reason="the recordings made on AWS are not at hand")
def test_definitions_that_aws_refused_are_refused() -> None:
    accepted = []
    for path in sorted((SHARED / "conformance" / "definition-check").glob("*.json")):
        recording = json.loads(path.read_text("utf-8"))
        source, findings = read_source("refused.json", json.dumps(recording["definition"]).encode())
        if source is not None:
            findings += parse(source)[1]
        if not recording["expect"]["accepted"] and not has_errors(findings):
            accepted.append(recording["expect"]["message"])
    # Which services exist and whether the machine is EXPRESS is not to be seen in a definition.
    assert all("not recognized" in message or "Express state machine" in message for message in accepted), accepted
