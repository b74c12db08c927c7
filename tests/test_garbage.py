"""Garbage in: whatever is in the files or on the command line, the answer is findings and an untouched tree."""

from __future__ import annotations

import atexit
import contextlib
import copy
import functools
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.command_line import (
    SMALL_MACHINE,
    SMALL_MAP,
    Ran,
    aslsplit,
    aslsplit_process,
    differing,
    small_project,
    snapshot,
)

pytestmark = pytest.mark.usefixtures("few_scenarios")

Json = Any

NO_TEXT: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\n",
    "a comment": b"# nothing yet\n",
    "binary": bytes(range(256)),
    "NUL bytes": b"version: 1\0\n",
    "UTF-16": "version: 1\n".encode("utf-16"),
    "UTF-16 without a mark": "version: 1\n".encode("utf-16-le"),
    "Latin-1": "workflow: Gebühr\n".encode("latin-1"),
    "a gzip header": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "truncated JSON": b'{"version": 1, "monolith": "order.as',
    "JSON and more": b'{"version": 1} {"version": 1}',
    "a tab": b"version: 1\n\tmonolith: order.asl.json\n",
    "open brackets": b"[" * 100_000,
    "10 MB of brackets": b"[" * 10_000_000,
    "open braces": b'{"a":' * 100_000,
    "a list": b"- version: 1\n",
    "a number": b"12\n",
    "a word": b"boundaries\n",
    "null": b"null\n",
    "several documents": b"version: 1\n---\nversion: 1\n",
    "a tag": b"!!python/object/apply:os.system [id]\n",
    "a bad alias": b"version: *one\n",
    "a cyclic alias": b"children: &a\n  pay: *a\n",
    "a cyclic list": b"children: &a [*a]\n",
    "an alias bomb": b"a: &a [x,x,x,x,x,x,x,x]\n"
    + b"".join(
        f"{n}: &{n} [{','.join([f'*{p}'] * 8)}]\n".encode() for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "conflict marks": b"<<<<<<< HEAD\nversion: 1\n=======\nversion: 2\n>>>>>>> other\n",
    "a duplicate key": b"version: 1\nversion: 1\nmonolith: order.asl.json\n",
    "NaN": b'{"version": NaN, "StartAt": Infinity, "States": -Infinity}',
    "half a surrogate pair": b'{"StartAt": "\\ud800", "States": {"\\ud800": {"Type": "Pass"}}, "\\udfff": 1}',
    "a merge key": b"<<: 1\nversion: 1\n",
    "complex keys": b"? [a, b]\n: 1\n? {c: d}\n: 2\n",
    "a date": b"version: 2020-01-01\nStartAt: 12:30:00\n",
    "huge numbers": b'{"version": 1e999, "StartAt": ' + b"9" * 5000 + b"}",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


@pytest.mark.parametrize("garbage", NO_TEXT.values(), ids=NO_TEXT)
@pytest.mark.parametrize("name", ["boundaries.yaml", "order.asl.json", "order.asl.yaml", "boundaries.lock.yaml"])
def test_a_file_that_is_garbage(project: Path, name: str, garbage: bytes) -> None:
    if name == "order.asl.yaml":
        write_map(project, {**SMALL_MAP, "monolith": name})
    (project / name).write_bytes(garbage)
    refused_everywhere(project, name)


def test_a_map_that_is_a_list_is_called_so(project: Path) -> None:
    (project / "boundaries.yaml").write_text("- pay\n- booking\n")
    ran = aslsplit("plan", "boundaries.yaml", folder=project)
    assert ran.code == 2
    assert "boundaries.yaml:1:1: error ASL001: the boundary map is a list and not a mapping" in ran.err


@pytest.mark.parametrize("name", ["boundaries.yaml", "order.asl.json", "boundaries.lock.yaml", "order.schema.json"])
@pytest.mark.parametrize(
    "kind", ["missing", "a folder", "a pipe", "a link to itself", "a link to nothing", "unreadable"]
)
def test_a_file_that_is_none(project: Path, name: str, kind: str) -> None:
    write_map(project, {**SMALL_MAP, "input_schema": "order.schema.json"})
    (project / "order.schema.json").write_text("{}")
    file = project / name
    file.unlink(missing_ok=True)
    match kind:
        case "a folder":
            file.mkdir()
        case "a pipe":
            if name == "boundaries.yaml":
                pytest.skip("a map may come through a pipe, so that one is waited for")
            os.mkfifo(file)
        case "a link to itself":
            file.symlink_to(name)
        case "a link to nothing":
            file.symlink_to("nowhere")
        case "unreadable":
            if os.geteuid() == 0:
                pytest.skip("root may read everything")
            file.write_text("{}")
            file.chmod(0)
    if name == "boundaries.lock.yaml" and kind in ("missing", "a link to nothing"):
        assert aslsplit("plan", "boundaries.yaml", folder=project).code == 0
    else:
        refused_everywhere(project, name)


NAMES = [
    "../../x",
    "..",
    "/etc/passwd",
    "//server/share",
    "C:\\x",
    "a\\b",
    "a\0b",
    "a\nb",
    "a\x1b[31mb",
    ".",
    "./",
    "",
    " ",
    "\ud800",
    "a/../../x",
    "x" * 5000,
    "a/" * 3000 + "b",
    "/",
    "~",
    "$(id)",
    "order.asl.json",
    "boundaries.yaml",
    "boundaries.lock.yaml",
    "boundaries.yaml/x",
    "contracts/pay/README.md",
    "children/pay.asl.json",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:20]))
