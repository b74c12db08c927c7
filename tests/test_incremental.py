"""One child per run: the order of the runs does not matter, nothing is lost in between, all of it can be undone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import aslsplit, copy_of_example, differing, small_project, snapshot

pytestmark = pytest.mark.usefixtures("few_scenarios")

CHILDREN = ("payment", "inventory", "fulfillment")
MODES: dict[str, dict[str, Any]] = {"a parent of its own": {}, "in place": {"parent": None}}
PARENTS = {"a parent of its own": "order-orchestrator.asl.json", "in place": "order-processing.asl.json"}

PAY = "arn:aws:lambda:eu-west-1:123456789012:function:pay"

Orders = pytest.mark.parametrize("order", list(permutations(CHILDREN)), ids="-".join)
Modes = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The example with all children extracted at once, in each mode."""
    folders = {mode: tmp_path_factory.mktemp("extracted") / "order" for mode in MODES}
    for mode, folder in folders.items():
        copy_of_example(folder, **MODES[mode])
        run(folder, "extract", "--all")
    return folders


@pytest.fixture
def project(extracted: Mapping[str, Path], mode: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(extracted[mode], tmp_path / "project"))


@Modes
@Orders
def test_one_after_the_other_gives_the_same_bytes_as_all_at_once(
    extracted: Mapping[str, Path], mode: str, order: tuple[str, ...], tmp_path: Path
) -> None:
    folder = copy_of_example(tmp_path / "order", **MODES[mode])
    for child in order:
        run(folder, "extract", "--child", child)
    assert differing(snapshot(extracted[mode]), snapshot(folder)) == []


@Modes
@Orders
def test_inlining_restores_the_monolith_byte_for_byte(project: Path, mode: str, order: tuple[str, ...]) -> None:
    for child in order:
        run(project, "inline", "--child", child)
        run(project, "extract", "--child", child, "--diff")
    before = copy_of_example(project.with_name("before"), **MODES[mode])
    assert differing(snapshot(before), snapshot(project)) == []


@Modes
def test_a_second_run_touches_nothing(project: Path, mode: str) -> None:
    before = touched(project)
    for arguments in (["--all"], ["--all", "--check"], *(["--child", child] for child in CHILDREN)):
        assert "wrote" not in run(project, "extract", *arguments)
    assert touched(project) == before


Edit = Callable[[Path, str], None]


def replacing(name: str, old: str, new: str) -> Edit:
    def edit(project: Path, mode: str) -> None:
        file = project / name.format(parent=PARENTS[mode])
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def removing(name: str) -> Edit:
    return lambda project, mode: (project / name).unlink()


# What a person does to an extracted project, and what --check and the next extract answer in each mode.
EDITS: dict[str, tuple[Edit, Mapping[str, tuple[int, int, str]]]] = {
    "a generated state": (
        replacing("{parent}", '"MaxAttempts": 3', '"MaxAttempts": 9'),
        {"a parent of its own": (1, 1, "ASL607"), "in place": (1, 1, "ASL601")},
    ),
    "a state that stayed in the parent": (
        replacing("{parent}", '"MarkShipmentRejected": {', '"MarkShipmentRejected": {"Comment": "new",'),
        {"a parent of its own": (1, 1, "ASL607"), "in place": (1, 0, "ASL604")},
    ),
    "a state that stayed in the monolith": (
        replacing(
            "order-processing.asl.json", '"MarkShipmentRejected": {', '"MarkShipmentRejected": {"Comment": "new",'
        ),
        {"a parent of its own": (1, 0, "ASL604"), "in place": (1, 0, "ASL604")},
    ),
    "a child": (
        replacing("children/payment.asl.json", '"TimeoutSeconds": 20', '"TimeoutSeconds": 25'),
        {"a parent of its own": (1, 0, "ASL604"), "in place": (1, 0, "ASL604")},
    ),
    "the layout of a child": (
        replacing("children/payment.asl.json", "\n", "\n\n"),
        {"a parent of its own": (1, 0, "ASL604"), "in place": (1, 0, "ASL604")},
    ),
    "a child that is gone": (
        removing("children/payment.asl.json"),
        {"a parent of its own": (1, 1, "ASL605"), "in place": (2, 2, "there is no file")},
    ),
    "a contract": (
        replacing("contracts/payment/request.schema.json", "{", "{ "),
        {"a parent of its own": (1, 0, "ASL604"), "in place": (1, 0, "ASL604")},
    ),
    "a contract that is gone": (
        removing("contracts/payment/README.md"),
        {"a parent of its own": (1, 0, "ASL604"), "in place": (1, 0, "ASL604")},
    ),
    "the lock": (
        replacing("boundaries.lock.yaml", "BuildFraudRequest: BuildPaymentRequest", "ScoreFraud: BuildPaymentRequest"),
        {"a parent of its own": (2, 2, "ASL605"), "in place": (2, 2, "ASL605")},
    ),
    "the owner in the map": (
        replacing("boundaries.yaml", "payments-team", "money-team"),
        {"a parent of its own": (1, 0, "ASL604"), "in place": (1, 0, "ASL604")},
    ),
    "an alias in the map": (
        replacing("boundaries.yaml", "${PaymentWorkflowAliasArn}", "${PaymentAlias}"),
        {"a parent of its own": (1, 0, "ASL604"), "in place": (1, 0, "ASL604")},
    ),
    "a field of a contract in the map": (
        replacing("boundaries.yaml", "amount", "total"),
        {"a parent of its own": (1, 1, "ASL409"), "in place": (1, 1, "ASL409")},
    ),
}


