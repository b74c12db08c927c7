"""``inspect`` through the real command line: formats, folders, thresholds, and the git log of a file."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.disk import git_log
from aslsplit.disk.git_log import versions_of
from tests.analysis_cases import definition_of
from tests.command_line import EXAMPLE, SMALL_MACHINE, Ran, aslsplit, snapshot
from tests.repositories import commit_file, git, needs_git, new_repository
from tests.sarif import assert_sarif

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
MACHINE = "order-processing.asl.json"


def inspected(*arguments: str, folder: Path = EXAMPLE, **options: Any) -> dict[str, Any]:
    ran = aslsplit("inspect", *arguments, "--format", "json", folder=folder, **options)
    assert (ran.code, ran.err) == (0, ""), ran
    found: dict[str, Any] = json.loads(ran.out)
    return found


def sign_of(data: dict[str, Any], name: str, machine: int = 0) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = [sign for sign in data["machines"][machine]["signs"] if sign["name"] == name]
    return found


def written(folder: Path, **machines: Any) -> Path:
    for name, states in machines.items():
        (folder / f"{name}.asl.json").write_text(json.dumps(definition_of(states), indent=2), encoding="utf-8")
    return folder


class TestFormats:
    def test_the_formats_say_the_same(self) -> None:
        data = inspected(MACHINE)
        text = aslsplit("inspect", MACHINE, folder=EXAMPLE).out
        markdown = aslsplit("inspect", MACHINE, "--format", "markdown", folder=EXAMPLE).out
        sarif = json.loads(aslsplit("inspect", MACHINE, "--format", "sarif", folder=EXAMPLE).out)
        exceeded = [sign for sign in data["machines"][0]["signs"] if sign["verdict"] == "exceeded"]
        assert exceeded
        assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == [sign["code"] for sign in exceeded]
        for sign in exceeded:
            assert f"\n{sign['code']} {sign['title']}: " in text
            assert f"\n## {sign['title']}: " in markdown
            assert "**exceeded** |\n" in markdown

    def test_evidence_stands_where_it_says(self) -> None:
        lines = (EXAMPLE / MACHINE).read_text(encoding="utf-8").splitlines()
        for sign in inspected(MACHINE)["machines"][0]["signs"]:
            for place in sign["evidence"]:
                line = lines[place["line"] - 1][place["column"] - 1 :]
                assert line.startswith(('"', "[", "{")), place
                if sign["name"] == "growing-document":
                    assert line.startswith(json.dumps(place["states"][0]))

    def test_the_sarif_log_is_valid(self, tmp_path: Path) -> None:
        written(tmp_path, **{"a b": {"A": {"Type": "Task", "Paramters": {}}}})
        for folder, name in ((EXAMPLE, MACHINE), (tmp_path, "a b.asl.json")):
            log = json.loads(aslsplit("inspect", name, "--format", "sarif", folder=folder).out)
            assert_sarif(log)
            assert log["runs"][0]["results"]
        assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
            "a%20b.asl.json"
        )

    def test_names_from_a_file_become_no_markup_and_no_escape(self, tmp_path: Path) -> None:
        name = "A\u001b[31m|*`<b>"
        written(tmp_path, m={name: {"Type": "Task", "ResultPath": "$.a"}, "B": {"Parameters": {"a.$": "$.a"}}})
        arguments = ("inspect", "m.asl.json", "--threshold", "distant-read=0")
        text = aslsplit(*arguments, folder=tmp_path).out
        markdown = aslsplit(*arguments, "--format", "markdown", folder=tmp_path).out
        assert "\u001b" not in text + markdown
        assert "$.a of A" in text
        assert "<b>" not in markdown.replace("\\<b\\>", "")


class TestFiles:
    def test_standard_input(self) -> None:
        ran = aslsplit("inspect", "-", typed=json.dumps(SMALL_MACHINE).encode())
        assert ran.code == 0
        assert ran.out.startswith("<stdin>: 8 states in 2 scopes; none of 12 signs exceeded\n")

    def test_copies_are_found_in_the_other_files_and_in_the_folder(self, tmp_path: Path) -> None:
        states = {"A": {"Type": "Task"}, "B": {"Type": "Wait"}, "C": {"ResultPath": "$.x"}}
        written(tmp_path, one=states, other={f"{name}2": body for name, body in states.items()})
        (tmp_path / "deeper").mkdir()
        written(tmp_path / "deeper", third={f"{name}3": body for name, body in states.items()})
        assert sign_of(inspected("one.asl.json", folder=tmp_path), "copied-region")["figure"] == 0
        both = inspected("one.asl.json", "other.asl.json", folder=tmp_path)
        assert [sign_of(both, "copied-region", machine)["figure"] for machine in (0, 1)] == [3, 3]
        (place,) = sign_of(inspected("one.asl.json", "--with", ".", folder=tmp_path), "copied-region")["evidence"]
        assert "again from A2 (other.asl.json:4:5), A3 (deeper/third.asl.json:4:5)" in place["text"]

    @pytest.mark.parametrize("format", ["text", "json"])
    def test_several_processes_say_the_same(self, tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
        forks: list[int] = []
        fork = os.fork

        def counted() -> int:
            forks.append(1)
            return fork()

        monkeypatch.setattr(os, "fork", counted)
        states = {"A": {"Type": "Task"}, "B": {"Type": "Wait"}, "C": {"ResultPath": "$.x"}}
        names = [f"machine{number}" for number in range(20)]
        written(tmp_path, **{name: {f"{key}{name}": body for key, body in states.items()} for name in names})
        arguments = ("inspect", *(f"{name}.asl.json" for name in names), "--format", format)
        alone = aslsplit(*arguments, "--jobs", "1", folder=tmp_path)
        assert (alone.code, forks) == (0, [])
        assert aslsplit(*arguments, "-j", "3", folder=tmp_path) == alone
        assert len(forks) == 3

    def test_a_file_is_no_copy_of_itself(self, tmp_path: Path) -> None:
        written(tmp_path, one={"A": {"Type": "Task"}, "B": {"Type": "Wait"}, "C": {"ResultPath": "$.x"}})
        for arguments in (("one.asl.json", "one.asl.json"), ("one.asl.json", "--with", "."), ("./one.asl.json",)):
            data = inspected(*arguments, folder=tmp_path)
            assert len(data["machines"]) == 1
            assert sign_of(data, "copied-region")["figure"] == 0

    def test_a_folder_may_hold_anything(self, tmp_path: Path) -> None:
        written(tmp_path, one={"A": {}})
        (tmp_path / "template.yaml").write_text("Resources: {X: {StartAt: A, States: [}", encoding="utf-8")
        (tmp_path / "package.json").write_text("{}", encoding="utf-8")
        (tmp_path / "list.json").write_text('["StartAt", "States"]', encoding="utf-8")
        (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
        (tmp_path / "loop.asl.json").symlink_to(tmp_path / "loop.asl.json")
        (tmp_path / ".hidden").mkdir()
        written(tmp_path / ".hidden", broken={"A": {"Next": "Nowhere"}})
        assert inspected("one.asl.json", "--with", ".", folder=tmp_path)["findings"] == []

    def test_a_definition_in_the_folder_that_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        written(tmp_path, one={"A": {}}, broken={"A": {"Next": "Nowhere"}})
        ran = aslsplit("inspect", "one.asl.json", "--with", ".", folder=tmp_path)
        assert ran.code == 0
        assert "broken.asl.json:" in ran.err
        assert "ASL832" in ran.err

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            ([], "FILE"),
            (["nowhere.asl.json"], "there is no file nowhere.asl.json"),
            (["."], ". is a folder; name the definition in it"),
            ([""], "the name of the definition is empty"),
            (["order.asl.json", "--with", "nowhere"], "there is no folder nowhere"),
            (["order.asl.json", "--with", ""], "there is no folder"),
            (["broken.asl.json", "worse.asl.json", "order.asl.json"], "a definition cannot be read"),
            (["order.asl.json", "--threshold", "many-domain=3"], "many-domains"),
            (["order.asl.json", "--threshold", "many-domains"], "such as many-domains=5"),
            (["order.asl.json", "--threshold", "many-domains=-1"], "such as many-domains=5"),
            (["order.asl.json", "--threshold", "many-domains=²"], "such as many-domains=5"),
            (["order.asl.json", "--format", "xml"], "sarif"),
        ],
        ids=str,
    )
    def test_wrong_use_is_told_and_nothing_is_printed(self, tmp_path: Path, arguments: list[str], told: str) -> None:
        (tmp_path / "order.asl.json").write_text(json.dumps(SMALL_MACHINE), encoding="utf-8")
        (tmp_path / "broken.asl.json").write_text("{", encoding="utf-8")
        (tmp_path / "worse.asl.json").write_text('{"StartAt": "A", "States": {}}', encoding="utf-8")
        ran = aslsplit("inspect", *arguments, folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err
        if "broken.asl.json" in arguments:
            assert "broken.asl.json:1:" in ran.err
            assert "worse.asl.json:1:" in ran.err

    def test_nothing_is_written(self, tmp_path: Path) -> None:
        shutil.copytree(EXAMPLE, tmp_path / "example")
        before = snapshot(tmp_path)
        for format in ("text", "json", "markdown", "sarif"):
            aslsplit("inspect", MACHINE, "--with", ".", "--history", "--format", format, folder=tmp_path / "example")
        assert snapshot(tmp_path) == before

    def test_a_threshold_decides_the_verdict(self) -> None:
        for value, verdict in ((3, "exceeded"), (100, "within")):
            for name in ("copied-handler", "ASL804"):
                sign = sign_of(inspected(MACHINE, "--threshold", f"{name}={value}"), "copied-handler")
                assert (sign["verdict"], sign["threshold"]) == (verdict, value)


# --- odd definitions --------------------------------------------------------------------------------------------

GOLDEN = Path(__file__).parents[1] / "golden"
DEFINITIONS = [
    json.loads((EXAMPLE / MACHINE).read_bytes()),
    json.loads((GOLDEN / "inspect-children/input/order.asl.json").read_bytes()),
    json.loads((GOLDEN / "inspect-copies/input/build.asl.json").read_bytes()),
    yaml.safe_load((GOLDEN / "inspect-formats/input/claim.asl.yaml").read_bytes()),
]
ODD: list[Any] = [
    None, True, -1, 1.5, "", "$", "$.a", "$$", "{% $x %}", "{%", "States.Format('{}')", "${X}", [], {}, [[]], [{}],
    ["x"], [1, None], {"a": {}}, {"": ""}, {"Next": 1},
]  # fmt: skip
FIELDS = [
    "Retry", "Catch", "Parameters", "Assign", "ResultPath", "ResultSelector", "Output", "Arguments", "QueryLanguage",
    "Comment", "Seconds", "Resource", "Branches", "ItemProcessor", "Input", "Input.$", "And", "Not", "StateMachineArn",
]  # fmt: skip


@given(st.data())
def test_whatever_stands_in_a_definition_it_is_inspected_or_refused(data: st.DataObject) -> None:
    definition = copy.deepcopy(data.draw(st.sampled_from(DEFINITIONS)))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(definition))))
        if isinstance(holder, dict) and data.draw(st.booleans()):
            key = data.draw(st.sampled_from(FIELDS))
        holder[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    format = data.draw(st.sampled_from(["text", "json", "markdown", "sarif"]))
    ran = aslsplit("inspect", "-", "--format", format, typed=json.dumps(definition).encode())
    assert ran.code in (0, 2), ran.err
    if format == "sarif":
        # What cannot be read is an annotation, too.
        log = json.loads(ran.out)
        assert_sarif(log)
        assert log["runs"][0]["invocations"][0]["executionSuccessful"] is (ran.code == 0)
    else:
        assert bool(ran.out) == (ran.code == 0)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member and item, as its holder and its key; those that decide where control goes are left alone."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if key not in ("Next", "StartAt", "States", "Type", "End", "Default"):
            yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


# --- history -----------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "flows").mkdir(parents=True)
    return new_repository(folder)


def commit(folder: Path, states: Any, author: str = "Ann", name: str = "flows/order.asl.json") -> None:
    text = states if isinstance(states, str) else json.dumps(definition_of(states), indent=2)
    commit_file(folder, name, text, author)


def payment_and_stock(payment: int, stock: int) -> dict[str, Any]:
    return {
        "ChargePayment": {"Type": "Task", "TimeoutSeconds": payment},
        "CapturePayment": {"Type": "Task", "TimeoutSeconds": 1},
        "RefundPayment": {"Type": "Task", "TimeoutSeconds": 1},
        "ReserveInventory": {"Type": "Task", "TimeoutSeconds": stock},
        "CountInventory": {"Type": "Task", "TimeoutSeconds": 1},
        "ReleaseInventory": {"Type": "Task", "TimeoutSeconds": 1},
    }


@needs_git
class TestHistory:
    def test_states_that_change_together(self, repository: Path) -> None:
        commit(repository, payment_and_stock(1, 1), name="flows/old.asl.json")
        commit(repository, payment_and_stock(2, 2), "Bob", name="flows/old.asl.json")
        git(repository, "mv", "flows/old.asl.json", "flows/order.asl.json")
        git(repository, "commit", "-q", "-m", "another name")
        commit(repository, "{ <<<<<<< a conflict")
        commit(repository, payment_and_stock(3, 3))
        commit(repository, payment_and_stock(4, 3))
        sign = sign_of(inspected("flows/order.asl.json", "--history", folder=repository), "change-blast-radius")
        assert (sign["figure"], sign["verdict"]) == (66, "exceeded")
        assert sign["remark"] == "2 of 3 commits by 2 authors; half of them change 2 or fewer states"
        (place,) = sign["evidence"]
        assert place["states"] == ["ChargePayment", "ReserveInventory"]
        assert place["text"].endswith("in 2 of 3 commits")

    def test_the_same_from_inside_the_folder_and_in_a_hook(
        self, repository: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(5):
            commit(repository, payment_and_stock(number, number))
        first = inspected("flows/order.asl.json", "--history", folder=repository)
        monkeypatch.setenv("GIT_DIR", str(repository / "nowhere"))
        monkeypatch.setenv("GIT_WORK_TREE", "/")
        again = inspected("order.asl.json", "--history", folder=repository / "flows")
        figures = [sign_of(data, "change-blast-radius")["figure"] for data in (first, again)]
        assert figures == [100, 100]

    def test_a_name_is_taken_literally(self, repository: Path) -> None:
        name = 'flows/[o]*r :(top)\u00e9".asl.json'
        for number in range(5):
            commit(repository, payment_and_stock(number, 1), name=name)
        versions = versions_of(str(repository / name))
        assert [json.loads(version.raw or b"{}")["States"]["ChargePayment"]["TimeoutSeconds"] for version in versions
                if not isinstance(version, str)] == [0, 1, 2, 3, 4]  # fmt: skip

    def test_a_repository_cannot_have_programs_run(self, repository: Path) -> None:
        commit(repository, payment_and_stock(1, 1))
        trap = repository / "trap.sh"
        trap.write_text("#!/bin/sh\ntouch trapped\n", encoding="utf-8")
        trap.chmod(0o755)
        for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand"):
            git(repository, "config", key, str(trap))
        git(repository, "config", "log.showSignature", "true")
        versions_of(str(repository / "flows/order.asl.json"))
        assert not list(repository.rglob("trapped"))

    @pytest.mark.parametrize("state", ["no repository", "no commit", "not committed"])
    def test_without_a_log_it_is_said_why(self, tmp_path: Path, repository: Path, state: str) -> None:
        folder = tmp_path if state == "no repository" else repository
        if state == "not committed":
            commit(repository, {"A": {}}, name="other.asl.json")
        written(folder, m={"A": {}})
        above = str(tmp_path.parent)
        ran = aslsplit("inspect", "m.asl.json", "--history", folder=folder, GIT_CEILING_DIRECTORIES=above)
        assert_no_history(ran, "lies in no git repository" if state == "no repository" else "git has no commit")
        assert str(tmp_path) not in ran.out + ran.err

    def test_a_damaged_repository(self, repository: Path) -> None:
        commit(repository, {"A": {}})
        for file in (repository / ".git" / "objects").rglob("*"):
            if file.is_file():
                file.chmod(0o644)
                file.write_bytes(b"damaged")
        assert_no_history(aslsplit("inspect", "flows/order.asl.json", "--history", folder=repository), "cannot read")


def test_without_git_it_is_said(tmp_path: Path) -> None:
    written(tmp_path, m={"A": {}})
    assert_no_history(aslsplit("inspect", "m.asl.json", "--history", folder=tmp_path, PATH=""), "git is not installed")


def test_a_git_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 20\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setattr(git_log, "_SECONDS", 0.2)
    written(tmp_path, m={"A": {}})
    ran = aslsplit("inspect", "m.asl.json", "--history", folder=tmp_path, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert_no_history(ran, "did not answer")


def test_standard_input_has_no_history() -> None:
    ran = aslsplit("inspect", "-", "--history", typed=json.dumps(SMALL_MACHINE).encode())
    assert_no_history(ran, "standard input has no history")


def assert_no_history(ran: Ran, told: str) -> None:
    assert ran.code == 0
    assert "ASL831" in ran.err
    assert told in ran.err
    assert told in ran.out


# --- the corpus --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_every_real_definition_is_inspected() -> None:
    files = sorted(str(file.relative_to(CORPUS)) for file in CORPUS.glob("*/*.json"))
    readable = []
    for file in files:
        ran = aslsplit("inspect", file, "-q", folder=CORPUS)
        assert ran.code in (0, 2), (file, ran.err)
        assert "ASL9" not in ran.err
        if ran.code == 0:
            readable.append(file)
    assert (len(files), len(readable)) == (308, 306)
