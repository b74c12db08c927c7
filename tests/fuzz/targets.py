"""What is fuzzed: each target takes bytes, and whatever they are the answer must be in order.

The first byte of an input chooses among the things that a target can do with the rest.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from aslsplit.analysis.facts import UNOBSERVED, analyze
from aslsplit.asl.embedding import read_definitions
from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.jsonata_text import context_references, states_named, variables_named, variables_read
from aslsplit.asl.jsonata_tree import parse_jsonata, variables_of
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.references import (
    PlaceholderReference,
    ReferenceSyntaxError,
    parse_expression,
    parse_path,
    parse_reference_path,
    references_in_path,
    references_of,
    replace_references,
)
from aslsplit.asl.source import read_source
from aslsplit.interpreter import jsonata, templates
from aslsplit.interpreter.errors import BudgetExhausted, StateFailure
from aslsplit.interpreter.paths import View
from tests.command_line import SMALL_MACHINE, SMALL_MAP, small_project
from tests.fuzz.guard import Broken
from tests.fuzz.oracle import check_findings, check_written, command, same

__all__ = ["TARGETS", "Target"]

ROOT = Path(__file__).parents[2]
_MOST_SEED_BYTES = 6000


@dataclass(frozen=True, slots=True)
class Target:
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]


# --- Readers -----------------------------------------------------------------------------------------------------

NAMES = (
    "machine.asl.json",
    "machine.asl.yaml",
    "template.yaml",
    "template.json",
    "serverless.yml",
    "main.tf",
    "machine",
)
FORMATS = ("text", "json", "markdown", "sarif")


def read(data: bytes) -> None:
    """The readers alone, and what they have read through ``inspect`` and ``plan``."""
    name, raw = NAMES[data[0] % len(NAMES)] if data else NAMES[0], data[1:]
    machines = _read(name, raw)
    with _folder() as folder:
        (folder / name).write_bytes(raw)
        command(folder, "inspect", name, "--format", FORMATS[len(raw) % len(FORMATS)])
        for machine in machines[:2]:
            states = [state.name for state in machine.states()]
            some = states[len(raw) % max(1, len(states)) :][: 1 + len(raw) % 3]
            boundaries: Any = {"version": 1, "monolith": name, "children": {"part": {"states": some}}}
            if machine.source.resource is not None:
                boundaries["resource"] = machine.source.resource
            (folder / "boundaries.yaml").write_text(json.dumps(boundaries), encoding="utf-8")
            command(folder, "plan", "boundaries.yaml", "--format", FORMATS[len(some) % len(FORMATS)])


def _read(name: str, raw: bytes) -> list[StateMachine]:
    machines: list[StateMachine] = []
    readings, again = read_definitions(name, raw), read_definitions(name, raw)
    for (source, findings), (other, others) in zip(readings, again, strict=True):
        if findings != others or (source is None) != (other is None):
            raise Broken("read twice it is something else")
        check_findings(findings, name, raw)
        if source is None:
            if not findings:
                raise Broken("nothing is read, and nothing is said")
            continue
        if other is not None and not same(source.data, other.data):
            raise Broken("read twice its data is something else")
        check_written(source)
        machine, more = parse(source)
        check_findings(more, name, raw)
        if machine is not None:
            machines.append(machine)
    return machines


def reader_seeds() -> Iterator[bytes]:
    """The definitions and templates among the golden inputs and the examples, and small ones for what they lack."""
    for file in _files("asl.json", "asl.yaml", "template.yaml", "template.json", ".yml", ".tf", ".tftpl"):
        yield bytes([_kind_of(file.name)]) + file.read_bytes()
    yield b"\0" + json.dumps(SMALL_MACHINE).encode()
    yield b"\0" + b'{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'
    yield (
        b"\1"
        + b"StartAt: A\nStates:\n  A: &a\n    Type: Pass\n    Next: B\n  B: {<<: *a, Next: C}\n  C: {Type: Succeed}\n"
    )


def _kind_of(name: str) -> int:
    for index, known in enumerate(NAMES):
        if name == known or name.endswith(known.removeprefix("machine").removeprefix("main") or "\0"):
            return index
    return 2 if name.endswith("yaml") else 3 if name.endswith("json") else 4 if name.endswith("yml") else 5


# --- The boundary map, and what else people write beside it ---------------------------------------------------------

IGNORE = ".aslsplit-contract-ignore.yaml"


def read_map(data: bytes) -> None:
    """A map, its lock, its input schema or an ignore file beside a machine that stays the same."""
    kind, raw = data[0] % 5 if data else 0, data[1:]
    with _folder() as folder:
        small_project(folder)
        match kind:
            case 0 | 1:
                _check_map(folder, raw, FORMATS[len(raw) % len(FORMATS)])
            case 2:
                _check_beside(folder, "boundaries.lock.yaml", raw)
            case 3:
                boundaries = {**SMALL_MAP, "input_schema": "order.schema.json"}
                (folder / "boundaries.yaml").write_text(json.dumps(boundaries))
                _check_beside(folder, "order.schema.json", raw)
            case _:
                (folder / "boundaries.yaml").write_text(json.dumps(SMALL_MAP))
                (folder / "ignore.yaml").write_bytes(raw)
                (folder / "old").mkdir()
                command(folder, "contract", "diff", "old", "old", "--ignore", "ignore.yaml")


def _check_map(folder: Path, raw: bytes, format: str) -> None:
    (folder / "boundaries.yaml").write_bytes(raw)
    ran = command(folder, "plan", "boundaries.yaml", "--format", format)
    if ran.code != 2 and len(raw) % 4 == 0:
        command(folder, "graph", "boundaries.yaml")
        command(folder, "permissions", "boundaries.yaml")
        command(folder, "contract", "fixtures", "boundaries.yaml")
        command(folder, "wire", "boundaries.yaml", "--target", ("sam", "terraform", "cloudformation")[len(raw) % 3])


def _check_beside(folder: Path, name: str, raw: bytes) -> None:
    (folder / name).write_bytes(raw)
    command(folder, "plan", "boundaries.yaml")


def map_seeds() -> Iterator[bytes]:
    for file in _files("boundaries.yaml"):
        raw = file.read_bytes()
        yield b"\0" + raw
        yield b"\0" + raw.replace(file.name.encode(), b"boundaries.yaml")
    yield b"\0" + json.dumps(SMALL_MAP).encode()
    yield b"\0" + json.dumps({**SMALL_MAP, **_EVERY_KEY}).encode()
    for file in _files("boundaries.lock.yaml"):
        yield b"\2" + file.read_bytes()
    for file in _files("schema.json"):
        yield b"\3" + file.read_bytes()
    for file in _files(IGNORE, "ignore.yaml", "wrong.yaml"):
        yield b"\4" + file.read_bytes()
    yield b"\4" + b"- rule: ASL440\n  contract: pay\n  pointer: /a/b\n  reason: known\n  until: '2.0'\n"


_EVERY_KEY: Mapping[str, Any] = {
    "parent": "parent.asl.json",
    "children_dir": "children",
    "contracts_dir": "contracts",
    "prices": {"as_of": "2026-11-21", "currency": "EUR", "transitions": 0.025, "requests": 1,
    "gigabyte_seconds": 1e-05},
    "wiring": {
        "alias": "live",
        "logs": {"level": "ERROR", "retention_days": 30},
        "deployment": {"type": "CANARY", "percentage": 10, "interval_minutes": 5},
        "alarms": {"threshold": 1, "period_minutes": 5},
    },
    "defaults": {"pattern": "sync"},
    "children": {
        "pay": {
            "states": ["P*"],
            "contract": {"version": "1.0", "request": {"amount": "$.order.amount"}, "optional": "widen"},
            "assume": {"reads": {"Pay": ["$.order.id"]}, "present": ["$.order"]},
            "exits": {"Ship": "paid", "Refuse": "refused"},
        },
        "booking": {"from": "Book", "until": "Tell", "owner": "logistics", "invoke_as": "BookIt"},
    },
}  # fmt: skip


# --- References ----------------------------------------------------------------------------------------------------

DOCUMENT: Any = {
    "a": {"b": [1, 2.5, -3, {"c": "x", "d": None}], "c": "text", "line items": [{"id": i,
    "p": i / 2} for i in range(5)]},
    "order": {"id": "o-1", "amount": 12, "paid": True, "tags": ["a", "b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!"], "": {}},
    "n": 10**20,
    "e": [],
}  # fmt: skip
CONTEXT: Any = {"Execution": {"Id": "e", "Input": DOCUMENT, "Name": "n"}, "State": {"Name": "S"}}
VARIABLES: Any = {"x": DOCUMENT["a"], "y": 3, "states": "no"}


def refer(data: bytes) -> None:
    """A text as a path, an intrinsic function, a payload template and a JSONata expression: read and evaluated."""
    kind, text = data[0] % 4 if data else 0, _text(data[1:])
    match kind:
        case 0:
            _check_path(text)
        case 1:
            _check_intrinsic(text)
        case 2:
            _check_jsonata(text)
        case _:
            _check_in_machine(text)


def _text(raw: bytes) -> str:
    """With halves of surrogate pairs, which a definition cannot hold and the interpreter can meet."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def _check_path(text: str) -> None:
    try:
        path = parse_path(text)
    except ReferenceSyntaxError as refused:
        _check_refused(refused, text)
    else:
        printed = str(path)
        if parse_path(printed) != path:
            raise Broken("a path that is printed is another path")
        for reference in references_in_path(text):
            _check_place(reference.start, reference.end, text)
    try:
        parse_reference_path(text)
    except ReferenceSyntaxError as refused:
        _check_refused(refused, text)
    _evaluates(lambda: templates.read_path(text, View(DOCUMENT, CONTEXT, VARIABLES)))


