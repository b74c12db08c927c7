"""Trees made to reach what lies outside, to be waited for, or to be taken for something else: refused with a code."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from aslsplit.disk.journal import JOURNAL
from tests.command_line import SMALL_MAP, Ran, aslsplit, aslsplit_process, differing, small_project, snapshot

pytestmark = pytest.mark.usefixtures("few_scenarios")

PLAN = ("plan", "boundaries.yaml")
EXTRACT = ("extract", "boundaries.yaml", "--all", "--cases", "0")
MAP = {**SMALL_MAP, "parent": "parent.asl.json", "input_schema": "input.schema.json"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = small_project(tmp_path / "project", boundaries=MAP)
    (folder / "input.schema.json").write_text("{}")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "theirs").write_text("StartAt States secret")
    return folder


def refused(ran: Ran, *codes: str) -> None:
    assert ran.refused(), ran
    assert "secret" not in ran.out + ran.err
    for code in codes:
        assert f"error {code}" in ran.err, ran.err


# --- names in the boundary map --------------------------------------------------------------------------------------

NAMES = [
    "../x.json",
    "a/../../x.json",
    "/etc/passwd",
    "C:/x.json",
    "C:x.json",
    "a\\b.json",
    "\\\\server\\share",
    "a\x00b",
    "a\nb.json",
    "a\x7fb.json",
    "a\u202eb.json",
    "NUL",
    "nul.json",
    "a/con.asl.json",
    "COM1",
    "lpt9 .json",
    "a./x.json",
    "x.json.",
    "x.json ",
    ".git/hooks/post-checkout",
    "a/.GIT/config",
    "",
    ".",
    "x/",
]  # fmt: skip

NAMED: Mapping[str, Callable[[dict[str, Any], str], object]] = {
    "monolith": lambda written, name: written.update(monolith=name),
    "parent": lambda written, name: written.update(parent=name),
    "input_schema": lambda written, name: written.update(input_schema=name),
    "children_dir": lambda written, name: written.update(children_dir=name),
    "contracts_dir": lambda written, name: written.update(contracts_dir=name),
    "wiring.template": lambda written, name: written.update(wiring={"template": name}),
    "wiring.templates": lambda written, name: written.update(wiring={"templates": name}),
    "child": lambda written, name: written.update(children={name: {"states": ["Pay", "Paid?"]}}),
}


@pytest.mark.parametrize("place", NAMED)
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_of_the_map_stay_inside(folder: Path, place: str, name: str) -> None:
    if name in (".", "x/") and place in ("children_dir", "contracts_dir", "wiring.templates"):
        pytest.skip("this is a folder, as it should be")
    written = {**MAP}
    NAMED[place](written, name)
    (folder / "boundaries.yaml").write_text(json.dumps(written))
    before = snapshot(folder.parent)
    refused(aslsplit(*EXTRACT, folder=folder))
    assert "error ASL0" in aslsplit(*EXTRACT, folder=folder).err
    assert not differing(before, snapshot(folder.parent))


@pytest.mark.parametrize("output", ["..", "/tmp/out", "a/../..", "nul", "a\\b", ".git", "a."])
def test_the_folder_of_the_wiring_stays_inside(folder: Path, output: str) -> None:
    before = snapshot(folder.parent)
    ran = aslsplit("wire", "boundaries.yaml", "--target", "sam", "-o", output, folder=folder)
    assert ran.code == 2 and "name a folder inside that of the boundary map" in ran.err
    assert not differing(before, snapshot(folder.parent))


@pytest.mark.parametrize("role", ["monolith", "parent", "input_schema"])
@pytest.mark.parametrize("name", ["boundaries.lock.yaml", "Boundaries.YAML", "CHILDREN/Pay.asl.json", JOURNAL])
def test_names_do_not_take_the_place_of_our_own(folder: Path, role: str, name: str) -> None:
    (folder / "boundaries.yaml").write_text(json.dumps({**MAP, role: name}))
    refused(aslsplit(*PLAN, folder=folder), "ASL012")


def test_children_differ_by_more_than_case(folder: Path) -> None:
    children = {"pay": {"states": ["Pay"]}, "Pay": {"states": ["Book"]}}
    (folder / "boundaries.yaml").write_text(json.dumps({**MAP, "children": children}))
    refused(aslsplit(*PLAN, folder=folder), "ASL012")


# --- what lies at the places ----------------------------------------------------------------------------------------

READ = ["order.asl.json", "input.schema.json", "boundaries.lock.yaml"]
WRITTEN = ["parent.asl.json", "children/pay.asl.json", "contracts/pay/README.md", "boundaries.lock.yaml"]
EVERY = sorted({*READ, *WRITTEN})


def put(folder: Path, name: str) -> Path:
    """The place, emptied, in a folder that is there."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    return place