@pytest.mark.parametrize(
    "key",
    ["monolith", "parent", "children_dir", "contracts_dir", "input_schema", "child", "workflow", "invoke_as", "states"],
)
def test_a_name_that_leads_elsewhere(tmp_path: Path, key: str, name: str) -> None:
    boundaries: Json = copy.deepcopy(SMALL_MAP)
    match key:
        case "child":
            boundaries["children"] = {name: boundaries["children"]["pay"]}
        case "states":
            boundaries["children"]["pay"]["states"] = [name]
        case "workflow" | "invoke_as":
            boundaries["children"]["pay"][key] = name
        case _:
            boundaries[key] = name
    project = small_project(tmp_path / "outer" / "project")
    # JSON, since YAML cannot say all of these.
    (project / "boundaries.yaml").write_text(json.dumps(boundaries))
    outside = without(snapshot(tmp_path), "outer/project/")
    before = snapshot(project)
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
    assert ran.code == 0 or ran.refused(), ran
    assert differing(outside, without(snapshot(tmp_path), "outer/project/")) == []
    if ran.code:
        assert differing(before, snapshot(project)) == []
    else:
        # What is allowed can also be undone.
        for child in boundaries["children"]:
            assert aslsplit("inline", "boundaries.yaml", "--child", child, folder=project).code == 0
        assert differing(before, snapshot(project)) == []


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:20]))
def test_a_state_with_a_strange_name(tmp_path: Path, name: str) -> None:
    machine = json.loads(json.dumps(SMALL_MACHINE).replace('"Pay"', json.dumps(name)))
    boundaries = json.loads(json.dumps(SMALL_MAP).replace('"Pay"', json.dumps(name)))
    project = small_project(tmp_path / "outer" / "project", machine)
    (project / "boundaries.yaml").write_text(json.dumps(boundaries))
    before = snapshot(tmp_path)
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
    assert ran.code == 0 or ran.refused(), ran
    if ran.code:
        assert differing(before, snapshot(tmp_path)) == []
    else:
        assert aslsplit("extract", "boundaries.yaml", "--all", "--check", folder=project).code == 0
        for child in boundaries["children"]:
            assert aslsplit("inline", "boundaries.yaml", "--child", child, folder=project).code == 0
        assert differing(before, snapshot(tmp_path)) == []


