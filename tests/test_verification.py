"""Verification of what extraction left on disk: of every golden case, and what becomes of a case that fails."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from aslsplit.cli.options import Remarks
from aslsplit.cli.progress import shown_progress
from aslsplit.operations.pipeline import extraction_outcome, load_project, plan_of
from tests.command_line import aslsplit, copy_of_example, snapshot
from tests.golden import GOLDEN

LEFT_BROKEN = {
    "callback-check": 1,
    "contract-diff-planned": 2,
    "interrupted-run": 1,
    "wire-mistakes": 1,
    "check-call": 1,
    "check-entries": 1,
    "check-formats": 1,
    "check-express": 1,
    "check-jsonata": 1,
    "check-records": 1,
    "check-request": 1,
    "edited-child": 1,
    "extracted-child-missing": 2,
    "extracted-child-missing-in-place": 2,
    "extracted-child-renamed": 2,
    "extracted-elsewhere": 2,
    "edited-child-breaks-contract": 1,
    "edited-generated-state": 1,
    "lock-damaged": 2,
    "report": 1,
    "side-by-side-check": 1,
    "shared-edited-child": 2,
    "shared-parent-behind": 2,
    "verify-edited-child": 1,
    "verify-edited-contract": 1,
}
"""Cases that end, by design, with files that cannot be verified, and the exit code."""

NO_CASES = ["", "[]", "{}", '{"format": "aslsplit counterexample 1"}', "\x00", "[" * 99999]

LOCKS = sorted(lock for lock in GOLDEN.glob("*/expected/tree/**/*.lock.yaml") if lock.name != "wiring.lock.yaml")


def case_of(lock: Path) -> str:
    return lock.relative_to(GOLDEN).parts[0]


@pytest.mark.parametrize("lock", LOCKS, ids=case_of)
def test_what_a_golden_case_leaves_passes_verification(lock: Path, tmp_path: Path) -> None:
    ran = aslsplit("verify", str(tree_of(lock, tmp_path)), "--cases", "40")
    assert ran.code == LEFT_BROKEN.get(case_of(lock), 0), ran.err


def test_the_broken_cases_are_there() -> None:
    assert set(LEFT_BROKEN) <= {case_of(lock) for lock in LOCKS}


def tree_of(lock: Path, folder: Path) -> Path:
    """A copy of what the case left; its boundary map."""
    whole = GOLDEN / case_of(lock) / "expected" / "tree"
    # Maps that share a child lie beside each other.
    shutil.copytree(whole, folder / "tree")
    tree = folder / "tree" / lock.parent.relative_to(whole)
    names = tree.glob(f"{lock.name.removesuffix('.lock.yaml')}.*ml")
    return next(path for path in names if path.name != lock.name)


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    return tree_of(GOLDEN / "verify-edited-child" / "expected" / "tree" / "boundaries.lock.yaml", tmp_path)


class TestCounterexample:
    def test_the_saved_case_fails_again_without_map_and_files(self, edited: Path, tmp_path: Path) -> None:
        aslsplit("verify", str(edited), "--cases", "10")
        saved = shutil.move(edited.parent / "boundaries.counterexample.json", tmp_path / "case.json")
        shutil.rmtree(edited.parent)
        ran = aslsplit("replay", str(saved))
        assert ran.code == 1
        assert ran.out.startswith("call 3: the monolith calls AssignAgent with")

    def test_where_the_machines_no_longer_differ_it_says_so(self, edited: Path) -> None:
        aslsplit("verify", str(edited), "--cases", "10")
        saved = edited.parent / "boundaries.counterexample.json"
        case = json.loads(saved.read_text())
        saved.write_text(json.dumps({**case, "parent": case["monolith"]}))
        assert aslsplit("replay", str(saved)).code == 0

    @pytest.mark.parametrize(
        "content", ["", "[]", "{}", '{"format": "aslsplit counterexample 1"}', "\x00", "[" * 99999]
    )
    def test_another_file_is_no_case(self, content: str, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_text(content)
        ran = aslsplit("replay", str(tmp_path / "x.json"))
        assert (ran.code, ran.out) == (2, "")
        assert "is no counterexample" in ran.err

    def test_a_failed_proof_of_our_own_output_keeps_the_case(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = copy_of_example(tmp_path / "example")
        map, before = folder / "boundaries.yaml", snapshot(folder)
        # As if the rewriting had forgotten to put the first result into place.
        monkeypatch.setattr("aslsplit.verify.execution.difference", lambda *_: "call 1: something else")
        ran = aslsplit("extract", str(map), "--all")
        assert ran.code == 3
        assert "boundaries.counterexample.json" in ran.err
        left = {name: content for name, content in snapshot(folder).items() if "counterexample" not in name}
        assert left == before
        assert aslsplit("verify", str(map), "--examples", str(folder / "boundaries.counterexample.json")).code == 1


def test_long_work_tells_how_far_it_is(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "example")
    project = load_project(str(folder / "boundaries.yaml"))
    told: list[tuple[str, int, int]] = []
    extraction_outcome(project, plan_of(project), ["payment"], cases=20, progress=lambda *how: told.append(how))
    assert {what for what, _, _ in told} == {"making scenarios", "running side by side"}
    assert all(0 <= done <= total == 20 for _, done, total in told)


def test_the_bar_shows_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with shown_progress(Remarks()) as nobody:
        assert nobody is None
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    with shown_progress(Remarks(quiet=True)) as quiet:
        assert quiet is None
    with shown_progress(Remarks()) as report:
        assert report is not None
        report("making scenarios", 3, 7)
    assert "making scenarios" in terminal.getvalue()
