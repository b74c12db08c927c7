"""A project as it lies on disk: which files belong together, and which monolith they mean."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aslsplit.errors import BoundaryError, DefinitionError
from aslsplit.project.load import Project, load_project
from tests.command_line import SMALL_MACHINE, SMALL_MAP, aslsplit, small_project

pytestmark = pytest.mark.usefixtures("few_scenarios")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def test_a_project_without_a_lock(folder: Path) -> None:
    project = loaded(folder)
    assert project.machine.source.data == SMALL_MACHINE
    assert (project.boundaries.parent_file, project.boundaries.in_place, project.lock.children) == (
        "order.asl.json",
        True,
        {},
    )


@pytest.mark.parametrize("children", [["pay"], ["booking"], ["pay", "booking"]], ids=" ".join)
def test_the_monolith_is_made_again_from_what_was_extracted(folder: Path, children: list[str]) -> None:
    before = (folder / "order.asl.json").read_text()
    for child in children:
        assert aslsplit("extract", "boundaries.yaml", "--child", child, folder=folder).code == 0
    project = loaded(folder)
    assert project.machine.source.text == before
    assert set(project.lock.children) == set(children)


def test_the_monolith_is_read_when_the_parent_has_a_file_of_its_own(tmp_path: Path) -> None:
    folder = small_project(tmp_path / "project", boundaries={**SMALL_MAP, "parent": "parent.asl.json"})
    assert aslsplit("extract", "boundaries.yaml", "--all", folder=folder).code == 0
    # Nothing of the result is needed.
    (folder / "parent.asl.json").unlink()
    shutil.rmtree(folder / "children")
    project = loaded(folder)
    assert (project.machine.source.data, project.boundaries.in_place) == (SMALL_MACHINE, False)


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("boundaries.yaml", "boundaries.lock.yaml"),
        ("orders.v2.yml", "orders.v2.lock.yaml"),
        ("boundaries", "boundaries.lock.yaml"),
        (".yaml", ".yaml.lock.yaml"),
    ],
)
def test_the_lock_is_named_after_the_map(folder: Path, name: str, lock: str) -> None:
    if name != "boundaries.yaml":
        (folder / "boundaries.yaml").rename(folder / name)
    assert load_project(str(folder / name)).lock_file == lock


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"parent": "boundaries.lock.yaml"}, "parent is boundaries.lock.yaml, which is where the lock file lies"),
        ({"parent": "Boundaries.Lock.YAML"}, "parent is Boundaries.Lock.YAML, which is where the lock file lies"),
        ({"parent": "contracts/pay/README.md"}, "which is where the contract of pay lies"),
        ({"monolith": "contracts/pay/x.json"}, "monolith is contracts/pay/x.json"),
        ({"input_schema": "docs/booking/x.json", "contracts_dir": "docs"}, "where the contract of booking lies"),
        ({"input_schema": "pay/x.json", "contracts_dir": "."}, "where the contract of pay lies"),
    ],
)
def test_a_map_that_names_files_of_ours(folder: Path, changes: dict[str, str], told: str) -> None:
    (folder / "boundaries.yaml").write_text(json.dumps({**SMALL_MAP, **changes}))
    with pytest.raises(BoundaryError) as error:
        loaded(folder)
    (remark,) = error.value.findings
    assert remark.code == "ASL012"
    assert told in remark.message
    assert remark.pointer == f"/{next(iter(changes))}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n- b\n", "the boundary map is a list and not a mapping"),
        ("[]", "the boundary map is a list and not a mapping"),
        ("order", 'the boundary map is "order" and not a mapping'),
        ("~", "the boundary map is empty and not a mapping"),
        ("7", "the boundary map is 7 and not a mapping"),
    ],
)
def test_a_map_that_is_no_mapping(folder: Path, text: str, told: str) -> None:
    (folder / "boundaries.yaml").write_text(text)
    with pytest.raises(BoundaryError) as error:
        loaded(folder)
    assert [(remark.code, remark.message) for remark in error.value.findings] == [("ASL001", told)]


def test_a_merge_conflict_in_the_lock_has_its_own_way_out(folder: Path) -> None:
    assert aslsplit("extract", "boundaries.yaml", "--child", "pay", folder=folder).code == 0
    lock = folder / "boundaries.lock.yaml"
    lock.write_text("<<<<<<< ours\n" + lock.read_text() + "=======\n>>>>>>> theirs\n")
    with pytest.raises(BoundaryError) as error:
        loaded(folder)
    (remark,) = error.value.findings
    assert (remark.code, remark.message) == ("ASL605", "the lock file holds the marks of a merge conflict")
    assert "from one side" in str(remark.help)


def test_a_duplicate_key_in_the_lock_is_refused(folder: Path) -> None:
    assert aslsplit("extract", "boundaries.yaml", "--child", "pay", folder=folder).code == 0
    lock = folder / "boundaries.lock.yaml"
    text = lock.read_text()
    lock.write_text(text + text[text.index("children:") :])
    with pytest.raises(BoundaryError, match="the lock file cannot be read"):
        loaded(folder)


@pytest.mark.parametrize(
    ("schema", "told"),
    [(None, "there is no file"), (b"{", "is not JSON"), (b"\xff", "is not JSON"), (b"[" * 100_000, "is not JSON")],
    ids=["missing", "truncated", "no text", "too deep"],
)  # fmt: skip
def test_an_input_schema_that_cannot_be_read(folder: Path, schema: bytes | None, told: str) -> None:
    (folder / "boundaries.yaml").write_text(json.dumps({**SMALL_MAP, "input_schema": "order.schema.json"}))
    if schema is not None:
        (folder / "order.schema.json").write_bytes(schema)
    with pytest.raises(BoundaryError, match=told):
        loaded(folder)


def test_a_generated_state_that_is_gone_is_named(folder: Path) -> None:
    assert aslsplit("extract", "boundaries.yaml", "--child", "booking", folder=folder).code == 0
    parent = folder / "order.asl.json"
    parent.write_text(parent.read_text().replace("NormalizeBookingResult", "CopyBooking"))
    with pytest.raises(DefinitionError) as error:
        loaded(folder)
    assert {remark.code for remark in error.value.findings} == {"ASL601"}
    assert '"NormalizeBookingResult", generated for "booking", is gone' in {
        remark.message for remark in error.value.findings
    }


def loaded(folder: Path) -> Project:
    return load_project(str(folder / "boundaries.yaml"))