@Modes
@pytest.mark.parametrize("edited", EDITS)
def test_a_hand_edit(project: Path, mode: str, edited: str) -> None:
    edit, answers = EDITS[edited]
    check, extract, told = answers[mode]
    run(project, "extract", "--all", "--check")
    edit(project, mode)
    before = snapshot(project)

    ran = aslsplit("extract", "boundaries.yaml", "--all", "--check", folder=project)
    assert (ran.code, told in ran.err) == (check, True), ran.err
    assert differing(before, snapshot(project)) == []

    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
    assert ran.code == extract, ran.err
    if extract:
        assert differing(before, snapshot(project)) == []
    else:
        run(project, "extract", "--all", "--check")
        # Children belong to their teams.
        assert not {name for name in differing(before, snapshot(project)) if name.startswith("children/")}


def test_an_edit_of_the_monolith_inside_a_child_is_not_passed_over(
    extracted: Mapping[str, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(extracted["a parent of its own"], tmp_path / "order"))
    replacing("order-processing.asl.json", '"TimeoutSeconds": 20', '"TimeoutSeconds": 21')(folder, "in place")
    before = snapshot(folder)
    for arguments in (["--all"], ["--all", "--check"]):
        ran = aslsplit("extract", "boundaries.yaml", *arguments, folder=folder)
        assert (ran.code, "ASL608" in ran.err) == (1, True), ran
    assert differing(before, snapshot(folder)) == []


@pytest.mark.parametrize("parent", [None, "parent.asl.json"])
def test_a_state_that_an_extracted_child_is_to_have_as_well_is_not_lost(tmp_path: Path, parent: str | None) -> None:
    machine = {
        "StartAt": "Pay",
        "States": {
            "Pay": {
                "Type": "Task",
                "Resource": PAY,
                "Parameters": {"id.$": "$.id"},
                "ResultPath": "$.p",
                "Next": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": 3, "Next": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    places = {"parent": parent} if parent else {}
    # The exit keeps its name, so the contract stays what it was.
    child = {"states": ["Pay"], "exits": {"Wait": "paid"}}
    boundaries = {"version": 1, "monolith": "order.asl.json", **places, "children": {"pay": child}}
    folder = small_project(tmp_path / "project", machine, boundaries)
    run(folder, "extract", "--all")
    child |= {"states": ["Pay", "Wait"], "exits": {"Done": "paid"}}
    (folder / "boundaries.yaml").write_text(json.dumps(boundaries))
    before = snapshot(folder)
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
    assert (ran.code, "ASL608" in ran.err) == (1, True), ran
    assert differing(before, snapshot(folder)) == []


@Modes
def test_a_lost_lock_is_written_again(project: Path, mode: str) -> None:
    lock = project / "boundaries.lock.yaml"
    text = lock.read_bytes()
    lock.unlink()
    if mode == "in place":
        # Nothing tells the generated states from others any more.
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=project).code == 1
        return
    run(project, "extract", "--all")
    assert lock.read_bytes() == text


def test_a_legitimate_edit_of_a_parent_in_place_survives_everything(
    extracted: Mapping[str, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(extracted["in place"], tmp_path / "order"))
    EDITS["a state that stayed in the parent"][0](folder, "in place")
    edited = (folder / "order-processing.asl.json").read_bytes()
    run(folder, "extract", "--all")
    assert (folder / "order-processing.asl.json").read_bytes() == edited
    for child in CHILDREN:
        run(folder, "inline", "--child", child)
    monolith = copy_of_example(tmp_path / "before")
    EDITS["a state that stayed in the parent"][0](monolith, "in place")
    assert (folder / "order-processing.asl.json").read_bytes() == (monolith / "order-processing.asl.json").read_bytes()


def test_what_a_team_changed_in_its_child_comes_back_with_it(extracted: Mapping[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(extracted["in place"], tmp_path / "order"))
    EDITS["a child"][0](folder, "in place")
    assert "ASL602" in run(folder, "extract", "--all", "-v")
    assert "ASL602" not in run(folder, "extract", "--all", "-v")
    for child in CHILDREN:
        run(folder, "inline", "--child", child)
    monolith = json.loads((folder / "order-processing.asl.json").read_text())
    assert monolith["States"]["AuthorizePayment"]["TimeoutSeconds"] == 25


def test_inlining_does_not_lose_what_a_team_changed(extracted: Mapping[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(extracted["a parent of its own"], tmp_path / "order"))
    EDITS["a child"][0](folder, "a parent of its own")
    ran = aslsplit("inline", "boundaries.yaml", "--child", "payment", folder=folder)
    assert ran.code == 1
    assert "ASL602" in ran.err


@Modes
def test_inlining_leaves_folders_in_which_people_keep_something(project: Path, mode: str) -> None:
    kept = {"children/NOTES.md", "contracts/payment/consumers.txt"}
    for name in kept:
        (project / name).write_text("ours\n")
    for child in CHILDREN:
        run(project, "inline", "--child", child)
    before = copy_of_example(project.with_name("before"), **MODES[mode])
    assert set(differing(snapshot(before), snapshot(project))) == {
        *kept, "children", "contracts", "contracts/payment"
    }  # fmt: skip


def test_a_scope_may_be_renamed_around_an_extracted_child(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    monolith = (project / "order.asl.json").read_text()
    run(project, "extract", "--child", "booking")
    parent = project / "order.asl.json"
    parent.write_text(parent.read_text().replace('"Ship"', '"Dispatch"'))
    run(project, "extract", "--child", "booking")
    run(project, "extract", "--child", "booking", "--check")
    run(project, "inline", "--child", "booking")
    assert parent.read_text() == monolith.replace('"Ship"', '"Dispatch"')


def test_a_new_state_with_the_name_of_an_extracted_one_is_refused(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    run(project, "extract", "--child", "pay")
    parent = json.loads((project / "order.asl.json").read_text())
    parent["States"]["Pay"] = {"Type": "Pass", "Next": "Done"}
    parent["States"]["Refuse"]["Next"] = "Pay"
    (project / "order.asl.json").write_text(json.dumps(parent, indent=2))
    before = snapshot(project)
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
    assert ran.code == 2
    assert re.search(r'children/pay\.asl\.json:\d+:5: error ASL107: "Pay" is also a state of order\.asl\.json', ran.err)
    assert differing(before, snapshot(project)) == []


NESTED = {
    "StartAt": "Collect",
    "States": {
        "Collect": {"Type": "Pass", "Next": "Ship"},
        "Ship": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "Pack",
                    "States": {
                        "Pack": {
                            "Type": "Task",
                            "Resource": PAY,
                            "Parameters": {"id.$": "$.id", "run.$": "$$.Execution.Id"},
                            "ResultPath": "$.parcel",
                            "Next": "Label",
                        },
                        "Label": {"Type": "Task", "Resource": PAY, "Parameters": {"p.$": "$.parcel"}, "End": True},
                    },
                }
            ],
            "ResultPath": "$.shipped",
            "Next": "Check",
        },
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.shipped[0].late", "IsPresent": True, "Next": "Excuse"}],
            "Default": "Close",
        },
        "Excuse": {
            "Type": "Task",
            "Resource": PAY,
            "Parameters": {"id.$": "$.id"},
            "ResultPath": None,
            "Next": "Close",
        },
        "Close": {"Type": "Task", "Resource": PAY, "Parameters": {"id.$": "$.id"}, "End": True},
    },
}
NESTED_CHILDREN = {
    "shipping": {"states": ["Ship", "Check", "Excuse"]},
    "packing": {"states": ["Pack"]},
    "checking": {"states": ["Check"]},
    "closing": {"states": ["Close"]},
}
Nested = pytest.mark.parametrize("parent", [None, "parent.asl.json"], ids=["in place", "a parent of its own"])


def nested_project(folder: Path, parent: str | None) -> Path:
    places = {"parent": parent} if parent else {}
    boundaries = {"version": 1, "monolith": "order.asl.json", **places, "children": NESTED_CHILDREN}
    return small_project(folder, NESTED, boundaries)


@Nested
def test_children_inside_others_from_the_inside_out_and_back(tmp_path: Path, parent: str | None) -> None:
    together = nested_project(tmp_path / "together", parent)
    run(together, "extract", "--all")
    run(together, "extract", "--all", "--check")
    run(together, "verify", "--cases", "20")
    before = snapshot(nested_project(tmp_path / "before", parent))
    for number, order in enumerate(permutations(NESTED_CHILDREN)):
        folder = nested_project(tmp_path / str(number), parent)
        extracted: list[str] = []
        for child in order:
            stuck = child in ("packing", "checking") and "shipping" in extracted
            ran = aslsplit("extract", "boundaries.yaml", "--child", child, folder=folder)
            assert (ran.code, "ASL609" in ran.err) == ((1, True) if stuck else (0, False)), ran
            extracted += [] if stuck else [child]
        if len(extracted) == len(order):
            assert differing(snapshot(together), snapshot(folder)) == []
        for child in reversed(extracted):
            run(folder, "inline", "--child", child)
        assert differing(before, snapshot(folder)) == []


@Nested
def test_a_child_is_not_put_back_into_the_file_of_another(tmp_path: Path, parent: str | None) -> None:
    folder = nested_project(tmp_path / "project", parent)
    run(folder, "extract", "--all")
    before = snapshot(folder)
    ran = aslsplit("inline", "boundaries.yaml", "--child", "packing", folder=folder)
    assert (ran.code, "ASL609" in ran.err) == (1, True), ran
    assert differing(before, snapshot(folder)) == []


def test_a_call_that_was_edited_in_the_child_that_makes_it(tmp_path: Path) -> None:
    folder = nested_project(tmp_path / "project", None)
    run(folder, "extract", "--all")
    replacing("children/shipping.asl.json", '"MaxAttempts": 3', '"MaxAttempts": 9')(folder, "in place")
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
    assert (ran.code, "children/shipping.asl.json" in ran.err, "ASL601" in ran.err) == (1, True, True), ran


def test_what_a_team_changed_around_the_call_of_another_child_comes_back(tmp_path: Path) -> None:
    folder = nested_project(tmp_path / "project", None)
    run(folder, "extract", "--all")
    replacing("children/shipping.asl.json", '"Label": {', '"Label": {"Comment": "new", ')(folder, "in place")
    replacing("children/packing.asl.json", '"Pack": {', '"Pack": {"Comment": "new too", ')(folder, "in place")
    run(folder, "extract", "--all")
    for child in ("closing", "shipping", "packing", "checking"):
        run(folder, "inline", "--child", child)
    branch = json.loads((folder / "order.asl.json").read_text())["States"]["Ship"]["Branches"][0]
    assert [state.get("Comment") for state in branch["States"].values()] == ["new too", "new"]
    assert branch["StartAt"] == "Pack"


@Modes
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("children_dir: children", "children_dir: machines", '"payment" was extracted into children/payment.asl.json'),
        ('"children_dir": "children"', '"children_dir": "machines"', "children/payment.asl.json"),
        ("parent: order-orchestrator", "parent: order-parent", "the parent was written to order-orchestrator.asl.json"),
        ("parent: order-orchestrator.asl.json\n", "", "by the boundary map it would be order-processing.asl.json"),
        ('"version": 1', '"version": 1, "parent": "p.asl.json"', "the parent was written to order-processing.asl.json"),
        ("  payment:", "  paid:", 'the lock file records "payment", and the boundary map has no such child'),
        ('"payment": {', '"paid": {', 'the lock file records "payment", and the boundary map has no such child'),
    ],
)
def test_a_map_that_the_lock_does_not_agree_with(project: Path, mode: str, old: str, new: str, told: str) -> None:
    boundaries = project / "boundaries.yaml"
    text = boundaries.read_text()
    if old not in text:
        # Each mode has its own way of writing the map.
        return
    boundaries.write_text(text.replace(old, new, 1))
    before = snapshot(project)
    ran = aslsplit("extract", "boundaries.yaml", "--all", folder=project)
    assert (ran.code, told in ran.err) == (2, True), ran.err
    assert re.search(r"boundaries\.lock\.yaml:\d+:\d+: error ASL605", ran.err)
    assert differing(before, snapshot(project)) == []


def run(folder: Path, verb: str, *arguments: str) -> str:
    ran = aslsplit(verb, "boundaries.yaml", *arguments, folder=folder)
    assert ran.code == 0, ran
    return ran.err


def touched(folder: Path) -> dict[str, tuple[int, int]]:
    found = {str(path): path.stat() for path in folder.rglob("*")}
    return {name: (was.st_ino, was.st_mtime_ns) for name, was in found.items()}
