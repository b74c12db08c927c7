"""Contracts as types: those of every golden case pass the type checkers, and say what the schemas say."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy import api

from aslsplit.operations.contract_types import contracts_below, types_text
from aslsplit.verify.published import Published
from tests.cdk_apps import typescript_packages
from tests.command_line import aslsplit, copy_of_example
from tests.golden import GOLDEN

EXTRACTED = sorted(case for case in GOLDEN.iterdir() if (case / "expected/tree/boundaries.lock.yaml").exists())
FOLDERS = [case for case in EXTRACTED if (case / "expected/tree/contracts").is_dir()]


def contracts() -> Iterator[tuple[str, tuple[Published, ...]]]:
    for case in FOLDERS:
        yield re.sub(r"\W", "_", case.name), contracts_below((case / "expected/tree/contracts").as_posix(), ())


def mypy(folder: Path) -> str:
    out, err, _ = api.run(["--strict", "--no-incremental", "--cache-dir", str(folder / "cache"), str(folder)])
    assert not err
    return out


def test_python_types_of_every_golden_contract_pass_mypy(tmp_path: Path) -> None:
    assert len(FOLDERS) > 60
    for name, found in contracts():
        (tmp_path / f"{name}.py").write_text(types_text(found, "python"))
    assert mypy(tmp_path).startswith("Success: no issues found in")
    for name, _ in contracts():
        exec(compile((tmp_path / f"{name}.py").read_text(), name, "exec"), {"__name__": name})


@pytest.fixture
def tsc(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """What the TypeScript compiler says of all files in a folder."""
    compiler = typescript_packages(request.config) / "node_modules" / "typescript" / "bin" / "tsc"
    options = ["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--noUnusedLocals", "--pretty", "false"]

    def said(folder: Path) -> str:
        files = sorted(file.name for file in folder.glob("*.ts"))
        command = ["node", str(compiler), *options, *files]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout

    return said


def test_typescript_types_of_every_golden_contract_compile(tsc: Callable[[Path], str], tmp_path: Path) -> None:
    for name, found in contracts():
        (tmp_path / f"{name}.ts").write_text(types_text(found, "typescript"))
    assert tsc(tmp_path) == ""


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, its fixtures and its types in Python."""
    folder = copy_of_example(tmp_path_factory.mktemp("types") / "order")
    assert aslsplit("contract", "fixtures", "boundaries.yaml", "-q", folder=folder).code == 0
    ran = aslsplit("contract", "types", "boundaries.yaml", "--language", "python", "-o", "types_of.py", folder=folder)
    assert ran.code == 0
    return folder


def requests(folder: Path) -> Iterator[tuple[str, str, Any]]:
    """Each fixture's name, the type of its request, and that without what AWS and newer callers add."""
    for file in sorted(folder.glob("contracts/*/fixtures/*.json")):
        given = json.loads(file.read_text())["input"]
        known = {name: value for name, value in given.items() if not name.startswith("AWS_")}
        yield file.stem, f"{file.parts[-3].capitalize()}Input", known


def test_a_request_has_the_type_of_its_contract_and_a_malformed_one_has_not(fixtures: Path, tmp_path: Path) -> None:
    lines = ["from types_of import FulfillmentInput, InventoryInput, PaymentInput", ""]
    wrong: set[int] = set()
    for number, (name, type_, value) in enumerate(requests(fixtures)):
        if name != "unexpected-extra":
            lines.append(f"request_{number}: {type_} = {value!r}")
            wrong |= {len(lines)} if name.startswith("malformed") else set()
    (tmp_path / "types_of.py").write_text((fixtures / "types_of.py").read_text())
    (tmp_path / "requests.py").write_text("\n".join(lines) + "\n")
    told = {int(number) for number in re.findall(r"requests\.py:(\d+): error", mypy(tmp_path))}
    assert len(wrong) > 20
    assert told == wrong


def test_so_it_is_in_typescript(fixtures: Path, tsc: Callable[[Path], str], tmp_path: Path) -> None:
    text = types_text(
        contracts_below((GOLDEN / "order-processing/expected/tree/contracts").as_posix(), ()), "typescript"
    )
    (tmp_path / "types.ts").write_text(text)
    lines = ['import { FulfillmentInput, InventoryInput, PaymentInput } from "./types";']
    wrong: set[int] = set()
    for number, (name, type_, value) in enumerate(requests(fixtures)):
        if name != "unexpected-extra":
            lines.append(f"export const request{number}: {type_} = {json.dumps(value)};")
            wrong |= {len(lines)} if name.startswith("malformed") else set()
    (tmp_path / "requests.ts").write_text("\n".join(lines) + "\n")
    told = {int(number) for number in re.findall(r"requests\.ts\((\d+),\d+\): error", tsc(tmp_path))}
    assert len(wrong) > 20
    assert told == wrong