@pytest.mark.parametrize("name", EVERY)
class TestPlaces:
    def stays(self, folder: Path, *codes: str) -> None:
        before = snapshot(folder.parent)
        # In a process of its own: it must end.
        ran = aslsplit_process(*EXTRACT, folder=folder)
        refused(Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode()), *codes)
        assert not differing(before, snapshot(folder.parent))

    def test_a_link_to_a_file_outside(self, folder: Path, name: str) -> None:
        put(folder, name).symlink_to(folder.parent / "outside" / "theirs")
        self.stays(folder, "ASL615")

    def test_a_link_to_nothing_outside(self, folder: Path, name: str) -> None:
        put(folder, name).symlink_to("../outside/none" if "/" not in name else "../../../outside/none")
        if name in ("order.asl.json", "input.schema.json"):
            refused(aslsplit(*EXTRACT, folder=folder))
        else:
            self.stays(folder, "ASL615")

    def test_a_link_to_itself(self, folder: Path, name: str) -> None:
        place = put(folder, name)
        place.symlink_to(place.name)
        self.stays(folder, "ASL616")

    def test_a_pipe(self, folder: Path, name: str) -> None:
        os.mkfifo(put(folder, name))
        self.stays(folder, "ASL616")

    def test_a_device(self, folder: Path, name: str) -> None:
        put(folder, name).symlink_to("/dev/zero")
        self.stays(folder, "ASL616")

    def test_a_folder(self, folder: Path, name: str) -> None:
        put(folder, name).mkdir()
        self.stays(folder, "ASL616")


@pytest.mark.parametrize("name", ["children", "contracts", "contracts/pay"])
class TestFolders:
    def test_a_link_out(self, folder: Path, name: str) -> None:
        put(folder, name).symlink_to(folder.parent / "outside")
        before = snapshot(folder.parent)
        refused(aslsplit(*EXTRACT, folder=folder), "ASL615")
        assert not differing(before, snapshot(folder.parent))

    def test_a_link_to_itself(self, folder: Path, name: str) -> None:
        place = put(folder, name)
        place.symlink_to(place.name)
        refused(aslsplit(*EXTRACT, folder=folder), "ASL616")

    def test_a_file(self, folder: Path, name: str) -> None:
        put(folder, name).write_text("here")
        before = snapshot(folder.parent)
        refused(aslsplit(*EXTRACT, folder=folder), "ASL617")
        assert not differing(before, snapshot(folder.parent))


@pytest.mark.parametrize("name", ["order.asl.json", "input.schema.json", "boundaries.lock.yaml", "boundaries.yaml"])
def test_a_file_beyond_the_limit(folder: Path, name: str) -> None:
    with (folder / name).open("wb") as file:
        file.truncate(1 << 32)
    refused(aslsplit(*PLAN, folder=folder))


def test_folders_of_the_wiring_do_not_lead_out(folder: Path) -> None:
    assert aslsplit(*EXTRACT, folder=folder).code == 0
    (folder / "wiring").symlink_to(folder.parent / "outside")
    before = snapshot(folder.parent)
    refused(aslsplit("wire", "boundaries.yaml", "--target", "sam", folder=folder), "ASL615")
    assert not differing(before, snapshot(folder.parent))


def test_a_template_of_the_map_does_not_lead_out(folder: Path) -> None:
    assert aslsplit(*EXTRACT, folder=folder).code == 0
    for key, place in (("template", "template.yaml"), ("templates", "own")):
        (folder / "boundaries.yaml").write_text(json.dumps({**MAP, "wiring": {key: place}}))
        (folder / place).symlink_to(folder.parent / "outside" / ("theirs" if key == "template" else ""))
        refused(aslsplit("wire", "boundaries.yaml", "--target", "sam", folder=folder), "ASL615")


def test_links_out_of_a_named_folder_are_left_out(folder: Path) -> None:
    (folder / "stolen.json").symlink_to(folder.parent / "outside" / "theirs")
    os.mkfifo(folder / "pipe.json")
    (folder / "round.json").symlink_to("round.json")
    (folder / "up").symlink_to("..")
    ran = aslsplit("inspect", "order.asl.json", "--with", ".", folder=folder)
    assert (ran.code, "secret" in ran.out + ran.err) == (0, False)
    ran = aslsplit("diff", ".", ".", folder=folder)
    assert (ran.code, "stolen" in ran.out + ran.err) == (0, False)


# --- lock files and journals that somebody has made -----------------------------------------------------------------


