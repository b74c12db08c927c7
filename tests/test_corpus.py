"""Real definitions that people wrote: read, analysed, dumped, split, and compared, when the corpus lies next to the
project."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from aslsplit.analysis.facts import analyze
from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, read_source
from aslsplit.cli import main
from aslsplit.difference.compare import difference_of
from aslsplit.difference.model import Kind
from aslsplit.operations.comparison import compare_files

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

CONTROL_TOWER = (
    "awslabs__aws-control-tower-customizations/deployment__custom-control-tower-initiation.template__@1813_1"
)

ACCOUNT_MANAGEMENT = (
    "awslabs__aws-deployment-framework/src__template__untManagementStateMachine.Properties.DefinitionString_string_0"
)
FIND_AND_FORGET = (
    "awslabs__amazon-s3-find-and-forget/"
    "templates__state_machine__Resources.StateMachine.Properties.DefinitionString_string_2"
)

DRAFT_DATA = (
    "OrcaBus__service-dragen-wgts-dna-pipeline-manager/app__step-functions-templates__populate_draft_data_sfn_template"
)
PACKAGING = "OrcaBus__service-data-sharing-manager/app__step-functions-templates__packaging_sfn_template"

SPLITS: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]] = {
    CONTROL_TOWER: {
        # Two poll loops, two exits.
        "create-instances": ("Deploy Stack Instance Pass", ("Export Stack Output Pass", "Failed")),
        "update-stack-set": (
            "Update StackSet Pass",
            ("Export Stack Output Pass", "Update Task Failed", "Check Instance Pass"),
        ),
        "delete-instances": (
            "Delete Stack Instances Pass",
            ("Failed", "Both Account and Region Lists Changes?", "Delete StackSet Pass"),
        ),
    },
    ACCOUNT_MANAGEMENT: {
        "creation": ("CreateAccountChoice", ("ConfigureAccountRegions",)),
        "configuration": ("ConfigureAccountAlias", ("Success",)),
    },
    "nationalarchives__tdr-terraform-environments/templates__step_function__backend_checks_v2_definition.json.tpl": {
        "status": ("In Progress Status API Update", ("Redacted files", "Process failed notification")),
    },
    FIND_AND_FORGET: {
        "find": ("Generate Queries", ("End Find Phase", "Handle Find Error")),
        "forget": ("End Find Phase", ("Handle Error", "Emit Error")),
    },
    "nationalarchives__tdr-terraform-environments/templates__step_function__consignment_export_definition.json.tpl": {
        "rerun": ("Rerun Parameters Present", ("Parallel",)),
    },
    "aws-samples__step-functions-workflows-collection/idempotent-workflow__statemachine__statemachine": {
        "work": ("Your Workflow", ("Success",)),
    },
    "aws-samples__step-functions-workflows-collection/account-vending-machine__statemachine__statemachine": {
        "organization": ("Get Organization Root", ("Create New Account",)),
        "account": ("Create New Account", ("Move Account To OU", "Failed")),
    },
    # The two largest that are JSONata throughout: variables in and out, context, distributed Maps, and in the second
    # one two children inside branches.
    DRAFT_DATA: {
        "tags": ("Do we have matching libraries", ("Tags Or Engine Parameters Have Changed",)),
        "inputs": ("Get libraries with readsets", ("Add reference data",)),
        "references": ("Add reference data", ("Generate WRU event object",)),
    },
    PACKAGING: {
        "libraries": ("Get Workflow Inputs", ("Get Data",)),
        "fastqs": ("Library Query (fastq)", ()),
        "analyses": ("Is Portal Run ID list set", ()),
    },
}


@pytest.mark.parametrize("name", SPLITS)
def test_a_real_machine_is_split_and_restored(name: str, tmp_path: Path) -> None:
    """Both proofs hold on the way, or nothing would have been written."""
    before = (CORPUS / f"{name}.asl.json").read_text(encoding="utf-8")
    (tmp_path / "machine.asl.json").write_text(before, encoding="utf-8")
    (tmp_path / "boundaries.yaml").write_text(_map(SPLITS[name]), encoding="utf-8")
    boundaries = str(tmp_path / "boundaries.yaml")

    assert main(["extract", boundaries, "--all", "-q"]) == 0
    parent = (tmp_path / "machine.asl.json").read_text(encoding="utf-8")
    children = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "children").iterdir()}
    assert len(children) == len(SPLITS[name])
    old, new = _states(before), _states(parent)
    data = json.loads(before)["States"]
    for state in old.keys() & new.keys():
        if json.loads(parent)["States"][state] == data[state]:
            assert new[state] == old[state], "an untouched state is byte-identical"
    moved = [state for text in children.values() for state in _states(text) if state in old]
    assert sorted(moved) == sorted(old.keys() - new.keys())
    (tmp_path / "before.asl.json").write_text(before, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("machine.asl.json", "children")]
    difference = compare_files(str(tmp_path / "before.asl.json"), files, None, reverse=False).difference
    assert difference.of(Kind.REMOVED) == ()
    assert all(state.role is not None for state in difference.of(Kind.ADDED))
    top = [state for state in difference.of(Kind.MOVED) if state.before and state.before.scope.owner is None]
    assert sorted(state.place.name for state in top) == sorted(moved)
    assert main(["extract", boundaries, "--all", "--check", "-q"]) == 0
    for child in SPLITS[name]:
        assert main(["inline", boundaries, "--child", child, "-q"]) == 0
    assert (tmp_path / "machine.asl.json").read_text(encoding="utf-8") == before


def test_the_largest_machine_is_split_into_children_of_some_size(tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_bytes((CORPUS / f"{CONTROL_TOWER}.asl.json").read_bytes())
    (tmp_path / "boundaries.yaml").write_text(_map(SPLITS[CONTROL_TOWER]), encoding="utf-8")
    assert main(["extract", str(tmp_path / "boundaries.yaml"), "--all", "-q"]) == 0
    children = [json.loads(path.read_bytes()) for path in (tmp_path / "children").iterdir()]
    generated = re.compile(r"(Validate|Unpack|Reject) Request|Build .*Response")
    sizes = sorted(sum(not generated.fullmatch(name) for name in child["States"]) for child in children)
    assert sizes == [9, 10, 13]
    assert any(len([name for name in child["States"] if name.endswith("Response")]) == 2 for child in children)


def _size(definition: Json) -> int:
    """How many states there are, those inside Parallel and Map states included."""
    found = 0
    for state in definition["States"].values():
        inner = [*state.get("Branches", ()), *(state[key] for key in ("ItemProcessor", "Iterator") if key in state)]
        found += 1 + sum(map(_size, inner))
    return found


@pytest.mark.parametrize(("name", "sizes"), [(DRAFT_DATA, [14, 31, 32]), (PACKAGING, [9, 19, 30])])
def test_the_largest_jsonata_machines_are_split_into_children_of_some_size(
    name: str, sizes: list[int], tmp_path: Path
) -> None:
    (tmp_path / "machine.asl.json").write_bytes((CORPUS / f"{name}.asl.json").read_bytes())
    (tmp_path / "boundaries.yaml").write_text(_map(SPLITS[name]), encoding="utf-8")
    assert main(["extract", str(tmp_path / "boundaries.yaml"), "--all", "-q"]) == 0
    children = [json.loads(path.read_bytes()) for path in (tmp_path / "children").iterdir()]
    # Validate, unpack, reject, and one answer each.
    assert sorted(_size(child) - 4 for child in children) == sizes
    languages = [state.get("QueryLanguage") for child in children for state in child["States"].values()]
    assert {child["QueryLanguage"] for child in children} == {"JSONata"}
    assert set(languages) == {None}


def test_every_definition_is_read_analysed_and_dumped_byte_for_byte() -> None:
    files = sorted(CORPUS.glob("*/*.json"))
    machines = 0
    for file in files:
        source, _ = read_source(file.name, file.read_bytes())
        assert source is not None, file
        assert dump(source.data, {(): Origin(source, ())}, like=source) == source.text, file
        machine, findings = parse(source)
        if machine is None:
            assert findings, file
            continue
        machines += 1
        facts = analyze(machine)
        assert len(facts.scopes) == sum(1 for _ in machine.scopes())
        difference = difference_of({"before": machine}, {"after": machine})
        assert (difference.empty, difference.states) == (True, ())
    # Two files are templates in which the rules of a Choice are still to be filled in.
    assert (len(files), machines) == (308, 306)


def _map(children: Mapping[str, tuple[str, tuple[str, ...]]]) -> str:
    lines = ["version: 1", "monolith: machine.asl.json", "children:"]
    for name, (start, until) in children.items():
        lines += [f"  {name}:", f"    from: {json.dumps(start)}"]
        lines += [f"    until: {json.dumps(until)}"] if until else []
    return "\n".join(lines) + "\n"


def _states(text: str) -> dict[str, str]:
    """The text of each top-level state, in a file with two spaces of indentation."""
    found: dict[str, str] = {}
    states: Json = json.loads(text)["States"]
    for name in states:
        start = text.index(f"\n    {json.dumps(name, ensure_ascii=False)}: {{")
        found[name] = text[start : text.index("\n    }", start) + 6]
    return found