def _check_intrinsic(text: str) -> None:
    try:
        expression = parse_expression(text)
    except ReferenceSyntaxError as refused:
        _check_refused(refused, text)
    else:
        for reference in references_of(expression):
            _check_place(reference.start, reference.end, text)
        if replace_references(text, lambda _: None) != text:
            raise Broken("a text in which nothing is replaced is another one")
    _evaluates(lambda: templates.fill({"a.$": text}, View(DOCUMENT, CONTEXT, VARIABLES), Random(0)))


def _check_jsonata(text: str) -> None:
    for count in (variables_named, variables_read, states_named, context_references):
        count(text)
    variables_of(parse_jsonata(text))
    states = {"input": DOCUMENT, "context": CONTEXT, "result": {"a": 1}}
    expression = f"{{%{text}%}}"
    if expression_in(expression) != text:
        raise Broken("an expression between its delimiters is another one")
    _evaluates(
        lambda: jsonata.fill(expression, jsonata.Query(states, VARIABLES, Random(0), 1_700_000_000_000), "Output")
    )


def _check_in_machine(text: str) -> None:
    """In every field that holds a reference, through the reader and the analysis."""
    last = {"Type": "Pass", "Parameters": {"a.$": text, "b": {"c.$": text}}, "ResultPath": text, "End": True}
    jsonata_state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": f"{{%{text}%}}"},
    "Assign": {"v": f"{{% {text} %}}"}, "Next": "C"}  # fmt: skip
    states = {
        "A": {"Type": "Choice", "Choices": [{"Variable": text, "IsPresent": True, "Next": "B"},
                                            {"Variable": "$.a", "StringMatches": text, "Next": "C"},
                                            {"And": [{"Variable": "$.a", "NumericEqualsPath": text}], "Next": "D"}],
              "Default": "B"},
        "B": jsonata_state,
        "C": {"Type": "Map", "ItemsPath": text, "ItemSelector": {"x.$": text}, "Next": "D",
              "ItemProcessor": {"StartAt": "M", "States": {"M": {"Type": "Pass", "InputPath": text, "End": True}}}},
        "D": last,
    }  # fmt: skip
    raw = json.dumps({"StartAt": "A", "States": states}).encode()
    source, findings = read_source("machine.asl.json", raw)
    check_findings(findings, "machine.asl.json", raw)
    if source is None:
        return
    machine, more = parse(source)
    check_findings(more, "machine.asl.json", raw)
    if machine is not None:
        analyze(machine, UNOBSERVED)


