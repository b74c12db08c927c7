"""Processes that are killed while they write, and two that write at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from aslsplit.errors import OutputError
from aslsplit.workspace import Artifact, Workspace, open_workspace
from aslsplit.writing import JOURNAL, recover
from tests.command_line import aslsplit, copy_of_example, differing, small_project, snapshot
from tests.kill import WRITTEN

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no process can be killed like this here")

MOST_STEPS = 60


def old_tree(folder: Path) -> Path:
    for name, text in (
        ("parent.json", "old"),
        ("children/a.json", "old a"),
        ("old/gone.json", "old"),
        ("notes", "mine"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "parent.json").chmod(0o640)
    return folder


def new_tree(folder: Path) -> Mapping[str, tuple[int, bytes]]:
    Workspace(old_tree(folder), "").write(WRITTEN)
    return snapshot(folder)


def killed(folder: Path, nth: int, *how: str) -> bool:
    """Whether it came to that; otherwise it has done all it had to."""
    command = [sys.executable, "-m", "tests.kill", str(folder), str(nth), *how]
    ended = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, check=False)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    return ended.returncode != 0


def test_whenever_it_is_killed_the_next_one_finds_one_tree(tmp_path: Path) -> None:
    before, after = snapshot(old_tree(tmp_path / "before")), new_tree(tmp_path / "after")
    found = []
    for nth in range(1, MOST_STEPS):
        folder = old_tree(tmp_path / str(nth))
        if not killed(folder, nth):
            break
        recover(folder)
        tree = snapshot(folder)
        assert not differing(before, tree) or not differing(after, tree), nth
        found.append(not differing(after, tree))
    assert len(found) > 25
    # First the old one, from some moment on the new one, and never to and fro.
    assert found == sorted(found)
    assert not differing(after, snapshot(tmp_path / str(len(found) + 1)))


def test_putting_in_order_may_be_killed_as_well(tmp_path: Path) -> None:
    before, after = snapshot(old_tree(tmp_path / "before")), new_tree(tmp_path / "after")
    for nth in (8, 18, 22, 25):
        for again in range(1, MOST_STEPS, 3):
            folder = old_tree(tmp_path / f"{nth}-{again}")
            assert killed(folder, nth)
            came_to_it = killed(folder, again, "recover")
            recover(folder)
            tree = snapshot(folder)
            assert not differing(before, tree) or not differing(after, tree), (nth, again)
            if not came_to_it:
                break


def test_every_command_puts_it_in_order_first(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project")
    map_file = folder / "boundaries.yaml"
    before = snapshot(folder)
    (folder / ".order.asl.json.0.old.tmp").write_text("left over")
    files = [[str(folder / "order.asl.json"), None, str(folder / ".order.asl.json.0.old.tmp")]]
    begun = json.dumps({"step": "staging", "files": files, "folders": []})
    (folder / JOURNAL).write_text(f'{begun}\n{{"step": "mov')
    assert aslsplit("plan", map_file.name, folder=folder).code == 0
    assert not differing(before, snapshot(folder))


def test_two_at_once(tmp_path: Path) -> None:
    """The second one is told, and the first one is not disturbed."""
    fcntl = pytest.importorskip("fcntl")
    folder = old_tree(tmp_path / "project")
    (folder / "boundaries.yaml").write_text("version: 1\n")
    with (folder / JOURNAL).open("a+") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another aslsplit is writing there"):
            Workspace(folder, "").write(WRITTEN)
        with pytest.raises(OutputError, match="another aslsplit is writing there"):
            open_workspace(str(folder / "boundaries.yaml"))
    Workspace(folder, "").write(WRITTEN)
    assert (folder / "parent.json").read_text() == "new parent\n"
    assert not (folder / JOURNAL).exists()


@pytest.mark.parametrize("name", ["boundaries.yaml", "order-processing.asl.json", "order.schema.json"])
def test_what_has_changed_meanwhile_is_not_written_over(name: str, tmp_path: Path) -> None:
    from aslsplit.pipeline import extraction_outcome, load_project, plan_of

    folder = copy_of_example(tmp_path / "order")
    project = load_project(str(folder / "boundaries.yaml"))
    outcome = extraction_outcome(project, plan_of(project), ["payment"], cases=0)
    (folder / name).write_text((folder / name).read_text() + "\n")
    before = snapshot(folder)
    with pytest.raises(OutputError, match=f"{name} was changed by someone else meanwhile"):
        project.workspace.write(outcome.artifacts)
    assert not differing(before, snapshot(folder))


def test_what_it_has_written_itself_is_no_change(tmp_path: Path) -> None:
    workspace = Workspace(old_tree(tmp_path / "project"), "")
    assert workspace.read("parent.json") == b"old"
    for text in ("one", "two"):
        workspace.write([Artifact("parent.json", text)])
    assert workspace.read("parent.json") == b"two"


def test_a_journal_that_cannot_be_done_stays_and_is_told(tmp_path: Path) -> None:
    folder = old_tree(tmp_path / "project")
    (folder / "taken").mkdir()
    (folder / "taken" / "inside").write_text("x")
    files = [[str(folder / name) for name in ("taken", ".new.tmp", ".old.tmp")]]
    (folder / ".new.tmp").write_text("new")
    (folder / JOURNAL).write_text(json.dumps({"step": "moving", "files": files, "folders": []}) + "\n")
    with pytest.raises(OutputError, match="what an interrupted run has left cannot be put in order: Is a directory"):
        recover(folder)
    assert (folder / JOURNAL).exists()
