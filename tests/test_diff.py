"""``diff``: what it is given, from files, folders and revisions, and what it gives back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import aslsplit, small_project
from tests.test_inspect import commit, git, needs_git, repository

__all__ = ["repository"]

BEFORE = {"Charge": {"Type": "Task", "TimeoutSeconds": 1}, "Ship": {"Type": "Wait"}}
AFTER = {"Charge": {"Type": "Task", "TimeoutSeconds": 2}, "Ship": {"Type": "Wait"}}


def compared(*arguments: str, folder: Path) -> dict[str, Any]:
    ran = aslsplit("diff", *arguments, "--format", "json", folder=folder)
    assert ran.code == 0, ran.err
    data: dict[str, Any] = json.loads(ran.out)
    return data


def names(data: dict[str, Any], kind: str) -> list[str]:
    return [(state["after"] or state["before"])["name"] for state in data["states"] if kind in state["kinds"]]


@needs_git
class TestRevisions:
    def test_a_file_as_it_was(self, repository: Path) -> None:
        commit(repository, BEFORE)
        commit(repository, AFTER)
        data = compared("HEAD^:flows/order.asl.json", "flows/order.asl.json", folder=repository)
        assert names(data, "changed") == ["Charge"]
        assert data["machines"][0]["before"]["file"] == "HEAD^:flows/order.asl.json"
        assert compared("HEAD:flows/order.asl.json", "flows/order.asl.json", folder=repository)["differs"] is False
        beside = compared("HEAD^:./order.asl.json", "order.asl.json", folder=repository / "flows")
        assert names(beside, "changed") == ["Charge"]

    @pytest.mark.parametrize("old", ["HEAD^:flows", "HEAD^:flows/", "HEAD^:./flows"])
    def test_a_folder_as_it_was(self, repository: Path, old: str) -> None:
        commit(repository, {**BEFORE, "Tell": {"Type": "Task"}})
        (repository / "flows" / "children").mkdir()
        (repository / "flows" / "link.asl.json").symlink_to("order.asl.json")
        commit(repository, {"Tell": {"Type": "Task"}}, name="flows/children/tell.asl.json")
        commit(repository, AFTER)
        data = compared(old.replace("^", "~1"), "flows", folder=repository)
        assert names(data, "changed") == ["Charge"]
        data = compared(old.replace("^", "~2"), "flows", folder=repository)
        assert names(data, "moved") == ["Tell"]

    def test_the_index_and_the_top(self, repository: Path) -> None:
        commit(repository, BEFORE)
        (repository / "flows" / "order.asl.json").unlink()
        (repository / "flows" / "order.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
        git(repository, "add", "-A")
        assert names(compared("HEAD:", ":flows/order.asl.json", folder=repository), "added") == ["A"]
        assert compared("HEAD:.", "HEAD:", folder=repository)["differs"] is False

    @pytest.mark.parametrize("old", ["HEAD:nowhere", "nobody:flows/order.asl.json", "--:x", "HEAD:a blob"])
    def test_what_git_does_not_have(self, repository: Path, old: str) -> None:
        commit(repository, BEFORE)
        ran = aslsplit("diff", "--", old, "flows/order.asl.json", folder=repository)
        assert ran.code == 2
        assert f"there is no file {old}; as a revision and a path in it: git has no " in ran.err
        assert str(repository) not in ran.err

    def test_a_file_on_disk_comes_first(self, repository: Path) -> None:
        commit(repository, BEFORE)
        (repository / "HEAD:flows").mkdir()
        (repository / "HEAD:flows" / "order.asl.json").write_bytes((repository / "flows/order.asl.json").read_bytes())
        commit(repository, AFTER)
        assert names(compared("HEAD:flows", "flows", folder=repository), "changed") == ["Charge"]


def test_an_extraction_from_one_side_and_from_the_other(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project")
    before = (folder / "order.asl.json").read_bytes()
    assert aslsplit("extract", "boundaries.yaml", "--all", "-q", folder=folder).code == 0
    (folder / "before.asl.json").write_bytes(before)
    there = compared("before.asl.json", "order.asl.json", "children", folder=folder)
    back = compared("before.asl.json", "order.asl.json", "children", "-R", folder=folder)
    assert names(there, "moved")
    assert sorted(names(there, "moved")) == sorted(names(back, "moved"))
    assert (names(there, "removed"), names(back, "added")) == ([], [])
    assert there["summary"]["added"] == back["summary"]["removed"]


def test_the_exit_code_tells_when_it_is_asked_to(tmp_path: Path) -> None:
    for name, states in (("old", BEFORE), ("new", AFTER)):
        (tmp_path / name).mkdir()
        small_project(tmp_path / name, machine={"StartAt": "Ship", "States": {"Ship": {**states["Charge"], "End": True,
                      "Resource": "r"}}})  # fmt: skip
    assert aslsplit("diff", "old", "new", folder=tmp_path).code == 0
    assert aslsplit("diff", "old", "new", "--exit-code", folder=tmp_path).code == 1
    assert aslsplit("diff", "old", "old", "--exit-code", folder=tmp_path).code == 0


def test_names_from_files_steer_no_terminal_and_make_no_markup(tmp_path: Path) -> None:
    bad = "A\x1b[31m\n# `x` <b>|"
    definition = {"StartAt": bad, "States": {bad: {"Type": "Succeed", "Comment": "\x1b[2J"}}}
    (tmp_path / "m.asl.json").write_text(json.dumps(definition), encoding="utf-8")
    (tmp_path / "o.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Fail"}}}', encoding="utf-8")
    for format in ("text", "markdown"):
        out = aslsplit("diff", "o.asl.json", "m.asl.json", "--format", format, folder=tmp_path).out
        assert "\x1b" not in out
        assert "\n# `x`" not in out
    assert "``A\\x1b[31m\\n# `x` <b>|``" in out.replace("`` ", "``").replace(" ``", "``")


def test_there_is_no_difference_in_another_definition_of_one_text(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project")
    out = aslsplit("diff", "order.asl.json", "-", folder=folder, typed=(folder / "order.asl.json").read_bytes()).out
    assert out == "order.asl.json → <stdin>: no difference\n"


def test_a_file_and_a_folder_meet_by_name(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project")
    (tmp_path / "order.asl.json").write_bytes((folder / "order.asl.json").read_bytes())
    assert compared("order.asl.json", "project", folder=tmp_path)["differs"] is False
    assert compared("project", "order.asl.json", folder=tmp_path)["differs"] is False


def test_folders_in_which_there_is_nothing(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    ran = aslsplit("diff", "old", "new", folder=tmp_path)
    assert (ran.code, ran.err) == (2, "aslsplit: there is no definition and no schema in old, nor in new\n")
    (tmp_path / "new" / "m.asl.json").write_text(
        '{"StartAt": "A", "States": {"A": {"Type": "Fail"}}}', encoding="utf-8"
    )
    assert names(compared("old", "new", folder=tmp_path), "added") == ["A"]
