"""``check``: each break is found, and nothing in trees that nobody touched. The breaks are in cases/check."""

from __future__ import annotations

import json
import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.check.checked import Checked
from aslsplit.errors import AslSplitError, BoundaryError
from aslsplit.findings import has_errors
from aslsplit.operations.checking import check_tree
from aslsplit.operations.pair_checking import check_pair
from aslsplit.project.load import load_tree
from benchmarks.candidates import any_sets, regions
from benchmarks.sweep import subjects_in
from tests.analysis_cases import cases_of, title_of
from tests.effort import examples
from tests.random_machines import rich_machine
from tests.test_extraction import MONOLITH, extracted, project_of, written

GOLDEN = Path(__file__).parents[1] / "golden"


def tree_of(case: str, folder: Path) -> Path:
    """The tree that a golden case ends with."""
    return Path(shutil.copytree(GOLDEN / case / "expected" / "tree", folder / "tree"))


def remarks(checked: Checked, folder: Path, leaving_out: tuple[str, ...] = ()) -> list[str]:
    """Code, file and pointer, as the cases write them."""
    return sorted(
        " ".join(filter(None, (one.code, one.span and one.span.file.removeprefix(f"{folder}/"), one.pointer)))
        for one in checked.findings
        if one.code not in leaving_out
    )


def edit(file: Path, pointer: str, *value: Any) -> None:
    """Put a value there, or take out what is there."""
    definition = json.loads(file.read_text("utf-8"))
    *parents, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    place = definition
    for part in parents:
        place = place[int(part) if isinstance(place, list) else part]
    key = int(last) if isinstance(place, list) else last
    if value:
        place[key] = value[0]
    else:
        del place[key]
    file.write_text(json.dumps(definition, indent=2) + "\n", "utf-8")


@pytest.mark.parametrize("case", cases_of("check"), ids=title_of)
def test_a_break_is_found(case: dict[str, Any], tmp_path: Path) -> None:
    folder = tree_of(case["tree"], tmp_path)
    for kind, value in (("set", "to"), ("add", "as"), ("drop", None)):
        if kind in case:
            file, pointer = case[kind].split(" ", 1)
            edit(folder / file, pointer, *([] if value is None else [case[value]]))
    if "remove" in case:
        (folder / case["remove"]).unlink()
    found = check_tree(str(folder / "boundaries.yaml"))
    assert remarks(found, folder, () if case.get("all") else ("ASL601", "ASL762")) == case["finds"]


# --- trees that nobody touched -----------------------------------------------------------------------------------


def untouched() -> list[str]:
    """Golden cases in which no line changes a file by hand, and which end with a lock file."""
    return [
        folder.name
        for folder in sorted(GOLDEN.iterdir())
        if (folder / "expected" / "tree" / "boundaries.lock.yaml").is_file()
        and not re.search(r"^(edit|remove|copy) ", (folder / "command.txt").read_text("utf-8"), re.MULTILINE)
    ]


@pytest.mark.parametrize("case", untouched())
def test_a_golden_tree_fits(case: str, tmp_path: Path) -> None:
    folder = tree_of(case, tmp_path)
    assert remarks(check_tree(str(folder / "boundaries.yaml")), folder) == []


def comment(file: Path, besides: frozenset[str]) -> None:
    """A change that means nothing, at each state of the top scope."""
    definition = json.loads(file.read_text("utf-8"))
    for name, state in definition["States"].items():
        if name not in besides:
            state["Comment"] = "Looked at"
    file.write_text(json.dumps(definition, indent=2) + "\n", "utf-8")


@pytest.mark.parametrize("case", [case for case in untouched() if "template" not in case and "yaml" not in case])
def test_comments_break_nothing(case: str, tmp_path: Path) -> None:
    folder = tree_of(case, tmp_path)
    tree = load_tree(str(folder / "boundaries.yaml"))
    generated = frozenset(name for child in tree.lock.children.values() for name in child.record.generated)
    for file in (tree.boundaries.parent_file, *(child.file for child in tree.lock.children.values())):
        comment(folder / file, generated)
    assert {remark.split()[0] for remark in remarks(check_tree(str(folder / "boundaries.yaml")), folder)} == {"ASL762"}


WRITTEN_BY_NOBODY: tuple[Any, ...] = (
    None, 1.5, True, "", "$.a", "$", "$$.x", "$v.a", "{% $states.input.a %}", "{% $merge([$states.input, $v]) %}",
    [], [1], {}, {"a": 1}, {"a.$": "$.b"}, ["a", {"b": 2}], "arn:aws:states:::states:startExecution",
)  # fmt: skip


def pointers_in(value: Any, at: str = "") -> Iterator[str]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        pointer = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
        yield pointer
        yield from pointers_in(member, pointer)