def _check_refused(refused: ReferenceSyntaxError, text: str) -> None:
    if not refused.message and not isinstance(refused, PlaceholderReference):
        raise Broken("refused without a word")
    if not 0 <= refused.offset <= len(text):
        raise Broken("refused at a place that the text does not have")


def _check_place(start: int, end: int, text: str) -> None:
    if not 0 <= start < end <= len(text):
        raise Broken("a reference stands outside its text")


def _evaluates(evaluate: Callable[[], Any]) -> None:
    """To JSON, to an error of Step Functions, or to a limit of ours."""
    try:
        value = evaluate()
    except (StateFailure, BudgetExhausted):
        return
    json.dumps(value)


def reference_seeds() -> Iterator[bytes]:
    """What stands in the definitions of the golden inputs, and the case file of the reference reader."""
    texts: dict[str, None] = dict.fromkeys(_REFERENCES)
    for file in _files("asl.json"):
        try:
            _strings(json.loads(file.read_bytes()), texts)
        except ValueError:
            continue
    for text in texts:
        if (expression := expression_in(text)) is not None:
            yield b"\2" + expression.encode()
        elif text.startswith("States."):
            yield b"\1" + text.encode()
        elif text.startswith("$"):
            yield b"\0" + text.encode()
            yield b"\3" + text.encode()