def test_outcomes_tell_the_answers_apart(tsc: Callable[[Path], str], tmp_path: Path) -> None:
    text = types_text(
        contracts_below((GOLDEN / "order-processing/expected/tree/contracts").as_posix(), ()), "typescript"
    )
    (tmp_path / "types.ts").write_text(text)
    (tmp_path / "use.ts").write_text(
        """import { InventoryOutput } from "./types";
export function reserved(answer: InventoryOutput): boolean {
  if (answer.outcome === "answered") return answer.result.inventory.reserved;
  return answer.result.inventory.reserved;
}
"""
    )
    told = tsc(tmp_path)
    assert re.findall(r"use\.ts\((\d+),", told) == ["4"]
    assert "Property 'inventory' does not exist on type 'InventoryFailedResult'" in told


SCALARS = st.sampled_from(["string", "number", "integer", "boolean", "null"])
NAMES = st.sampled_from(["a", "order-id", "class", "__x", "2nd", "a b", 'quo"te', "é", "*/", "meta", ""])
SCHEMAS = st.recursive(
    st.builds(lambda kind: {"type": kind}, SCALARS)
    | st.just({})
    | st.builds(lambda values: {"enum": values}, st.lists(st.sampled_from(["x", 1, True, None, 2.5]), min_size=1))
    | st.builds(lambda kinds: {"type": kinds}, st.lists(SCALARS, min_size=1, unique=True)),
    lambda inner: (
        st.builds(lambda item: {"type": "array", "items": item}, inner)
        | st.builds(lambda options: {"oneOf": options}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda value: {"type": "object", "additionalProperties": value}, inner)
        | st.builds(
            lambda members, required: {
                "type": "object",
                "properties": members,
                "required": [name for name in members if name in required],
                "description": 'says """ and */ and \\',
            },
            st.dictionaries(NAMES, inner, max_size=4),
            st.sets(NAMES),
        )
    ),
    max_leaves=10,
)


@given(SCHEMAS, SCHEMAS)
def test_any_schema_gives_python_that_python_reads(request: Any, response: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(request)
    errors = {"properties": {"Error": {"examples": ["A", 'B"']}}}
    contracts = [Published("a-b", request, response, errors), Published("aB", response, request, errors)]
    text = types_text(contracts, "python")
    scope: dict[str, Any] = {"__name__": "made"}
    exec(compile(text, "made", "exec"), scope)
    assert {"ABFailure", "ABKnownError"} <= set(scope)
    assert text == types_text(contracts, "python")
    defined = re.findall(r"^(?:class )?(\w+)(?: = |\(TypedDict\))", text, re.MULTILINE)
    assert len(defined) == len(set(defined))


CASES_OF_SHAPES = [
    ({"type": "string"}, "string", "str"),
    ({"const": "x"}, '"x"', 'Literal["x"]'),
    ({"enum": ["x", None, True]}, '"x" | null | true', 'Literal["x", None, True]'),
    ({"enum": [1.5, None]}, "1.5 | null", "float | None"),
    ({"enum": [{}]}, "unknown", "Any"),
    ({"type": ["string", "null"]}, "string | null", "str | None"),
    ({"type": "array", "items": {"type": ["integer", "null"]}}, "(number | null)[]", "list[int | None]"),
    ({"type": "object"}, "{ [key: string]: unknown }", "dict[str, Any]"),
    ({"type": "object", "additionalProperties": {"type": "number"}}, "{ [key: string]: number }", "dict[str, float]"),
    ({"properties": {"a": {}}}, "unknown", "Any"),
    ({"oneOf": [{"type": "string"}, {}]}, "unknown", "Any"),
    ({"oneOf": [{"type": "string"}, {"type": "boolean"}]}, "string | boolean", "str | bool"),
    ({"allOf": [{"type": "string"}]}, "unknown", "Any"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "boolean"}}}, "boolean", "bool"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "unknown", "Any"),
    ({"$ref": "other.json"}, "unknown", "Any"),
    ({"type": "date"}, "unknown", "Any"),
    (True, "unknown", "Any"),
]


@pytest.mark.parametrize(("schema", "in_typescript", "in_python"), CASES_OF_SHAPES, ids=lambda value: str(value)[:40])
def test_what_a_schema_becomes(schema: Any, in_typescript: str, in_python: str) -> None:
    published = [Published("x", schema, {"type": "string"}, {})]
    assert f"export type XInput = {in_typescript};" in types_text(published, "typescript")
    assert f"\nXInput = {in_python}\n" in types_text(published, "python")
