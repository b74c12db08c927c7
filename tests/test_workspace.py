"""The disk: all or nothing, nothing outside, and nothing that need not be."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Collection
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from aslsplit.disk.workspace import Artifact, Workspace, open_workspace
from aslsplit.disk.writing import recover
from aslsplit.errors import InputError, OutputError
from tests.command_line import differing, snapshot
from tests.kill import watch

pytestmark = pytest.mark.usefixtures("few_scenarios")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return project_in(tmp_path / "project")


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    return Workspace(folder, "project")


EVERYTHING = (
    Artifact("parent.json", "new parent\n"),
    Artifact("children/a.json", None),
    Artifact("children/b.json", "new b\n"),
    Artifact("contracts/b/README.md", "new\n"),
    Artifact("boundaries.lock.yaml", "version: 1\n"),
)


def test_files_come_and_go(folder: Path, workspace: Workspace) -> None:
    workspace.write(EVERYTHING)
    files = {name: content.decode() for name, (_, content) in snapshot(folder).items() if content}
    assert files == {artifact.name: artifact.text for artifact in EVERYTHING if artifact.text}


def test_only_what_differs_is_to_be_written(workspace: Workspace) -> None:
    same = [Artifact("parent.json", "old parent\n"), Artifact("children/gone.json", None)]
    different = [Artifact("parent.json", "new"), Artifact("children/a.json", None), Artifact("new.json", "")]
    assert workspace.differing([*same, *different]) == tuple(different)


MOST_MOMENTS = 500

# What needs room on the disk, and fails from some moment on when it is full.
TAKING_ROOM = frozenset({"open", "write", "fsync", "mkdir", "symlink", "copystat"})
CHANGING = TAKING_ROOM | {"ftruncate", "replace", "chmod"}


class TestFailure:
    """Whatever fails, and wherever: the old tree and nothing beside it, or the new one if it came to that."""

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES])
    @pytest.mark.parametrize("stays", [False, True], ids=["once", "from then on"])
    def test_any_step_fails(self, tmp_path: Path, code: int, stays: bool) -> None:
        def fail() -> None:
            raise OSError(code, os.strerror(code))

        failures = 0
        for nth in range(1, MOST_MOMENTS):
            folder = project_in(tmp_path / str(nth))
            before = snapshot(folder)
            moments, told = failing_at(nth, fail, folder, TAKING_ROOM if stays else CHANGING, stays=stays)
            if told is None:
                assert is_new(folder), nth
            else:
                assert isinstance(told, OutputError)
                assert [remark.code for remark in told.findings] == ["ASL617"]
                assert os.strerror(code) in str(told)
                assert str(tmp_path) not in str(told)
                assert differing(before, snapshot(folder)) == [], nth
                failures += 1
            if moments < nth:
                break
        assert failures > 30

    def test_ctrl_c_at_any_moment(self, tmp_path: Path) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        for nth in range(1, MOST_MOMENTS):
            folder = project_in(tmp_path / str(nth))
            before = snapshot(folder)
            moments, told = failing_at(nth, interrupt, folder, CHANGING | {"unlink", "rmdir"}, stays=False)
            assert told is None or isinstance(told, KeyboardInterrupt | OutputError)
            recover(folder)
            assert is_new(folder) or differing(before, snapshot(folder)) == [], nth
            if moments < nth:
                break

    def test_a_folder_that_may_not_be_written(self, folder: Path, workspace: Workspace) -> None:
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        (folder / "children").chmod(0o500)
        before = snapshot(folder)
        with pytest.raises(OutputError, match=r"project/children/a\.json cannot be written: Permission denied"):
            workspace.write(EVERYTHING)
        assert differing(before, snapshot(folder)) == []

    def test_a_disk_that_is_full(self, tmp_path: Path) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("there is no /dev/full")
        folder = tmp_path / "project"
        folder.mkdir()
        workspace = Workspace(folder, "project")
        (folder / "a").write_text("old")
        with pytest.MonkeyPatch.context() as patch:
            real = os.write
            full = os.open("/dev/full", os.O_WRONLY)
            patch.setattr(os, "write", lambda handle, text: real(full if bytes(text) == b"new" else handle, text))
            with pytest.raises(OutputError, match="project/a cannot be written: No space left on device"):
                workspace.write([Artifact("a", "new"), Artifact("new/b", "new")])
        assert {name: content for name, (_, content) in snapshot(folder).items()} == {"a": b"old"}

    def test_a_folder_in_the_place_of_a_file(self, folder: Path, workspace: Workspace) -> None:
        before = snapshot(folder)
        with pytest.raises(OutputError, match=r"project/parent\.json/inside cannot be written: Not a directory"):
            workspace.write([Artifact("new", "new"), Artifact("parent.json/inside", "new")])
        with pytest.raises(OutputError, match=r"project/new would be a file and the folder of project/new/a/b"):
            workspace.write([Artifact("new", "new"), Artifact("NEW/../new/a/b", "new"), Artifact("new/a/b", "new")])
        assert differing(before, snapshot(folder)) == []

    def test_what_cannot_be_brought_back_is_said(self, folder: Path, workspace: Workspace) -> None:
        """And the next run brings it into order."""
        with pytest.MonkeyPatch.context() as patch:
            failing(patch, "Path.replace", lambda calls: calls > 0, OSError(errno.EIO, "Input/output error"))
            with pytest.raises(OutputError, match="the old files cannot all be brought back: Input/output error"):
                workspace.write([Artifact("parent.json", "new"), Artifact("children/a.json", "new")])
        assert recover(folder) is not None
        assert {name: content for name, (_, content) in snapshot(folder).items() if content} == {
            "parent.json": b"new",
            "children/a.json": b"new",
        }


def project_in(folder: Path) -> Path:
    (folder / "children").mkdir(parents=True)
    (folder / "parent.json").write_text("old parent\n")
    (folder / "children" / "a.json").write_text("old a\n")
    return folder


def is_new(folder: Path) -> bool:
    files = {name: content.decode() for name, (_, content) in snapshot(folder).items() if content}
    return files == {artifact.name: artifact.text for artifact in EVERYTHING if artifact.text}


def failing_at(
    nth: int, fail: Callable[[], None], folder: Path, names: Collection[str], *, stays: bool
) -> tuple[int, BaseException | None]:
    """How many moments there were, and what writing everything raised."""
    moments = 0

    def moment(name: str) -> None:
        nonlocal moments
        moments += name in names
        if name in names and (moments == nth or (stays and moments > nth)):
            fail()

    with pytest.MonkeyPatch.context() as patch:
        watch(moment, patch.setattr)
        try:
            Workspace(folder, "project").write(EVERYTHING)
        except (OutputError, KeyboardInterrupt) as error:
            return moments, error
    return moments, None


class TestOutside:
    @pytest.mark.parametrize("name", ["../x", "children/../../x", "/tmp/x", "out/x", "out", "children/out/x", "", "."])
    @pytest.mark.parametrize("text", ["new", None])
    def test_nothing_outside_is_written_or_removed(
        self, folder: Path, workspace: Workspace, name: str, text: str | None
    ) -> None:
        outside = folder.with_name("outside")
        outside.mkdir()
        (outside / "x").write_text("theirs")
        (folder / "children" / "out").symlink_to(outside)
        (folder / "out").symlink_to(outside)
        before = snapshot(folder.parent)
        if (name, text) == ("out", None):
            pytest.skip("a link that lies inside may be removed; what it leads to stays")
        with pytest.raises(OutputError, match="leads out of the folder of the boundary map"):
            # The first is fine, and is not written either.
            workspace.write([Artifact("parent.json", "new"), Artifact(name, text)])
        assert differing(before, snapshot(folder.parent)) == []

    def test_a_link_that_stays_inside_is_followed(self, folder: Path, workspace: Workspace) -> None:
        (folder / "link.json").symlink_to("children/a.json")
        workspace.write([Artifact("link.json", "new")])
        assert (folder / "link.json").is_symlink()
        assert (folder / "children" / "a.json").read_text() == "new"

    def test_removing_a_link_leaves_what_it_leads_to(self, folder: Path, workspace: Workspace) -> None:
        (folder / "link.json").symlink_to("children/a.json")
        workspace.write([Artifact("link.json", None)])
        assert sorted(snapshot(folder)) == ["children", "children/a.json", "parent.json"]


class TestFolders:
    def test_they_go_with_the_last_file(self, folder: Path, workspace: Workspace) -> None:
        workspace.write([Artifact("contracts/a/b.json", "b"), Artifact("contracts/a/c.json", "c")])
        workspace.write([Artifact("contracts/a/b.json", None)])
        assert (folder / "contracts" / "a").is_dir()
        workspace.write([Artifact("contracts/a/c.json", None)])
        assert not (folder / "contracts").exists()

    def test_the_folder_of_the_map_stays(self, tmp_path: Path) -> None:
        (tmp_path / "only.json").write_text("x")
        Workspace(tmp_path, "").write([Artifact("only.json", None)])
        assert tmp_path.is_dir()


class TestRights:
    def test_a_file_keeps_them(self, folder: Path, workspace: Workspace) -> None:
        for mode in (0o600, 0o755, 0o444):
            (folder / "parent.json").chmod(mode)
            workspace.write([Artifact("parent.json", f"{mode}")])
            assert (folder / "parent.json").stat().st_mode & 0o7777 == mode

    @pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
    def test_a_new_file_gets_the_usual_ones(self, folder: Path, workspace: Workspace, umask: int, mode: int) -> None:
        before = os.umask(umask)
        try:
            workspace.write([Artifact("new.json", "new")])
        finally:
            os.umask(before)
        assert (folder / "new.json").stat().st_mode & 0o777 == mode


def test_a_byte_order_mark_stays(folder: Path, workspace: Workspace) -> None:
    (folder / "parent.json").write_bytes(b"\xef\xbb\xbfold")
    assert workspace.differing([Artifact("parent.json", "old")]) == ()
    workspace.write([Artifact("parent.json", "new")])
    assert (folder / "parent.json").read_bytes() == b"\xef\xbb\xbfnew"


class TestReading:
    @pytest.mark.parametrize("name", ["none.json", "none/x.json", "parent.json/x"])
    def test_what_is_not_there_is_none(self, workspace: Workspace, name: str) -> None:
        assert workspace.read(name) is None

    def test_a_folder_is_said_to_be_one(self, workspace: Workspace) -> None:
        with pytest.raises(InputError, match="project/children is a folder"):
            workspace.read("children")

    def test_a_pipe_is_not_waited_for(self, folder: Path, workspace: Workspace) -> None:
        os.mkfifo(folder / "pipe")
        with pytest.raises(InputError, match="project/pipe is not a plain file"):
            workspace.read("pipe")

    def test_what_may_not_be_read(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        error = PermissionError(errno.EACCES, "Permission denied")
        failing(monkeypatch, "Path.open", lambda calls: True, error)
        with pytest.raises(InputError, match=r"project/parent\.json cannot be read: Permission denied"):
            workspace.read("parent.json")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("b.yaml", "order.json"),
        ("./b.yaml", "order.json"),
        ("sub/b.yaml", "sub/order.json"),
        ("sub//b.yaml", "sub/order.json"),
        ("../here/b.yaml", "../here/order.json"),
    ],
)
def test_names_are_shown_as_people_gave_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, shown: str
) -> None:
    here = tmp_path / "here"
    (here / "sub").mkdir(parents=True)
    for file in ("b.yaml", "sub/b.yaml"):
        (here / file).write_text("version: 1")
    monkeypatch.chdir(here)
    workspace, name, raw = open_workspace(given)
    assert (workspace.shown("order.json"), name, raw) == (shown, given, b"version: 1")


def failing(patch: pytest.MonkeyPatch, function: str, when: Callable[[int], bool], error: BaseException) -> None:
    """Lets those calls of a function fail of which ``when`` holds; they count from 0."""
    owner, name = function.split(".")
    holder: Any = {"os": os, "Path": Path}[owner]
    real, calls = getattr(holder, name), count()

    def replacement(*args: Any, **options: Any) -> Any:
        if when(next(calls)):
            raise error
        return real(*args, **options)

    patch.setattr(holder, name, replacement)
