"""Copies of a region in two machines, shared: one map writes the child, the other is served; proved, and counted.

    python -m benchmarks.parents [DIR] [--at-least STATES] [--pairs N] [--cases N]

For each class of copies that ``inspect`` finds among all machines, the first copy is paired with one in each of the
next ``--pairs`` machines. Every placeholder is vouched for, so that what remains are the regions themselves. A proof
that fails, or a tree that is not as it was after both were put back, ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from aslsplit.analysis.likeness import Copy, copies_in
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.placeholders import tokens_in
from aslsplit.asl.source import read_source
from aslsplit.errors import DefinitionError, ProofError
from aslsplit.findings import Severity, has_errors
from aslsplit.operations.pipeline import Outcome, extraction_outcome, inline_outcome, load_project, plan_of
from benchmarks.copies import parse_of
from benchmarks.sweep import CORPUS, MONOLITH, subjects_in
from benchmarks.tally import Tally

__all__ = ["outcome_of_pair", "pairs_in", "usable_in"]


def usable_in(folder: Path) -> dict[str, StateMachine]:
    """The machines without errors, by their names."""
    found: dict[str, StateMachine] = {}
    for subject in subjects_in(folder):
        source, problems = read_source(MONOLITH, subject.text.encode("utf-8", "surrogatepass"))
        machine, remarks = parse(source) if source is not None else (None, ())
        if machine is not None and not has_errors((*problems, *remarks)):
            found[subject.name] = machine
    return found


def pairs_in(machines: Sequence[StateMachine], at_least: int, most: int) -> Iterator[tuple[Copy, Copy]]:
    for copies in copies_in(machines, at_least):
        first, *others = copies.regions
        elsewhere: dict[int, Copy] = {}
        for copy in others:
            if copy.machine is not first.machine:
                elsewhere.setdefault(id(copy.machine), copy)
        yield from ((first, other) for other in list(elsewhere.values())[:most])


def outcome_of_pair(one: Copy, other: Copy, cases: int) -> str:
    """``proved``, with or without settings, or the codes it is refused with, or what failed."""
    tokens = sorted({f"${{{token}}}" for copy in (one, other) for token in tokens_in(copy.machine.source.text)})
    served = {"map": "../a/boundaries.yaml", "child": "common", **({"same": tokens} if tokens else {})}
    children: dict[str, dict[str, Any]] = {
        "a": {"states": [*one.members], "shared": [{"map": "../b/boundaries.yaml", "child": "common"}]},
        "b": {"states": [*other.members], "served_by": served},
    }
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in children]
        for place, copy, child in zip(places, (one, other), children.values(), strict=True):
            place.mkdir()
            (place / MONOLITH).write_bytes(copy.machine.source.text.encode("utf-8", "surrogatepass"))
            boundaries = {"version": 1, "monolith": MONOLITH, "children": {"common": child}}
            (place / "boundaries.yaml").write_text(yaml.safe_dump(boundaries, allow_unicode=True), "utf-8")
        try:
            for place in places:
                outcome = _written(place, cases)
                if not outcome.artifacts:
                    codes = sorted({found.code for found in outcome.findings if found.severity is Severity.ERROR})
                    return f"refused by {', '.join(codes)}"
            for place in reversed(places):
                project = load_project(str(place / "boundaries.yaml"))
                project.workspace.write(inline_outcome(project, plan_of(project), "common", cases=0).artifacts)
        except DefinitionError:
            return "not usable: the definition has errors"
        except ProofError as error:
            return f"MISMATCH {error}: {'; '.join(found.message for found in error.findings[:3])}"
        for place, copy in zip(places, (one, other), strict=True):
            if parse_of((place / MONOLITH).read_bytes()) != copy.machine.source.data:
                return "MISMATCH inline gives another machine back"
    child_plan = outcome.plan.child("common")
    assert child_plan is not None and child_plan.site is not None
    return f"proved, {'with' if child_plan.site.settings else 'without'} settings"


def _written(place: Path, cases: int) -> Outcome:
    project = load_project(str(place / "boundaries.yaml"))
    outcome = extraction_outcome(project, plan_of(project), ["common"], cases=cases)
    project.workspace.write(outcome.artifacts)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--at-least", type=int, default=1, metavar="STATES")
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--cases", type=int, default=20)
    arguments = parser.parse_args()
    machines = usable_in(arguments.folder)
    names = {id(machine): name for name, machine in machines.items()}
    tally = Tally()
    for one, other in pairs_in(list(machines.values()), arguments.at_least, arguments.pairs):
        places = (f"{names[id(copy.machine)]} at {copy.entry}" for copy in (one, other))
        tally.add(" and ".join(places), outcome_of_pair(one, other, arguments.cases))
    code = tally.report()
    print(f"{len(machines)} machines, {tally.trials} pairs of copies in two of them")
    return code


if __name__ == "__main__":
    sys.exit(main())
