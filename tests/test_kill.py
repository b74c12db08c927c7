"""Processes that are killed while they write: at every moment, whatever verb it is, and while putting in order."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from aslsplit.disk.journal import JOURNAL
from aslsplit.disk.workspace import Artifact, Workspace
from aslsplit.disk.writing import recover
from aslsplit.errors import OutputError
from tests.command_line import SMALL_MAP, aslsplit, differing, small_project, snapshot
from tests.kill import killed

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or not hasattr(signal, "SIGKILL"), reason="nothing to kill with"
)

MOST_MOMENTS = 1000

WRITTEN = (
    Artifact("parent.json", "new parent\n"),
    Artifact("children/a.json", None),
    Artifact("children/b.json", "new b\n"),
    Artifact("contracts/b/README.md", "new\n"),
    Artifact("old/gone.json", None),
    Artifact("link.json", None),
    Artifact("boundaries.lock.yaml", "version: 2\n"),
)


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
    (folder / "link.json").symlink_to("children/a.json")
    return folder


def killed_at_every_moment(old: Path, write: Callable[[Path], object], scratch: Path) -> list[bool]:
    """Whether it was the new tree, for each moment; it is the old one or the new one, or this fails."""
    before, whole = snapshot(old), copied(old, scratch / "whole")
    write(whole)
    after, found = snapshot(whole), []
    assert differing(before, after)
    for nth in range(1, MOST_MOMENTS):
        folder = copied(old, scratch / "tree")
        came_to_it = killed(lambda folder=folder: write(folder), nth)  # type: ignore[misc]
        was_moving = (folder / JOURNAL).exists() and "moving" in (folder / JOURNAL).read_text()
        told = recover(folder)
        assert (told is not None and told.severity == "warning") == was_moving, nth
        tree = snapshot(folder)
        assert not differing(before, tree) or not differing(after, tree), (nth, differing(after, tree))
        found.append(not differing(after, tree))
        shutil.rmtree(folder)
        if not came_to_it:
            break
    assert found[-1]
    return found


def copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to, symlinks=True)
    return to


def test_whenever_it_is_killed_the_next_one_finds_one_tree(tmp_path: Path) -> None:
    old = old_tree(tmp_path / "old")
    found = killed_at_every_moment(old, lambda folder: Workspace(folder, "").write(WRITTEN), tmp_path)
    assert len(found) > 60
    # First the old one, from some moment on the new one, and never to and fro.
    assert found == sorted(found)
    assert not all(found)


# What has been done before, and what is then killed.
VERBS: Mapping[str, tuple[Sequence[Sequence[str]], Sequence[str]]] = {
    "extract, first": ((), ("extract", "boundaries.yaml", "--child", "pay", "--cases", "5")),
    "extract, all": ((), ("extract", "boundaries.yaml", "--all", "--cases", "5")),
    "extract, second": (
        [("extract", "boundaries.yaml", "--child", "pay", "--cases", "5")],
        ("extract", "boundaries.yaml", "--all", "--cases", "5"),
    ),
    "inline": (
        [("extract", "boundaries.yaml", "--all", "--cases", "5")],
        ("inline", "boundaries.yaml", "--child", "pay"),
    ),
    "inline, the last": (
        [("extract", "boundaries.yaml", "--child", "pay", "--cases", "5")],
        ("inline", "boundaries.yaml", "--child", "pay"),
    ),
    "wire": (
        [("extract", "boundaries.yaml", "--all", "--cases", "5")],
        ("wire", "boundaries.yaml", "--target", "terraform"),
    ),
    "contract fixtures": (
        [("extract", "boundaries.yaml", "--all", "--cases", "5")],
        ("contract", "fixtures", "boundaries.yaml", "--cases", "5"),
    ),
    "report": ((), ("report", "boundaries.yaml", "--cases", "5", "-o", "report.md")),
    "propose": ((), ("propose", "order.asl.json", "-o", "proposed.yaml")),
}


@pytest.mark.usefixtures("few_scenarios")
@pytest.mark.parametrize("title", VERBS)
def test_every_verb_that_writes(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old tree or the new one at every moment; the lock file agrees with either, and `check` takes it."""
    before, verb = VERBS[title]
    old = small_project(tmp_path / "old", boundaries=MAP)
    for line in before:
        assert aslsplit(*line, folder=old).code == 0
    written: list[Sequence[Artifact]] = []
    real = Workspace.write
    monkeypatch.setattr(
        Workspace, "write", lambda self, artifacts: (written.append(artifacts), real(self, artifacts))[1]
    )
    new = copied(old, tmp_path / "new")
    assert aslsplit(*verb, folder=new).code == 0
    monkeypatch.undo()
    (artifacts,) = written
    found = killed_at_every_moment(old, lambda folder: Workspace(folder, "").write(artifacts), tmp_path)
    assert found == sorted(found)
    assert not differing(snapshot(new), snapshot(tmp_path / "whole"))
    for tree in (old, new):
        if (tree / "boundaries.lock.yaml").exists():
            assert aslsplit("check", "boundaries.yaml", folder=tree).code == 0
            assert aslsplit("extract", "boundaries.yaml", "--check", folder=tree).code == 0


MAP = {**SMALL_MAP, "parent": "parent.asl.json"}