_REFERENCES = (
    "$.a.b[0]", "$['a']['b'][-1]", "$.a.b[0:2]", "$..id", "$.a.b[*]", "$.a['line items'][?(@.id == 2)].p",
    "$$.Execution.Id",
    "$.order.tags[?(@ =~ /a+b/i)]", "$.a['b','c']", "$.a.b.length()", "$x.b", "$.a[?(@.id > $.n && (@.p < 3 || !@.q))]",
    "$.a['line items'][?(@.id in [1, 2, '3'])]", "$['it\\'s']", "$.a\\.b", "${Token}.a",
    "States.Format('{} and \\{{}\\}', $.a.c, 1.5)", "States.Array(1, null, true, 'x', $.a)", "States.UUID()",
    "States.ArrayGetItem(States.ArrayRange(1, 10, 2), 1)", "States.MathAdd($.n, -1)", "States.StringToJson('[1]')",
    "States.JsonMerge($.a, $.order, false)", "States.Base64Decode(States.Base64Encode($.order.id))",
    "States.Hash($.a, 'SHA-256')", "States.StringSplit('a,b', ',')", "States.MathRandom(1, 10, 3)",
    "{% $states.input.a.b[0] %}", "{% $sum($states.input.a.`line items`.p) %}",
    "{% $map([1..10], function($v){$v * 2}) %}",
    "{% ($f := function($n){$n < 2 ? 1 : $n * $f($n - 1)}; $f(10)) %}", "{% $match('aaa', /a+/) %}",
    "{% $x ~> $keys() %}",
    "{% $states.input.order.{'id': id, 'tags': $join(tags, ', ')} %}", "{% $states.input ~> |order|{'a': 1}| %}",
    "{% $toMillis('2020-01-01T00:00:00Z') %}", "{% $formatNumber(12.5, '#,##0.00') %}", "{% $partition([1..5], 2) %}",
    "{% $states.input.a.`line items`^(>p).id %}", "{% $replace('a-b', /-/, '+') %}", "{% $parse('[1]') %}",
    "{% $states.input.a.`line items`[p > 1]#$i.{'i': $i} %}", "{% $eval('1') %}", "{% $now() %}", "{% **.id %}",
    "{% $formatInteger(12, 'w') %}", "{% $fromMillis(0, '[Y]-[M01]') %}", "{% $range(0, 10, 2) %}",
    "{% $pad('a', 5) %}",
)  # fmt: skip


def _strings(value: Any, found: dict[str, None]) -> None:
    if isinstance(value, str):
        found[value] = None
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _strings(inner, found)


# --- All of them -----------------------------------------------------------------------------------------------------


def _files(*endings: str) -> Iterator[Path]:
    places = [*ROOT.glob("golden/*/input"), *ROOT.glob("examples/*")]
    for place in sorted(places):
        for file in sorted(place.rglob("*")):
            if file.is_file() and file.name.endswith(endings) and file.stat().st_size <= _MOST_SEED_BYTES:
                yield file


class _folder(tempfile.TemporaryDirectory):  # type: ignore[type-arg]
    def __enter__(self) -> Path:
        return Path(super().__enter__())


TARGETS: Mapping[str, Target] = {
    "readers": Target(read, reader_seeds),
    "map": Target(read_map, map_seeds),
    "references": Target(refer, reference_seeds),
}
