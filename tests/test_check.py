"""``check``: each break is found, and nothing in trees that nobody touched. The breaks are in cases/check."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from aslsplit.check.checked import Checked
from aslsplit.checking import check_tree
from tests.analysis_cases import cases_of, title_of

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
