"""Random machines and random children, of any states of a scope and inside each other: whatever is written is proved,
is the same in every order, and goes back to the bytes it came from."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aslsplit.errors import DefinitionError
from aslsplit.findings import has_errors
from aslsplit.operations.pipeline import Outcome, extraction_outcome, inline_outcome, load_project, plan_of
from tests.analysis_cases import machine_of
from tests.command_line import snapshot
from tests.effort import examples
from tests.random_machines import Pick, random_machine

_SCENARIOS = 20
_PATTERNS = ("sync", "sync", "express", "callback")


@examples(40)
@given(st.data())
def test_whatever_is_written_is_proved_and_goes_back(data: st.DataObject) -> None:
    def pick(options: Any) -> Any:
        return data.draw(st.sampled_from(options))

    machine = random_machine(pick, nested=True)
    children = {name: {**child, "pattern": pick(_PATTERNS)} for name, child in random_children(pick, machine).items()}
    with tempfile.TemporaryDirectory() as folder:
        together = project(Path(folder) / "together", machine, children)
        before = snapshot(together)
        try:
            outcome = extracted(together, *children, scenarios=_SCENARIOS)
        except DefinitionError:
            return
        if not outcome.artifacts:
            return
        outcome.project.workspace.write(outcome.artifacts)
        # The inner child comes last in the map.
        names = list(children)[::-1]
        one_by_one = project(Path(folder) / "one-by-one", machine, children)
        for name in names:
            outcome = extracted(one_by_one, name)
            outcome.project.workspace.write(outcome.artifacts)
        assert snapshot(one_by_one) == snapshot(together)
        for name in reversed(names):
            inlined(one_by_one, name)
        assert snapshot(one_by_one) == before


def random_children(pick: Pick, machine: dict[str, Any]) -> dict[str, Any]:
    """One child, or one and another inside it: some of its states, or states of a scope inside one of them."""
    scopes = {scope.pointer: scope for scope in machine_of(machine).scopes()}
    scope = pick(list(scopes.values()))
    outer = [name for name in scope.states if pick((True, True, False))] or [scope.start_at]
    children = {"outer": _child(pick, outer)}
    inside = [inner for name in outer for inner in scope.states[name].scopes]
    if inside and pick((True, False)):
        states = list(pick(inside).states)
    elif len(outer) > 1:
        states = outer[1:]
    else:
        return children
    return children | {"inner": _child(pick, [name for name in states if pick((True, False))] or states[:1])}


def _child(pick: Pick, states: list[str]) -> dict[str, Any]:
    choices = {"carrier": ("variables",) * 4 + ("document",), "style": ("explicit", "compact")}
    return {"states": states, "entries": "dispatch", **{key: pick(values) for key, values in choices.items()}}


def project(folder: Path, machine: dict[str, Any], children: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "machine.asl.json").write_text(json.dumps(machine, indent=2), "utf-8")
    boundaries = {"version": 1, "monolith": "machine.asl.json", "children": children}
    (folder / "boundaries.yaml").write_text(json.dumps(boundaries), "utf-8")
    return folder


def extracted(folder: Path, *names: str, scenarios: int = 0) -> Outcome:
    loaded = load_project(str(folder / "boundaries.yaml"))
    plan = plan_of(loaded)
    return extraction_outcome(loaded, plan, names, cases=scenarios)


def inlined(folder: Path, name: str) -> None:
    loaded = load_project(str(folder / "boundaries.yaml"))
    outcome = inline_outcome(loaded, plan_of(loaded), name, cases=0)
    assert not has_errors(outcome.findings), outcome.findings
    outcome.project.workspace.write(outcome.artifacts)