def test_putting_in_order_may_be_killed_at_every_moment_as_well(tmp_path: Path) -> None:
    old = old_tree(tmp_path / "old")
    before, whole = snapshot(old), copied(old, tmp_path / "whole")
    Workspace(whole, "").write(WRITTEN)
    after = snapshot(whole)
    for nth in range(1, MOST_MOMENTS, 3):
        left = copied(old, tmp_path / "left")
        if not killed(lambda left=left: Workspace(left, "").write(WRITTEN), nth):  # type: ignore[misc]
            break
        for again in range(1, MOST_MOMENTS, 2):
            folder = copied(left, tmp_path / "tree")
            came_to_it = killed(lambda folder=folder: recover(folder), again)  # type: ignore[misc]
            recover(folder)
            tree = snapshot(folder)
            assert not differing(before, tree) or not differing(after, tree), (nth, again)
            shutil.rmtree(folder)
            if not came_to_it:
                break
        shutil.rmtree(left)


def test_going_back_may_be_killed_as_well(tmp_path: Path) -> None:
    """A move fails, the files that were moved go back, and that is cut short at every moment."""
    old = old_tree(tmp_path / "old")

    def fail_in_the_middle(folder: Path) -> None:
        real, calls = os.replace, []

        def failing(source: Path, target: Path) -> None:
            calls.append(target)
            if len(calls) == 3:
                raise OSError(5, "Input/output error")
            real(source, target)

        os.replace = failing  # type: ignore[assignment]
        try:
            Workspace(folder, "").write(WRITTEN)
        except OutputError:
            pass
        finally:
            os.replace = real

    before, whole = snapshot(old), copied(old, tmp_path / "whole")
    Workspace(whole, "").write(WRITTEN)
    after, found = snapshot(whole), []
    for nth in range(1, MOST_MOMENTS):
        folder = copied(old, tmp_path / "tree")
        came_to_it = killed(lambda folder=folder: fail_in_the_middle(folder), nth)  # type: ignore[misc]
        recover(folder)
        tree = snapshot(folder)
        assert not differing(before, tree) or not differing(after, tree), (nth, differing(after, tree))
        found.append(not differing(after, tree))
        shutil.rmtree(folder)
        if not came_to_it:
            break
    # The old one, the new one as long as it can be finished, and the old one again.
    assert [one for one, before_it in zip(found, [None, *found], strict=False) if one != before_it] == [
        False,
        True,
        False,
    ]


def moment_in_the_middle(folder: Path, write: Callable[[], object]) -> None:
    """Killed when the first file is in its place and the last one is not."""
    backup = copied(folder, folder.with_name("backup"))
    for nth in range(1, MOST_MOMENTS):
        assert killed(write, nth)
        journal = (folder / JOURNAL).read_text() if (folder / JOURNAL).exists() else ""
        if "moving" in journal and (folder / "parent.json").read_text() != "old":
            return
        shutil.rmtree(folder)
        copied(backup, folder)
    raise AssertionError("it never was in the middle")


@pytest.mark.parametrize(
    "verb",
    [
        ("plan", "boundaries.yaml"),
        ("extract", "boundaries.yaml", "--all"),
        ("verify", "boundaries.yaml"),
        ("check", "boundaries.yaml"),
        ("wire", "boundaries.yaml", "--target", "sam"),
    ],
    ids=lambda verb: verb[0],
)
def test_the_next_command_puts_it_in_order_and_says_so(verb: Sequence[str], tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project")
    assert aslsplit("extract", "boundaries.yaml", "--all", "--cases", "5", folder=folder).code == 0
    before = snapshot(folder)
    old_tree(folder)
    moment_in_the_middle(folder, lambda: Workspace(folder, "").write(WRITTEN[:4]))
    ran = aslsplit(*verb, folder=folder)
    assert "warning ASL621: a run was interrupted while it wrote; the new files are all in their places now" in ran.err
    assert ran.code == 0
    assert (folder / "contracts/b/README.md").read_text() == "new\n"
    assert {name for name in snapshot(folder) if "tmp" in name or name == JOURNAL} <= {*before}


def test_what_was_edited_since_is_not_touched(tmp_path: Path) -> None:
    """Neither finished nor taken back: nobody's work is lost to a journal."""
    folder = old_tree(tmp_path / "project")
    moment_in_the_middle(folder, lambda: Workspace(folder, "").write(WRITTEN))
    (folder / "boundaries.lock.yaml").write_text("by hand")
    before = snapshot(folder)
    for _ in range(2):
        with pytest.raises(OutputError, match=r"since then something else has changed boundaries\.lock\.yaml"):
            recover(folder)
        assert not differing(before, snapshot(folder))
    (folder / "boundaries.lock.yaml").unlink()
    assert recover(folder) is not None
    assert (folder / "boundaries.lock.yaml").read_text() == "version: 2\n"


def test_a_tree_that_was_copied_in_the_middle_can_be_put_in_order(tmp_path: Path) -> None:
    folder = old_tree(tmp_path / "project")
    moment_in_the_middle(folder, lambda: Workspace(folder, "").write(WRITTEN))
    elsewhere = copied(folder, tmp_path / "elsewhere")
    shutil.rmtree(folder)
    assert recover(elsewhere) is not None
    assert not (elsewhere / JOURNAL).exists()
    assert (elsewhere / "parent.json").read_text() == "new parent\n"
