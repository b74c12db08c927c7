"""What is written for a child, and that it holds: the cases are in cases/extraction.

A case is a machine (`language` is the one it names itself), a boundary map without the names of files, and what is
expected of the plan (`requests`, `results`), of the states written (`parent`, `child`: the fields named must be as they
stand), or of the findings (`refused`: the errors, nothing is written, and they mention what `says` lists; `findings`:
codes among others). `orders`, if not
all do, are those in which the children can be extracted, and put back the other way round. `runs` scenarios are
compared. Whatever is
written has been proved, is the same whatever the order of the runs, and goes back to the bytes it came from.
"""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from aslsplit.asl.paths import format_path
from aslsplit.findings import Severity
from aslsplit.operations.pipeline import Outcome, extraction_outcome, inline_outcome, load_project, plan_of
from aslsplit.plan.payload import Payload
from tests.analysis_cases import cases_of, definition_of, title_of

CASES = cases_of("extraction")
WRITTEN = [case for case in CASES if "refused" not in case]
MONOLITH = "machine.asl.json"


def project_of(case: dict[str, Any], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    boundaries = {key: case[key] for key in ("observe", "type", "meta", "children", "parallel") if key in case}
    language = {"QueryLanguage": case["language"]} if "language" in case else {}
    definition = {**language, **definition_of(case["machine"])}
    (folder / MONOLITH).write_text(json.dumps(definition, indent=2) + "\n", "utf-8")
    # JSON is YAML, and keeps the test from dumping what it tests.
    (folder / "boundaries.yaml").write_text(json.dumps({"version": 1, "monolith": MONOLITH, **boundaries}), "utf-8")
    return folder


def extracted(folder: Path, *names: str, runs: int = 0) -> Outcome:
    project = load_project(str(folder / "boundaries.yaml"))
    every = [child.name for child in project.boundaries.children]
    # Mostly without the proof by execution, so that a failure here names what is wrong with the rewrite itself.
    return extraction_outcome(project, plan_of(project), names or every, cases=runs)


def written(outcome: Outcome) -> None:
    assert outcome.artifacts, [remark.message for remark in outcome.findings if remark.severity is Severity.ERROR]
    outcome.project.workspace.write(outcome.artifacts)


def tree(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text("utf-8") for file in folder.rglob("*") if file.is_file()}


def paths_of(payload: Payload) -> dict[str, str]:
    return {".".join(payload.place_of(value)) or "$": format_path(payload.root, value.stem) for value in payload.values}


@pytest.mark.parametrize("case", [case for case in CASES if "refused" in case], ids=title_of)
def test_refused(case: dict[str, Any], tmp_path: Path) -> None:
    outcome = extracted(project_of(case, tmp_path))
    assert not outcome.artifacts
    assert sorted({r.code for r in outcome.findings if r.severity is Severity.ERROR}) == case["refused"]
    said = "\n".join(f"{remark.message}\n{remark.help}" for remark in outcome.findings)
    for words in case.get("says", ()):
        assert words in said


@pytest.mark.parametrize("case", WRITTEN, ids=title_of)
def test_written(case: dict[str, Any], tmp_path: Path) -> None:
    outcome = extracted(project_of(case, tmp_path), runs=case.get("runs", 0))
    assert set(case.get("findings", ())) <= {remark.code for remark in outcome.findings}
    for name, request in case.get("requests", {}).items():
        assert paths_of(contract(outcome, name).entries[0].request.document) == request
    for name, results in case.get("results", {}).items():
        found = {exit.outcome: list(paths_of(exit.result).values()) for exit in contract(outcome, name).exits}
        assert found == results
    files = {artifact.name: artifact.text for artifact in outcome.artifacts}
    check_states(files[MONOLITH], case.get("parent", {}))
    for name, states in case.get("child", {}).items():
        check_states(files[f"children/{name}.asl.json"], states)


def contract(outcome: Outcome, name: str) -> Any:
    child = outcome.plan.child(name)
    assert child is not None
    return child.contract


def check_states(text: str | None, expected: dict[str, Any]) -> None:
    states = json.loads(text or "")["States"]
    for name, fields in expected.items():
        assert name in states, f"{name} is not one of {', '.join(states)}"
        for field, value in fields.items():
            assert_within(states[name].get(field), value, f"{name}.{field}")


def assert_within(found: Any, expected: Any, where: str) -> None:
    """Of objects only the fields that are named count."""
    if isinstance(expected, dict):
        for field, value in expected.items():
            assert isinstance(found, dict) and field in found, f"{where} has no {field}"
            assert_within(found[field], value, f"{where}.{field}")
    else:
        assert found == expected, where


@pytest.mark.parametrize("case", WRITTEN, ids=title_of)
def test_every_order_gives_the_same_bytes_and_leads_back(case: dict[str, Any], tmp_path: Path) -> None:
    before = tree(project_of(case, tmp_path / "before"))
    written(extracted(project_of(case, tmp_path / "together")))
    together = tree(tmp_path / "together")
    written(extracted(tmp_path / "together"))
    assert tree(tmp_path / "together") == together, "extracting again changes something"
    for number, order in enumerate(case.get("orders") or permutations(case["children"])):
        folder = project_of(case, tmp_path / f"order-{number}")
        for name in order:
            written(extracted(folder, name))
        assert tree(folder) == together
        for name in reversed(order) if "orders" in case else order:
            project = load_project(str(folder / "boundaries.yaml"))
            written(inline_outcome(project, plan_of(project), name, cases=0))
        assert tree(folder) == before


def test_under_names_of_the_users_an_object_that_is_there_comes_back_only_with_its_parts(tmp_path: Path) -> None:
    case = next(
        case for case in cases_of("extraction") if case["title"].startswith("an optional field of an object that")
    )
    found = plan_of(load_project(str(project_of(case, tmp_path) / "boundaries.yaml"))).children[0].contract.exits[0]
    assert found.writes == (("out",),) and ("out",) in found.surely_written
    assert not found.surely_returned(("out",), {("out",)})
    assert found.surely_returned(("out",), {("out",), ("out", "q")})