@pytest.mark.parametrize("arguments", [["plan", ""], ["plan", "."], ["plan", "/"], ["plan", "a\0b"], ["plan", "\udc80"],
                                       ["plan", "x" * 5000], ["explain", "\0"], ["explain", ""], ["plan", "/dev/null"],
                                       ["inline", "boundaries.yaml", "--child", "\ud800"],
                                       ["plan", "boundaries.yaml", "--why", "\0.$..[["],
                                       ["plan", "boundaries.yaml", "--why", ""],
                                       ["plan", "boundaries.yaml", "--child", ""]], ids=ascii)  # fmt: skip
def test_arguments_that_are_garbage(project: Path, arguments: list[str]) -> None:
    before = snapshot(project)
    assert (ran := aslsplit(*arguments, folder=project)).refused(), ran
    assert differing(before, snapshot(project)) == []


def test_a_byte_order_mark_and_windows_line_ends_are_no_garbage(project: Path) -> None:
    for name in ("boundaries.yaml", "order.asl.json"):
        file = project / name
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    before = snapshot(project)
    assert aslsplit("extract", "boundaries.yaml", "--all", folder=project).code == 0
    assert aslsplit("extract", "boundaries.yaml", "--all", "--check", folder=project).code == 0
    for child in ("pay", "booking"):
        assert aslsplit("inline", "boundaries.yaml", "--child", child, folder=project).code == 0
    assert differing(before, snapshot(project)) == []


@pytest.mark.parametrize("linked", ["children", "contracts", "children/pay.asl.json", "contracts/pay/README.md"])
def test_a_link_that_leads_outside_is_not_written_through(tmp_path: Path, linked: str) -> None:
    project = small_project(tmp_path / "project")
    outside = tmp_path / "outside"
    outside.mkdir()
    link = project / linked
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside if "." not in linked else outside / "new", target_is_directory="." not in linked)
    before = snapshot(tmp_path)
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
    assert ran.code == 2
    assert "leads out of the folder of the boundary map" in ran.err
    assert differing(before, snapshot(tmp_path)) == []


@pytest.mark.parametrize("parent", [None, "parent.asl.json"])
def test_a_monolith_behind_a_link_that_leads_outside_is_neither_read_nor_written(
    tmp_path: Path, parent: str | None
) -> None:
    project = small_project(tmp_path / "project")
    (project / "order.asl.json").rename(tmp_path / "order.asl.json")
    (project / "order.asl.json").symlink_to(tmp_path / "order.asl.json")
    if parent is not None:
        write_map(project, {**SMALL_MAP, "parent": parent})
    before = snapshot(tmp_path)
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
    assert ran.code == 2
    assert "ASL615: order.asl.json leads out of the folder of the boundary map" in ran.err
    assert differing(before, snapshot(tmp_path)) == []


class TestProcess:
    """Once more from outside, where streams are real and nothing catches what `main` lets through."""

    @pytest.mark.parametrize("garbage", ["binary", "open brackets", "half a surrogate pair", "a list"])
    @pytest.mark.parametrize("name", ["boundaries.yaml", "order.asl.json"])
    def test_garbage(self, project: Path, name: str, garbage: str) -> None:
        (project / name).write_bytes(NO_TEXT[garbage])
        before = snapshot(project)
        done = aslsplit_process("extract", "boundaries.yaml", "--all", folder=project)
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert ran.refused(), ran
        assert differing(before, snapshot(project)) == []

    def test_a_map_through_standard_input(self, project: Path) -> None:
        done = aslsplit_process("plan", "-", folder=project, input=b"\xff\xfe")
        assert done.returncode == 2
        assert done.stderr.startswith(b"<stdin>:1:1: error")

    def test_a_map_that_never_ends(self, project: Path) -> None:
        done = aslsplit_process("plan", "/dev/zero", folder=project)
        assert done.returncode == 2
        assert b"more than" in done.stderr


# Values for every place, and every place for a value: mutations of files that are right.

