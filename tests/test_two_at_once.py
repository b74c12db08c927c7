"""Runs that are started at once, and files that change while a run is on its way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aslsplit.disk.journal import JOURNAL
from aslsplit.disk.workspace import Artifact, Workspace, open_workspace
from aslsplit.errors import OutputError
from tests.command_line import SMALL_MAP, aslsplit, copy_of_example, differing, small_project, snapshot

MAP = {**SMALL_MAP, "parent": "parent.asl.json"}
EXTRACT = [sys.executable, "-m", "aslsplit", "extract", "boundaries.yaml", "--cases", "0", "--child"]

HOLDING = """
import pathlib, sys, time
from aslsplit.disk.journal import opened
with opened(pathlib.Path(sys.argv[1])):
    print(flush=True)
    time.sleep(60)
"""


def test_the_second_one_is_told(tmp_path: Path) -> None:
    """And the first one is not disturbed."""
    fcntl = pytest.importorskip("fcntl")
    folder = small_project(tmp_path / "project")
    before = snapshot(folder)
    with (folder / JOURNAL).open("a+") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another aslsplit is writing in this folder"):
            Workspace(folder, "").write([Artifact("new", "new")])
        with pytest.raises(OutputError, match="another aslsplit is writing in this folder"):
            open_workspace(str(folder / "boundaries.yaml"))
        ran = aslsplit("plan", "boundaries.yaml", folder=folder)
        assert ran.refused() and "error ASL619" in ran.err
    # The lock of a process that is gone is none.
    assert aslsplit("plan", "boundaries.yaml", folder=folder).code == 0
    assert not differing(before, snapshot(folder))


def test_the_lock_of_a_dead_process_is_no_obstacle(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    folder = small_project(tmp_path / "project")
    before = snapshot(folder)
    with subprocess.Popen([sys.executable, "-c", HOLDING, str(folder)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert "ASL619" in aslsplit("plan", "boundaries.yaml", folder=folder).err
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (folder / JOURNAL).exists()
    assert aslsplit("plan", "boundaries.yaml", folder=folder).code == 0
    assert not differing(before, snapshot(folder))


@pytest.mark.parametrize("number", range(5))
def test_two_commands_at_once(number: int, tmp_path: Path) -> None:
    """Each is done or refused, and what is left is what one after the other would have left."""
    folder = small_project(tmp_path / "project", boundaries=MAP)
    runs = [
        subprocess.Popen([*EXTRACT, child], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for child in ("pay", "booking")
    ]
    told = [run.communicate()[1].decode() for run in runs]
    done = [child for child, run in zip(("pay", "booking"), runs, strict=True) if run.returncode == 0]
    assert done
    for run, text in zip(runs, told, strict=True):
        assert run.returncode == 0 or "error ASL6" in text, text
    alone = small_project(tmp_path / "alone", boundaries=MAP)
    for child in done:
        assert aslsplit("extract", "boundaries.yaml", "--cases", "0", "--child", child, folder=alone).code == 0
    assert not differing(snapshot(alone), snapshot(folder))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_many_that_write_at_once(tmp_path: Path) -> None:
    """Several processes write whole trees, over and over: it is always the tree of one of them."""
    pytest.importorskip("fcntl")
    names = [f"folder{number}/file" for number in range(6)]
    (tmp_path / "tree").mkdir()
    children: list[int] = []
    for number in range(4):
        children.append(os.fork())
        if children[-1] == 0:
            _write_over_and_over(tmp_path / "tree", names, str(number))
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    written = {(tmp_path / "tree" / name).read_text().partition(" ")[0] for name in names}
    assert len(written) == 1
    assert {path.name for path in (tmp_path / "tree").rglob("*") if path.is_file()} == {"file"}
    assert not (tmp_path / "tree" / JOURNAL).exists()


def _write_over_and_over(folder: Path, names: list[str], who: str) -> None:
    """In a child, which does not return."""
    code = 1
    try:
        done = 0
        while done < 20:
            workspace = Workspace(folder, "")
            try:
                read = {workspace.read(name) for name in names}
                workspace.write([Artifact(name, f"{who} {done}") for name in names])
            except OutputError as error:
                assert {remark.code for remark in error.findings} <= {"ASL618", "ASL619"}, error
                time.sleep(0.001)
            else:
                # What was written was made of one tree.
                assert len(read) == 1, read
                done += 1
        code = 0
    finally:
        os._exit(code)


FILES = ["boundaries.yaml", "order-processing.asl.json", "order.schema.json", "boundaries.lock.yaml"]


@pytest.mark.parametrize("name", [*FILES, "children/payment.asl.json", "order-orchestrator.asl.json"])
@pytest.mark.parametrize("how", ["edited", "removed", "replaced by a link", "made"])
def test_what_has_changed_meanwhile_is_not_written_over(name: str, how: str, tmp_path: Path) -> None:
    from aslsplit.operations.pipeline import extraction_outcome, load_project, plan_of

    folder = copy_of_example(tmp_path / "order")
    if name in FILES[:3] and how == "made":
        pytest.skip("it is there")
    if name not in FILES[:3] and how != "made":
        assert aslsplit("extract", "boundaries.yaml", "--child", "payment", "--cases", "0", folder=folder).code == 0
    project = load_project(str(folder / "boundaries.yaml"))
    outcome = extraction_outcome(project, plan_of(project), ["payment", "inventory"], cases=0)
    changed = project.workspace.differing(outcome.artifacts)
    place = folder / name
    if how == "edited":
        place.write_text(place.read_text() + "\n")
    elif how == "made":
        place.parent.mkdir(exist_ok=True)
        place.write_text("{}")
    else:
        place.unlink()
    if how == "replaced by a link":
        (folder / "elsewhere").write_text("elsewhere")
        place.symlink_to(os.path.relpath(folder / "elsewhere", place.parent))
    before = snapshot(folder)
    with pytest.raises(OutputError, match=f"{name} was changed by someone else meanwhile"):
        project.workspace.write(changed)
    assert not differing(before, snapshot(folder))


def test_what_changes_while_the_files_are_staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After everything was compared, and before the first file moves."""
    folder = small_project(tmp_path / "project")
    workspace = Workspace(folder, "")
    workspace.read("order.asl.json")
    real = os.fsync

    def edit_meanwhile(handle: int) -> None:
        (folder / "order.asl.json").write_text("by hand")
        real(handle)

    monkeypatch.setattr(os, "fsync", edit_meanwhile)
    with pytest.raises(OutputError, match="changed by someone else meanwhile"):
        workspace.write([Artifact("order.asl.json", "ours"), Artifact("new/file", "ours")])
    assert (folder / "order.asl.json").read_text() == "by hand"
    assert sorted(snapshot(folder)) == ["boundaries.yaml", "order.asl.json"]


def test_what_it_has_written_itself_is_no_change(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project")
    workspace = Workspace(folder, "")
    assert workspace.read("order.asl.json")
    for text in ("one", "two"):
        workspace.write([Artifact("order.asl.json", text)])
    assert workspace.read("order.asl.json") == b"two"
