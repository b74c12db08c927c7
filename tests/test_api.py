"""``from aslsplit import …``: what its page promises, and that it tells what the command line tells."""

from __future__ import annotations

import doctest
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import aslsplit
from tests.command_line import EXAMPLE, snapshot
from tests.command_line import aslsplit as run

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "api.md"
MAP = "boundaries.yaml"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE, folder)
    monkeypatch.chdir(folder)
    return folder


def test_the_page_tells_what_happens(example: Path) -> None:
    # A line of ``` would count as what the example before it prints.
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, PAGE.name, 0)
    assert len(examples.examples) >= 8
    assert doctest.DocTestRunner().run(examples) == doctest.TestResults(0, len(examples.examples))


@pytest.mark.parametrize(
    ("called", "arguments"),
    [
        (lambda: aslsplit.inspect_definitions(["order-processing.asl.json"]), ("inspect", "order-processing.asl.json")),
        (lambda: aslsplit.propose_children("order-processing.asl.json"), ("propose", "order-processing.asl.json")),
        (lambda: aslsplit.plan_children(MAP), ("plan", MAP)),
        (lambda: aslsplit.plan_children(MAP, ["payment"]), ("plan", MAP, "--child", "payment")),
        (lambda: aslsplit.verify_children(MAP, cases=5), ("verify", MAP, "--cases", "5")),
        (lambda: aslsplit.check_children(MAP), ("check", MAP)),
        (lambda: aslsplit.derive_permissions(MAP), ("permissions", MAP)),
        (
            lambda: aslsplit.diff_definitions("order-processing.asl.json", ["order-orchestrator.asl.json", "children"]),
            ("diff", "order-processing.asl.json", "order-orchestrator.asl.json", "children"),
        ),
        (lambda: aslsplit.diff_contracts(MAP), ("contract", "diff", MAP)),
    ],
    ids=["inspect", "propose", "plan", "plan --child", "verify", "check", "permissions", "diff", "contract diff"],
)
def test_data_is_what_the_verb_prints(
    example: Path, called: Callable[[], aslsplit.Result], arguments: tuple[str, ...]
) -> None:
    aslsplit.extract_children(MAP, ["inventory"], cases=0).write()
    ran = run(*arguments, "--format", "json", folder=example)
    result = called()
    assert result.data == json.loads(ran.out)
    assert result.ok == (ran.code == 0)


def test_files_are_those_of_extract_and_inline(example: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(EXAMPLE, other)
    before = snapshot(example)
    files = aslsplit.extract_children(MAP, ["inventory"], cases=5)
    assert snapshot(example) == before
    shown = run("extract", MAP, "--child", "inventory", "--cases", "5", "--diff", folder=example).out
    assert files.diff() == shown != ""
    written = files.write()
    assert written == tuple(artifact.name for artifact in files.artifacts)
    assert run("extract", MAP, "--child", "inventory", "--cases", "5", folder=other).code == 0
    assert snapshot(example) == snapshot(other) != before
    assert aslsplit.extract_children(MAP, ["inventory"], cases=0).artifacts == ()
    aslsplit.inline_child(MAP, "inventory").write()
    assert snapshot(example) == before


def test_errors_leave_nothing_to_write(example: Path) -> None:
    Path(MAP).write_text(Path(MAP).read_text(encoding="utf-8").replace("BuildReservationRequest", "Nowhere"))
    before = snapshot(example)
    try:
        files = aslsplit.extract_children(MAP, ["inventory"])
    except aslsplit.AslSplitError as error:
        assert error.findings
    else:
        assert not files.ok and files.artifacts == () and files.diff() == ""
        assert files.write() == ()
    assert snapshot(example) == before


def test_what_was_changed_meanwhile_is_not_written_over(example: Path) -> None:
    files = aslsplit.extract_children(MAP, ["inventory"], cases=0)
    Path(MAP).write_text(Path(MAP).read_text(encoding="utf-8") + "# mine\n")
    before = snapshot(example)
    with pytest.raises(aslsplit.OutputError):
        files.write()
    assert snapshot(example) == before


def test_every_public_name_is_there_and_told_about() -> None:
    assert set(aslsplit.__all__) <= set(dir(aslsplit))
    for name in aslsplit.__all__:
        assert getattr(aslsplit, name).__doc__
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = aslsplit.no_such_name


def test_importing_it_is_quick() -> None:
    code = "import sys, aslsplit; print([name for name in sys.modules if name.startswith('aslsplit.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['aslsplit.version']"