def test_a_lock_file_names_only_what_the_map_names(folder: Path) -> None:
    """With its seal: whoever can write a lock file can seal it."""
    from dataclasses import replace

    from aslsplit.asl.source import read_source
    from aslsplit.rewrite.lock import Lock, lock_text, read_lock

    assert aslsplit(*EXTRACT, folder=folder).code == 0
    place = folder / "boundaries.lock.yaml"
    source, _ = read_source("lock", place.read_bytes(), "yaml")
    assert source is not None
    lock, _ = read_lock(source)
    assert lock is not None
    for file in ("../outside/theirs", "/etc/passwd", "children/../../outside/theirs"):
        forged = {**lock.children, "pay": replace(lock.children["pay"], file=file)}
        for one in (Lock(lock.parent, lock.parent_digest, forged), Lock(file, lock.parent_digest, lock.children)):
            place.write_text(lock_text(one))
            before = snapshot(folder.parent)
            for verb in (EXTRACT, ("inline", "boundaries.yaml", "--child", "pay"), ("check", "boundaries.yaml")):
                refused(aslsplit(*verb, folder=folder), "ASL605")
            assert not differing(before, snapshot(folder.parent))


DIGEST = "0" * 64


def journal_of(*files: object, token: object = "0123456789ab", folders: object = ()) -> str:
    return json.dumps({"token": token, "files": files, "folders": folders}) + '\n{"step": "moving"}\n'


FORGED = {
    "outside": journal_of(["../outside/theirs", None, DIGEST]),
    "absolute": journal_of(["/etc/passwd", None, None]),
    "through a folder": journal_of(["children/../../outside/theirs", DIGEST, None]),
    "through a link": journal_of(["link/theirs", DIGEST, None]),
    "not normal": journal_of(["./order.asl.json", DIGEST, None]),
    "no name": journal_of(["", DIGEST, None]),
    "a zero in it": journal_of(["a\0b", DIGEST, None]),
    "a file whose content it does not know": journal_of(["order.asl.json", DIGEST, None]),
    "a folder": journal_of(["here", None, DIGEST]),
    "a folder to be made outside": journal_of(folders=["../x"]),
    "no token": journal_of(["order.asl.json", None, None], token="../../x"),
    "no digest": journal_of(["order.asl.json", "x", None]),
    "number": journal_of([1, None, None]),
    "too few": journal_of(["order.asl.json"]),
    "another step": '{"token": "0123456789ab", "files": [], "folders": []}\n{"step": "deleting"}\n',
    "list": "[]\n",
    "word": "moving\n",
    "deep": "[" * 100_000 + "\n",
    "large": "x" * (17 << 20) + "\n",
    "no text": "\udcff\udcfe\n",
    "of an older version": '{"step": "moving", "files": [["/etc/passwd", null, "/tmp/x"]], "folders": []}\n',
}


@pytest.mark.parametrize("title", FORGED)
@pytest.mark.parametrize("verb", [PLAN, EXTRACT], ids=["plan", "extract"])
def test_a_forged_journal_moves_and_removes_nothing(folder: Path, title: str, verb: tuple[str, ...]) -> None:
    (folder / "link").symlink_to(folder.parent / "outside")
    (folder / "here").mkdir()
    (folder / ".order.asl.json.0123456789ab.0.new.tmp").write_text("evil")
    (folder.parent / "outside" / ".theirs.0123456789ab.0.new.tmp").write_text("evil")
    (folder / JOURNAL).write_bytes(FORGED[title].encode("utf-8", "surrogateescape"))
    before = snapshot(folder.parent)
    for _ in range(2):
        refused(aslsplit(*verb, folder=folder), "ASL620")
        assert not differing(before, snapshot(folder.parent))


def test_a_journal_that_is_cut_short_in_its_first_line_tells_nothing(folder: Path) -> None:
    before = snapshot(folder)
    (folder / JOURNAL).write_text('{"token": "0123456789ab", "files": [["order.asl.json", nu')
    assert aslsplit(*PLAN, folder=folder).code == 0
    assert not differing(before, snapshot(folder))


@pytest.mark.parametrize("kind", ["a link out", "a link to nothing outside", "a pipe", "a folder", "a device"])
def test_a_journal_that_is_no_file(folder: Path, kind: str) -> None:
    place = folder / JOURNAL
    if kind == "a pipe":
        os.mkfifo(place)
    elif kind == "a folder":
        place.mkdir()
    else:
        to = {"a link out": "../outside/theirs", "a link to nothing outside": "../outside/new", "a device": "/dev/zero"}
        place.symlink_to(to[kind])
    before = snapshot(folder.parent)
    ran = aslsplit_process(*EXTRACT, folder=folder)
    refused(Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode()), "ASL620")
    assert not differing(before, snapshot(folder.parent))