@examples(60)
@given(st.randoms(use_true_random=False))
def test_whatever_is_in_the_files_is_told(chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = tree_of(
            chance.choice(("exits-several", "entries-dispatch", "jsonata-compact", "optional-exact")), Path(place)
        )
        for file in chance.sample(sorted(folder.rglob("*.json")), 2):
            pointer = chance.choice(list(pointers_in(json.loads(file.read_text("utf-8")))))
            edit(file, pointer, *([chance.choice(WRITTEN_BY_NOBODY)] if chance.random() < 0.7 else []))
        with suppress(AslSplitError):
            check_tree(str(folder / "boundaries.yaml"))


@pytest.mark.parametrize("case", [case for case in cases_of("extraction") if "refused" not in case], ids=title_of)
def test_what_was_just_extracted_fits(case: dict[str, Any], tmp_path: Path) -> None:
    folder = project_of(case, tmp_path)
    written(extracted(folder))
    assert remarks(check_tree(str(folder / "boundaries.yaml")), folder) == []


def regions_that_fit(text: str, chance: random.Random, folder: Path, most: int) -> int:
    """How many regions of the machine could be extracted; each of them must fit."""
    source, _ = read_source(MONOLITH, text.encode("utf-8"))
    machine, found = parse(source) if source is not None else (None, ())
    if machine is None or has_errors(found):
        return 0
    chosen = [([one], {}) for one in regions(machine, most, chance)]
    chosen += [([one], {"entries": "dispatch"}) for one in any_sets(machine, 1, chance)]
    tried = 0
    for number, (candidates, options) in enumerate(chosen):
        place = folder / str(number)
        place.mkdir(parents=True)
        (place / MONOLITH).write_text(text, "utf-8")
        children = {"one": {"states": list(candidates[0].members), **options}}
        content = {"version": 1, "monolith": MONOLITH, "children": children}
        (place / "boundaries.yaml").write_text(json.dumps(content), "utf-8")
        outcome = extracted(place)
        if outcome.artifacts:
            written(outcome)
            found_here = remarks(check_tree(str(place / "boundaries.yaml")), place)
            assert not found_here, (candidates[0].members, options)
            tried += 1
    return tried


@examples(15)
@given(st.randoms(use_true_random=False))
def test_regions_of_a_generated_machine_fit(chance: random.Random) -> None:
    text = json.dumps(rich_machine(chance.choice), indent=2) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        regions_that_fit(text, chance, Path(folder), 2)


CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")


@needs_corpus
def test_regions_of_real_machines_fit(tmp_path: Path) -> None:
    tried = 0
    for number, subject in enumerate(list(subjects_in(CORPUS))[::11]):
        tried += regions_that_fit(subject.text, random.Random(subject.name), tmp_path / str(number), 1)
    assert tried > 20


# --- machines that aslsplit did not make -------------------------------------------------------------------------

ORCABUS = "OrcaBus__service-{}/app__step-functions-templates__{}_sfn_template.asl.json"
SAMPLES = "aws-samples__step-functions-workflows-collection/"
NESTED = SAMPLES + "workflow-within-a-workflow{}__statemachines__{}-state-machine.asl.json"
PAIRS = (
    (ORCABUS.format("data-sharing-manager", "auto_controller"), ORCABUS.format("data-sharing-manager", "auto_package")),
    (
        ORCABUS.format("data-sharing-manager", "push_s3_data"),
        ORCABUS.format("data-sharing-manager", "update_fastq_ingest_ids"),
    ),
    (ORCABUS.format("data-sharing-manager", "push"), ORCABUS.format("data-sharing-manager", "push_s3_data")),
    (
        ORCABUS.format("fastq-manager", "run_somalier_extract"),
        ORCABUS.format("fastq-manager", "send_tiny_bam_to_holmes"),
    ),
    (NESTED.format("", "main"), NESTED.format("", "nested")),
    (NESTED.format("-cdk", "main"), NESTED.format("-cdk", "nested")),
)


def calls_in(definition: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    """The calls whose ARN says what the child's file is called: the ARN, and the payload with the input."""
    found: list[tuple[str, dict[str, Any]]] = []
    pending: list[Any] = [definition]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            payload = value.get("Arguments", value.get("Parameters"))
            arn = payload.get("StateMachineArn", "") if isinstance(payload, dict) else ""
            if "startExecution" in str(value.get("Resource")) and (key in arn or "Nest" in arn):
                found.append((arn, payload))
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return found


@needs_corpus
@pytest.mark.parametrize(("parent", "child"), PAIRS)
def test_real_nested_machines_fit(parent: str, child: str, tmp_path: Path) -> None:
    key = child.partition("templates__")[2].partition("_sfn")[0]
    definition = json.loads((CORPUS / parent).read_text("utf-8"))
    calls = calls_in(definition, key)
    arn = calls[0][0]
    found = check_pair(str(CORPUS / parent), [f"{arn}={CORPUS / child}"])
    assert {remark.code for remark in found.findings} <= {"ASL824"}
    assert found.children[0].calls
    for _, payload in calls:
        payload["Input"] = {}
    edited = tmp_path / "parent.asl.json"
    edited.write_text(json.dumps(definition, indent=2), "utf-8")
    found = check_pair(str(edited), [f"{arn}={CORPUS / child}"])
    reads = re.search(r'\$states\.input\.|"\$\.', (CORPUS / child).read_text("utf-8"))
    assert ("ASL751" in {remark.code for remark in found.findings}) == bool(reads)


def test_an_argument_that_names_no_file(tmp_path: Path) -> None:
    for wrong in ("payment.asl.json", "=payment.asl.json", "${Arn}="):
        with pytest.raises(BoundaryError, match="takes an ARN and a file"):
            check_pair(str(tmp_path / "parent.asl.json"), [wrong])