ODD: list[Json] = [
    None, True, False, 0, -1, 1.5, 10**30, 1e300, "", " ", "x", "../x", "\ud800", "\x1b[0m", "*", "[", "end",
    "$", "$.order", "$$", "$x", "$.a[*]", "$..a", "$.a[?(@.b)]", "{% $states.input %}", "{% ( %}",
    "States.Format('{}', $.order)", "States.Format(", "Pay", "Paid?", "Check", "Book", "Done", "JSONata", "Choice",
    "Map", "Parallel", [], [[]], [None], {}, {"": {}}, {"Type": "Pass", "End": True}, {"Type": "Fail"},
    {"StartAt": "X", "States": {"X": {"Type": "Succeed"}}},
]  # fmt: skip
KEYS = [
    "Type", "Next", "End", "Default", "Catch", "Retry", "Choices", "InputPath", "OutputPath", "ResultPath",
    "Parameters", "ResultSelector", "Assign", "Output", "Arguments", "QueryLanguage", "ItemProcessor",
    "Iterator", "Branches", "States", "StartAt", "Result", "Items", "ItemsPath", "Condition", "Variable", "And",
    "Not", "Error", "CausePath", "Seconds", "from", "until", "states", "contract", "request", "result", "exits",
    "assume", "reads", "present", "observe", "parent", "carrier", "style", "optional", "errors", "input_schema",
    "meta", "defaults", "type", "version", "accepts", "x", "",
]  # fmt: skip

Place = tuple[str | int, ...]


def places(value: Json, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, one in inner:
        yield from places(one, (*place, part))


def leads_to(value: Json, place: Place) -> Json:
    for part in place:
        value = value[part]
    return value


@st.composite
def mutated(draw: st.DrawFn, original: Json, most: int = 3) -> Json:
    value = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, most))):
        where = list(places(value))
        if not where:
            break
        place = draw(st.sampled_from(where))
        holder, part = leads_to(value, place[:-1]), place[-1]
        match draw(st.sampled_from(["delete", "replace", "copy", "insert", "rename"])):
            case "delete":
                del holder[part]
            case "replace":
                holder[part] = copy.deepcopy(draw(st.sampled_from(ODD)))
            case "copy":
                # From elsewhere in the same file: right in shape, wrong in place.
                holder[part] = copy.deepcopy(leads_to(value, draw(st.sampled_from(where))))
            case "insert" if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(ODD)))
            case "insert":
                holder.insert(int(part), copy.deepcopy(draw(st.sampled_from(ODD))))
            case "rename" if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = holder.pop(part)
    return value


@given(mutated(SMALL_MAP))
def test_any_map(boundaries: Json) -> None:
    with temporary() as folder:
        project = small_project(folder)
        (project / "boundaries.yaml").write_text(json.dumps(boundaries))
        never_a_bug(project)


@given(mutated(SMALL_MACHINE))
def test_any_definition(machine: Json) -> None:
    with temporary() as folder:
        never_a_bug(small_project(folder, machine))


SCHEMA: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["order"],
    "properties": {"order": {"$ref": "#/$defs/order"}, "payment": {"type": ["object", "null"]}},
    "allOf": [{"required": ["payment"]}],
    "$defs": {"order": {"type": "object", "required": ["id", "amount"], "properties": {"id": {"type": "string"}}}},
}


@given(mutated(SCHEMA))
def test_any_input_schema(schema: Json) -> None:
    with temporary() as folder:
        project = small_project(folder, boundaries={**SMALL_MAP, "input_schema": "order.schema.json"})
        (project / "order.schema.json").write_text(json.dumps(schema))
        never_a_bug(project)


@given(st.data())
def test_any_lock(data: st.DataObject) -> None:
    with temporary() as folder:
        project = extracted(folder)
        lock = yaml.safe_load((project / "boundaries.lock.yaml").read_text())
        (project / "boundaries.lock.yaml").write_text(json.dumps(data.draw(mutated(lock))))
        never_a_bug(project)


@given(st.data())
def test_any_parent_that_people_edited(data: st.DataObject) -> None:
    with temporary() as folder:
        project = extracted(folder)
        parent = json.loads((project / "order.asl.json").read_text())
        (project / "order.asl.json").write_text(json.dumps(data.draw(mutated(parent)), indent=2))
        never_a_bug(project)


