"""``contract diff`` through the command line: git, windows found in its log, and children of real machines with schemas
that somebody changed."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aslsplit.asl.embedding import read_definition
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.compatibility.compare import compare_one
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.compatibility.versions import Extent
from aslsplit.disk.workspace import Workspace
from aslsplit.plan.make import make_plan
from aslsplit.plan.map_reading import read_boundaries
from aslsplit.project.contracts_on_disk import SCHEMA_FILES, contract_in, planned_contract
from aslsplit.project.recorded_contracts import older_contract
from benchmarks.candidates import regions
from tests.command_line import aslsplit, snapshot
from tests.contract_cases import schemas
from tests.repositories import git, needs_git, new_repository

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
SEED = 20261125
ORDER = {"type": "object", "properties": {"id": {}}, "required": ["id"]}
NOTED = {"type": "object", "properties": {"id": {}, "note": {}}, "required": ["id", "note"]}


def write(folder: Path, **parts: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas(**parts).items():
        (folder / name).write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a change")


@needs_git
class TestRevisions:
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        folder = new_repository(tmp_path / "shop")
        write(folder / "contracts" / "payment", request=ORDER)
        write(folder / "contracts" / "tax", request=ORDER)
        commit(folder)
        write(folder / "contracts" / "payment", request=NOTED)
        return folder

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("HEAD:contracts", "contracts"),
            ("main:contracts/payment", "contracts/payment"),
            ("HEAD:contracts/payment", "contracts"),
            ("HEAD:./contracts/", "contracts/payment"),
        ],
    )
    def test_what_was_committed_is_compared_with_what_lies_on_disk(self, repository: Path, old: str, new: str) -> None:
        ran = aslsplit("contract", "diff", old, new, folder=repository)
        assert ran.code == 1
        assert "error CTR101" in ran.err
        assert "contracts/payment/request.schema.json:" in ran.err
        assert "next version: 2.0" in ran.out

    def test_both_sides_may_be_revisions(self, repository: Path) -> None:
        commit(repository)
        ran = aslsplit("contract", "diff", "HEAD~1:contracts", "HEAD:contracts", folder=repository)
        assert ran.code == 1
        assert "HEAD:contracts/payment/request.schema.json:" in ran.err
        assert aslsplit("contract", "diff", "HEAD:contracts", "contracts", folder=repository).code == 0

    @pytest.mark.parametrize("old", ["HEAD:nothing", "never:contracts", "HEAD:contracts/payment/request.schema.json"])
    def test_what_git_does_not_have_is_said(self, repository: Path, old: str) -> None:
        ran = aslsplit("contract", "diff", old, "contracts", folder=repository)
        assert ran.refused() and ran.code == 2


MACHINE = {
    "StartAt": "Pack",
    "States": {
        "Pack": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.parcel",
                 "Parameters": {"FunctionName": "pack", "Payload": {"id.$": "$.id"}}, "Next": "Buy"},
        "Buy": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.label",
                "Parameters": {"FunctionName": "buy", "Payload": {"id.$": "$.id", "parcel.$": "$.parcel"}},
                "Next": "Send"},
        "Send": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True,
                 "Parameters": {"FunctionName": "send", "Payload": {"label.$": "$.label"}}},
    },
}  # fmt: skip


def project(folder: Path, version: str, accepts: list[str], machine: Any = MACHINE) -> Path:
    boundaries = {
        "version": 1,
        "monolith": "ship.asl.json",
        "parent": "parent.asl.json",
        "children": {"label": {"states": ["Buy"], "contract": {"version": version, "accepts": accepts}}},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ship.asl.json").write_text(json.dumps(machine, indent=2) + "\n", "utf-8")
    (folder / "boundaries.yaml").write_text(json.dumps(boundaries, indent=2) + "\n", "utf-8")
    return folder


def without_parcel() -> Any:
    """The monolith as it was when the label needed nothing but the id."""
    machine = json.loads(json.dumps(MACHINE))
    del machine["States"]["Buy"]["Parameters"]["Payload"]["parcel.$"]
    return machine


@needs_git
@pytest.mark.usefixtures("few_scenarios")
class TestOlderVersions:
    def extracted(self, folder: Path) -> Path:
        """Version 1.0 committed, and then the child put back and extracted as version 1.1."""
        new_repository(folder)
        project(folder, "1.0", ["1.0"], without_parcel())
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=folder).code == 0
        commit(folder)
        assert aslsplit("inline", "boundaries.yaml", "--child", "label", folder=folder).code == 0
        return folder

    def test_the_log_tells_what_the_older_version_was(self, tmp_path: Path) -> None:
        folder = project(self.extracted(tmp_path / "shop"), "1.1", ["1.0", "1.1"])
        before = snapshot(folder)
        ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
        assert ran.code == 1
        assert 'error ASL434: "label" takes callers that send version 1.0, and breaks them' in ran.err
        assert 'error CTR101: the request of "label" needs request.parcel, which is new' in ran.err
        assert snapshot(folder) == before

    def test_a_window_that_can_be_served_is_written(self, tmp_path: Path) -> None:
        folder = project(self.extracted(tmp_path / "shop"), "1.1", ["1.0", "1.1"], without_parcel())
        ran = aslsplit("extract", "boundaries.yaml", "--all", "-v", folder=folder)
        assert ran.code == 0
        assert "ASL43" not in ran.err
        assert aslsplit("check", "boundaries.yaml", folder=folder).code == 0

    def test_what_is_kept_comes_before_the_log(self, tmp_path: Path) -> None:
        folder = project(self.extracted(tmp_path / "shop"), "1.1", ["1.0", "1.1"])
        kept = write(folder / "contracts" / "label" / "versions" / "1.0", workflow="LabelWorkflow", version="1.0")
        response = json.loads((kept / "response.schema.json").read_text("utf-8"))
        response["properties"]["result"] = {"type": "object", "properties": {"gone": {}}, "required": ["gone"]}
        (kept / "response.schema.json").write_text(json.dumps(response), "utf-8")
        ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
        assert 'error CTR201: the result of "label" no longer has result.gone' in ran.err

    def test_what_is_kept_and_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        folder = project(self.extracted(tmp_path / "shop"), "1.1", ["1.0", "1.1"], without_parcel())
        kept = write(folder / "contracts" / "label" / "versions" / "1.0", workflow="LabelWorkflow", version="1.0")
        (kept / "errors.schema.json").unlink()
        (kept / "request.schema.json").write_text("{", "utf-8")
        ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
        assert ran.code == 1
        assert "error ASL433" in ran.err and "error ASL101" in ran.err and "ASL435" not in ran.err

    def test_a_contract_that_was_edited_is_told_by_its_rules(self, tmp_path: Path) -> None:
        folder = project(self.extracted(tmp_path / "shop"), "1.0", ["1.0"], without_parcel())
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=folder).code == 0
        request = folder / "contracts" / "label" / "request.schema.json"
        schema = json.loads(request.read_text("utf-8"))
        schema["properties"]["request"]["properties"]["id"] = {"type": "string"}
        request.write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
        ran = aslsplit("check", "boundaries.yaml", folder=folder)
        assert "ASL761" in ran.err
        assert 'error CTR107: request.id in the request of "label" is narrower: anything → string' in ran.err


@needs_git
class TestVersionsInTheLog:
    CONTRACT = "contracts/label"

    def response_of(self, folder: Path, version: str) -> Any:
        found, findings = older_contract(Workspace(folder, ""), self.CONTRACT, version)
        assert found is not None and not findings
        return found.response.data

    def test_the_newest_commit_of_a_version_has_it(self, tmp_path: Path) -> None:
        folder = new_repository(tmp_path)
        for result, version in ((ORDER, "1.0"), (NOTED, "1.0"), (ORDER, "2.0")):
            write(folder / self.CONTRACT, result=result, version=version)
            commit(folder)
        assert self.response_of(folder, "1.0")["properties"]["result"] == NOTED

    def test_what_was_a_folder_in_between_hides_nothing(self, tmp_path: Path) -> None:
        folder = new_repository(tmp_path)
        contract = write(folder / self.CONTRACT, version="1.0", result=ORDER)
        commit(folder)
        (contract / "response.schema.json").unlink()
        write(contract / "response.schema.json")
        commit(folder)
        shutil.rmtree(contract)
        write(contract, version="2.0", result=NOTED)
        commit(folder)
        assert self.response_of(folder, "1.0")["properties"]["result"] == ORDER


@pytest.mark.usefixtures("few_scenarios")
class TestChildrenThatTeamsChange:
    """A child that changes without its contract is fine."""

    def edited(self, folder: Path, old: str, new: str) -> Path:
        project(folder, "1.0", ["1.0"])
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=folder).code == 0
        child = folder / "children" / "label.asl.json"
        text = child.read_text("utf-8")
        assert text.count(old) == 1
        child.write_text(text.replace(old, new), "utf-8")
        return folder

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('"FunctionName": "buy"', '"FunctionName": "buy-cheaper"'),
            ('"End": true', '"Comment": "Done.", "End": true'),
        ],
    )
    def test_without_its_contract_nothing_is_said_but_that(self, tmp_path: Path, old: str, new: str) -> None:
        folder = self.edited(tmp_path / "shop", old, new)
        ran = aslsplit("extract", "boundaries.yaml", "--all", "-v", folder=folder)
        assert ran.code == 0
        assert "warning ASL602" in ran.err
        assert "ASL409" not in ran.err and "CTR" not in ran.err
        assert aslsplit("extract", "boundaries.yaml", "--all", "--check", folder=folder).code == 0
        assert aslsplit("contract", "diff", "boundaries.yaml", folder=folder).out == "label  1.0: unchanged\n"

    def test_a_monolith_that_changes_the_contract_is_told_by_its_rules(self, tmp_path: Path) -> None:
        folder = project(tmp_path / "shop", "1.0", ["1.0"])
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=folder).code == 0
        project(folder, "1.0", ["1.0"], without_parcel())
        ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
        assert ran.code == 1
        assert "error ASL409" in ran.err and "note CTR103" in ran.err and "with contract.version 1.1" in ran.err

    def test_a_breaking_change_needs_another_version_than_a_compatible_one(self, tmp_path: Path) -> None:
        folder = project(tmp_path / "shop", "1.0", ["1.0"], without_parcel())
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=folder).code == 0
        for version, says in (
            ("1.0", "the change is breaking, and contract.version is 1.0"),
            ("1.1", "the change is breaking, and contract.version is 1.1"),
            ("2.0", "the change is breaking, as 2.0 says"),
        ):
            project(folder, version, [version])
            ran = aslsplit("extract", "boundaries.yaml", "--all", folder=folder)
            assert ran.code == 1
            assert says in ran.err
            assert ("with contract.version 2.0" in ran.err) == (version != "2.0")


# --- children of real machines ------------------------------------------------------------------------------------


def planned(file: Path, chance: random.Random) -> Iterator[ContractFiles]:
    """The contracts of two children, each alone, of a machine; none where no child is legal."""
    source, _ = read_definition(file.name, file.read_bytes(), None)
    machine, _ = (None, ()) if source is None else parse(source)
    for candidate in () if machine is None else regions(machine, 2, chance):
        child = {"states": list(candidate.members), "contract": {"version": "1.0", "accepts": ["0.9", "1.0"]}}
        text = json.dumps({"version": 1, "monolith": file.name, "children": {"one": child}})
        read, _ = read_source("boundaries.yaml", text.encode(), "yaml")
        assert read is not None and machine is not None
        boundaries, _ = read_boundaries(read)
        if boundaries is not None:
            plan = make_plan(boundaries, machine, None)
            yield from (planned_contract(plan, one) for one in plan.children)


def mangled(schema: Any, chance: random.Random) -> Any:
    """Somewhere in it, something is gone, in another place, or something else altogether."""
    copy = json.loads(json.dumps(schema))
    places = [
        (value, key) for value in _containers(copy) for key in (value if isinstance(value, dict) else range(len(value)))
    ]
    if not places:
        return copy
    around, key = chance.choice(places)
    match chance.randrange(4):
        case 0:
            del around[key]
        case 1:
            around[key] = chance.choice([None, True, False, 0, 1.5, "string", [], {}, ["null"], {"type": "integer"}])
        case 2:
            around[key] = json.loads(json.dumps(chance.choice(places)[0]))
        case _:
            other, name = chance.choice(places)
            around[key], other[name] = other[name], around[key]
            return json.loads(json.dumps(schema)) if _is_circular(copy) else copy
    return copy


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _containers(inner)


def _is_circular(value: Any) -> bool:
    try:
        json.dumps(value)
    except ValueError:
        return True
    return False


@pytest.mark.skipif(not CORPUS.is_dir(), reason="there is no ../shared/corpus")
def test_children_of_the_corpus_with_schemas_that_somebody_changed(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    files = chance.sample(sorted(CORPUS.rglob("*.asl.json")), 25)
    compared = 0
    for file in files:
        for contract in planned(file, chance):
            change = compare_one("one", contract, contract)
            assert change.extent is Extent.NOTHING and not change.remarks, file.name
            for _ in range(4):
                schemas = [source.data for source in contract.sources]
                for _ in range(chance.randrange(1, 4)):
                    number = chance.randrange(3)
                    schemas[number] = mangled(schemas[number], chance)
                _compare_on_disk(tmp_path, contract, schemas)
                compared += 1
    assert compared > 50


def _compare_on_disk(folder: Path, contract: ContractFiles, schemas: list[Any]) -> None:
    for side, written in (("old", [source.data for source in contract.sources]), ("new", schemas)):
        (folder / side).mkdir(exist_ok=True)
        for name, schema in zip(SCHEMA_FILES, written, strict=True):
            (folder / side / name).write_text(json.dumps(schema, indent=1), "utf-8")
    for sides in (("old", "new"), ("new", "old")):
        ran = aslsplit("contract", "diff", *sides, "--format", "json", folder=folder)
        assert ran.code in (0, 1) or ran.refused(), (ran.err, schemas)
        if ran.code != 2 and schemas != [source.data for source in contract.sources]:
            data = json.loads(ran.out)
            assert data["findings"], (data, schemas)


def test_no_contract_is_anything_but_three_objects() -> None:
    for raw in (b"[]", b"3", b"null", b'"text"', b"", b"\xff", b"{" * 300):
        files = dict.fromkeys(SCHEMA_FILES, raw)
        contract, findings = contract_in("contracts/payment", files)
        assert contract is None and findings
