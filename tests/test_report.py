"""What a report says is so: costs are those of executions, permissions those of the states, and a comment fits."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aslsplit.iam.changes import RoleChange
from aslsplit.interpreter import Result, run
from aslsplit.operations.pipeline import load_project
from aslsplit.operations.reporting import report_of
from aslsplit.render.report.markdown import report_markdown
from aslsplit.render.report.report import Report
from aslsplit.rewrite.roles import roles_of
from aslsplit.rewrite.ways import Cost, ways_of, whole_cost
from tests.command_line import SMALL_MACHINE, SMALL_MAP, aslsplit, copy_of_example, small_project
from tests.golden import GOLDEN

LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:"


def reported(folder: Path, machine: Any = None, boundaries: Any = None, cases: int = 5) -> Report:
    project = load_project(str(small_project(folder, machine, boundaries) / "boundaries.yaml"))
    return report_of(project, [child.name for child in project.boundaries.children], cases=cases)


def task(function: str, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": LAMBDA + function, "ResultPath": f"$.{function}", **fields}


def chain() -> dict[str, Any]:
    states = {
        "A": task("a", Parameters={"id.$": "$.id"}, Next="B"),
        "B": task("b", Parameters={"id.$": "$.id"}, Next="C"),
        "C": {"Type": "Wait", "Seconds": 1, "Next": "D"},
        "D": task("a", Parameters={"b.$": "$.b"}, End=True),
    }
    return {"StartAt": "A", "States": states}


def one_child(states: list[str], **more: Any) -> dict[str, Any]:
    return {"version": 1, "monolith": "order.asl.json", "children": {"inner": {"states": states, **more}}}


def test_events_actions_are_told_only_where_the_end_of_a_child_is_waited_for(tmp_path: Path) -> None:
    waited = report_markdown(reported(tmp_path / "waited", chain(), one_child(["B"])))
    by_token = one_child(["B"], pattern="callback", timeout_seconds=600)
    answered = report_markdown(reported(tmp_path / "answered", chain(), by_token))
    assert "events:PutRule" in waited and "the three events actions" in waited
    assert "events:PutRule" not in answered and "the three events actions" not in answered
    assert "An alias is authorised as" in waited and "An alias is authorised as" in answered


def test_sites_that_share_a_child_are_proved_with_what_lies_in_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    shutil.copytree(GOLDEN / "shared-two-sites" / "input", folder)
    project = load_project(str(folder / "boundaries.yaml"))
    report = report_of(project, ["notify"], cases=3)
    assert report.after is not None
    assert report.after.verdict.holds == dict.fromkeys(("static", "structural", "execution", "replay"), True)
    assert [name for name, _, _ in report.after.changes] == [
        f"{folder}/order.asl.json",
        f"{folder}/children/notify.asl.json",
    ]
    text = report_markdown(report)
    assert "Also at notify&#35;2: BuildDelayNotice, SendDelayNotice, entered at BuildDelayNotice" in text
    assert "9 states before; 19 in the parent, 7 in notify afterwards. All 4 checks hold." in text
    roles = roles_of(report.monolith, report.after.parent, report.after.children, report.after.extraction)
    assert [role.child for role in roles] == [None, "notify"]
    assert "| setting | sent by notify | sent by notify&#35;2 |" in text


# --- costs -------------------------------------------------------------------------------------------------------


def test_costs_are_the_transitions_of_an_execution(tmp_path: Path) -> None:
    report = reported(tmp_path / "p", chain(), one_child(["B", "C"]))
    after = report.after
    assert after is not None
    (way,) = ways_of(report.monolith, after.parent, after.children, after.extraction)
    child = after.children["inner"].source.data
    arn = after.extraction.children["inner"].plan.boundary.alias_arn
    before = run(report.monolith.source.data, {"id": 1}, lambda call: Result({}))
    now = run(after.parent.source.data, {"id": 1}, lambda call: Result({}), machines={arn: child})
    assert whole_cost(report.monolith) == Cost(len(before.steps), 5 + 5 + 2 + 5 + 2) == Cost(4, 19)
    assert (way.entry, way.target) == ("B", "D")
    assert way.before == Cost(2, 5 + 2)
    assert way.caller.transitions + way.own.transitions - way.before.transitions == len(now.steps) - len(before.steps)
    # Build, invoke and normalize: two of a Pass each, and six of a Task that waits.
    assert way.caller == Cost(3, 2 + 6 + 2)
    # Validate, unpack and respond around the states, and that the execution began and ended.
    assert way.own == Cost(2 + 3, 7 + 3 * 2 + 2)


def test_each_exit_has_a_way_of_its_own(tmp_path: Path) -> None:
    report = reported(tmp_path / "p", SMALL_MACHINE, {**SMALL_MAP, "children": {"pay": {"states": ["Pay", "Paid?"]}}})
    after = report.after
    assert after is not None
    ways = ways_of(report.monolith, after.parent, after.children, after.extraction)
    assert {(way.target, way.before) for way in ways} == {("Refuse", Cost(2, 7)), ("Ship", Cost(2, 7))}


def test_a_loop_is_gone_through_once(tmp_path: Path) -> None:
    machine = chain()
    machine["States"]["C"] = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.b", "IsPresent": False, "Next": "B"}],
        "Default": "D",
    }
    report = reported(tmp_path / "p", machine, one_child(["B", "C"]))
    after = report.after
    assert after is not None
    (way,) = ways_of(report.monolith, after.parent, after.children, after.extraction)
    assert way.before == Cost(2, 7)


# --- permissions -------------------------------------------------------------------------------------------------


def roles(report: Report) -> tuple[RoleChange, ...]:
    after = report.after
    assert after is not None
    return roles_of(report.monolith, after.parent, after.children, after.extraction)


def test_an_alias_is_authorised_as_its_machine(tmp_path: Path) -> None:
    place = "cn-north-1:123456789012"
    alias = f"arn:aws-cn:states:{place}:stateMachine:Inner:live"
    parent, child = roles(reported(tmp_path / "p", chain(), one_child(["B", "C"], alias_arn=alias)))
    assert (parent.child, child.child) == (None, "inner")
    assert [(one.actions, one.resources) for one in parent.gains.statements if one.actions[0].startswith("states")] == [
        (("states:DescribeExecution", "states:StopExecution"), (f"arn:aws-cn:states:{place}:execution:Inner:*",)),
        (("states:StartExecution",), (f"arn:aws-cn:states:{place}:stateMachine:Inner",)),
    ]


def test_what_moves_is_lost_unless_it_is_still_needed(tmp_path: Path) -> None:
    parent, child = roles(reported(tmp_path / "p", chain(), one_child(["A", "B"])))
    a, b = ((f"{LAMBDA}{name}", f"{LAMBDA}{name}:*") for name in "ab")
    assert [one.resources for one in parent.loses.statements] == [b]
    assert [one.resources for one in child.needs.statements] == [(*a, *b)]


def test_an_inner_child_is_called_by_the_outer_ones_role(tmp_path: Path) -> None:
    boundaries = one_child(["B"])
    boundaries["children"]["outer"] = {"states": ["B", "C"]}
    parent, inner, outer = roles(reported(tmp_path / "p", chain(), boundaries))
    assert [started(role) for role in (parent, outer, inner)] == [["OuterWorkflow"], ["InnerWorkflow"], []]


def started(role: RoleChange) -> list[str]:
    starts = [one for one in role.needs.statements if "states:StartExecution" in one.actions]
    return [name.rpartition(":")[2] for one in starts for name in one.resources]


# --- the comment -------------------------------------------------------------------------------------------------


@cache
def example_report(folder: Path) -> Report:
    project = load_project(str(copy_of_example(folder) / "boundaries.yaml"))
    return report_of(project, [child.name for child in project.boundaries.children], cases=5)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return example_report(tmp_path_factory.mktemp("example") / "order-processing")


@pytest.mark.parametrize("limit", [65_536, 40_000, 20_000, 8_000, 2_000, 500])
def test_a_comment_fits_and_says_what_it_leaves_out(example: Report, limit: int) -> None:
    text = report_markdown(example, limit)
    assert len(text.encode()) <= limit
    assert text.startswith("# Split of ")
    assert "All 4 checks hold." in text
    whole = report_markdown(example, 10_000_000)
    assert (text == whole) == ("--format html" not in text)
    assert text.count("<details>") == text.count("</details>")
    assert len(re.findall("^```", text, re.MULTILINE)) % 2 == 0


def test_proofs_and_contracts_stay_longest(example: Report) -> None:
    text = report_markdown(example, 30_000)
    assert "scenarios compared" in text
    assert "`request.amount`" in text
    assert "@@" not in text


def test_names_stay_text_in_a_comment(tmp_path: Path) -> None:
    evil = "a | b ` c\n</details><b> [x](y) *z* \\"
    machine = json.loads(json.dumps(SMALL_MACHINE).replace("Paid?", json.dumps(evil)[1:-1]))
    boundaries = {**SMALL_MAP, "children": {"pay": {"states": ["Pay", evil], "owner": "@team | `x`"}}}
    text = report_markdown(reported(tmp_path / "p", machine, boundaries))
    outside = re.sub(r"^(`{3,})\w+\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    # What stands between backticks, as many on each side and none of that length within, is shown as it is.
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "code", outside)
    assert "</details><b>" not in outside
    assert outside.count("<details>") == outside.count("</details>")
    for table in re.findall(r"(?:^\|.*\n)+", outside, re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1, table


# --- before, after, and with what was recorded ---------------------------------------------------------------------


def test_before_and_after_an_extraction_a_report_says_the_same(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "p")
    before = aslsplit("report", "boundaries.yaml", "--cases", "5", folder=folder)
    assert aslsplit("extract", "boundaries.yaml", "--all", "--cases", "0", "-q", folder=folder).code == 0
    after = aslsplit("report", "boundaries.yaml", "--cases", "5", folder=folder)
    assert before.code == after.code == 0
    assert after.out.replace("; extracted.", "; not yet extracted.") == before.out


def test_recorded_inputs_are_measured(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "p", chain(), one_child(["B", "C"]))
    (folder / "order.json").write_text(json.dumps({"id": "x" * 5_000}), encoding="utf-8")
    ran = aslsplit("report", "boundaries.yaml", "--cases", "3", "--examples", "order.json", folder=folder)
    assert ran.code == 0
    sizes: Mapping[str, str] = dict(re.findall(r"\| `(inner)` \| B → D \| ([\d,]+) bytes", ran.out))
    assert int(sizes["inner"].replace(",", "")) > 5_000
    assert "1 of them examples" in ran.out


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "p")
    (folder / "taken").mkdir()
    ran = aslsplit("report", "boundaries.yaml", "--cases", "0", "-o", "taken", folder=folder)
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err or "is a folder" in ran.err
    assert list((folder / "taken").iterdir()) == []