@given(st.data())
def test_any_child_that_its_team_edited(data: st.DataObject) -> None:
    with temporary() as folder:
        project = extracted(folder)
        child = json.loads((project / "children" / "pay.asl.json").read_text())
        (project / "children" / "pay.asl.json").write_text(json.dumps(data.draw(mutated(child)), indent=2))
        never_a_bug(project)


@given(st.data())
def test_any_map_after_an_extraction(data: st.DataObject) -> None:
    with temporary() as folder:
        project = extracted(folder)
        (project / "boundaries.yaml").write_text(json.dumps(data.draw(mutated(SMALL_MAP))))
        never_a_bug(project)


@given(st.binary(max_size=200), st.sampled_from(["boundaries.yaml", "order.asl.json", "boundaries.lock.yaml"]))
def test_any_bytes(content: bytes, name: str) -> None:
    with temporary() as folder:
        project = small_project(folder)
        (project / name).write_bytes(content)
        never_a_bug(project)


@given(st.data(), st.sampled_from(["boundaries.yaml", "order.asl.json", "boundaries.lock.yaml"]))
def test_any_damage_to_the_text(data: st.DataObject, name: str) -> None:
    with temporary() as folder:
        project = extracted(folder)
        text = (project / name).read_bytes()
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        (project / name).write_bytes(text[:start] + data.draw(st.binary(max_size=5)) + text[end:])
        never_a_bug(project)


def never_a_bug(project: Path) -> None:
    """The commands go through or say what stands against it, agree about it, and leave nothing half done."""
    before = snapshot(project)
    # --diff first: it does everything but write.
    ran = {
        command[0]: aslsplit(*command, "boundaries.yaml", folder=project)
        for command in (["plan"], ["inline", "--child", "pay", "--diff"], ["extract", "--all", "--diff"])
    }
    for one in ran.values():
        assert one.code == 0 or says_why(one), one.err
    assert differing(before, snapshot(project)) == []
    written = aslsplit("extract", "--all", "boundaries.yaml", folder=project)
    # What is written is what was shown, and what the plan refuses is not written.
    assert (written.code, errors_in(written)) == (ran["extract"].code, errors_in(ran["extract"]))
    assert errors_in(ran["plan"]) <= errors_in(written)
    changed = differing(before, snapshot(project))
    if written.code:
        assert changed == []
        return
    assert bool(changed) is bool(ran["extract"].out)
    again = aslsplit("extract", "--all", "--check", "boundaries.yaml", folder=project)
    assert again.code == 0, again.err
    assert {"children/pay.asl.json", "boundaries.lock.yaml"} <= {*snapshot(project)}


def refused_everywhere(project: Path, blamed: str) -> None:
    """With a word about the file that is to blame."""
    before = snapshot(project)
    for command in (["plan"], ["extract", "--all"], ["extract", "--all", "--diff"], ["inline", "--child", "pay"]):
        ran = aslsplit(*command, "boundaries.yaml", folder=project)
        assert says_why(ran), ran
        assert blamed in ran.err
        assert ran.out == ""
        assert differing(before, snapshot(project)) == []


def says_why(ran: Ran) -> bool:
    """Refused, and by a finding or a sentence of its own."""
    return ran.refused() and (bool(errors_in(ran)) or ran.err.startswith("aslsplit: ") or "\naslsplit: " in ran.err)


def errors_in(ran: Ran) -> set[str]:
    return set(re.findall(r"(?<!\w)error (ASL\d{3}): ", ran.err))


def write_map(project: Path, boundaries: Json) -> None:
    (project / "boundaries.yaml").write_text(yaml.safe_dump(boundaries, sort_keys=False))


def without(files: Any, prefix: str) -> dict[str, Any]:
    return {name: content for name, content in files.items() if not name.startswith(prefix)}


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="garbage-") as folder:
        yield Path(folder) / "project"


def extracted(folder: Path) -> Path:
    shutil.copytree(_extracted_once(), folder)
    return folder


@functools.cache
def _extracted_once() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="garbage-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    project = small_project(folder / "project")
    assert aslsplit("extract", "--all", "boundaries.yaml", folder=project).code == 0
    return project
