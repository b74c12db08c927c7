"""Copies of a region in one machine, shared: extracted as one child, proved three ways, and counted.

    python -m benchmarks.copies [DIR] [--at-least STATES] [--cases N]

For each machine, each class of copies that ``inspect`` would find becomes a child with as many sites. A proof that
fails or an exception ends the run with exit code 1. The last line sums up.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from aslsplit.analysis.likeness import Copies, copies_in
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.errors import DefinitionError, ProofError
from aslsplit.findings import Severity
from aslsplit.operations.pipeline import extraction_outcome, inline_outcome, load_project, plan_of
from benchmarks.sweep import CORPUS, MONOLITH, Subject, subjects_in
from benchmarks.tally import Tally

__all__ = ["outcome_of", "shared_copies"]


def shared_copies(subject: Subject, at_least: int) -> Iterator[Copies]:
    source, _ = read_source(MONOLITH, subject.text.encode("utf-8", "surrogatepass"))
    machine, _ = parse(source) if source is not None else (None, ())
    if machine is not None:
        yield from copies_in([machine], at_least)


def outcome_of(subject: Subject, copies: Copies, cases: int) -> str:
    """``proved``, with how many sites and settings, or the codes it is refused with, or what failed."""
    first, *others = ([*copy.members] for copy in copies.regions)
    child = {"states": first, "shared": [{"states": states} for states in others]}
    boundaries = {"version": 1, "monolith": MONOLITH, "children": {"common": child}}
    with tempfile.TemporaryDirectory() as folder:
        monolith = Path(folder) / MONOLITH
        monolith.write_bytes(subject.text.encode("utf-8", "surrogatepass"))
        (Path(folder) / "boundaries.yaml").write_text(yaml.safe_dump(boundaries, allow_unicode=True), "utf-8")
        try:
            project = load_project(str(Path(folder) / "boundaries.yaml"))
            outcome = extraction_outcome(project, plan_of(project), ["common"], cases=cases)
            if not outcome.artifacts:
                codes = sorted({found.code for found in outcome.findings if found.severity is Severity.ERROR})
                return f"refused by {', '.join(codes)}"
            project.workspace.write(outcome.artifacts)
            written = load_project(str(Path(folder) / "boundaries.yaml"))
            back = inline_outcome(written, plan_of(written), "common", cases=0)
            project.workspace.write(back.artifacts)
        except DefinitionError:
            return "not usable: the definition has errors"
        except ProofError as error:
            return f"MISMATCH {error}: {'; '.join(found.message for found in error.findings[:3])}"
        child_plan = outcome.plan.child("common")
        assert child_plan is not None and child_plan.site is not None
        if parse_of(monolith.read_bytes()) != parse_of(subject.text.encode("utf-8", "surrogatepass")):
            return "MISMATCH inline gives another machine back"
        return f"proved, {'with' if child_plan.site.settings else 'without'} settings"


def parse_of(raw: bytes) -> object:
    source, _ = read_source(MONOLITH, raw)
    return None if source is None else source.data


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--at-least", type=int, default=1, metavar="STATES")
    parser.add_argument("--cases", type=int, default=40)
    arguments = parser.parse_args()
    tally = Tally()
    machines = sites = 0
    for subject in subjects_in(arguments.folder):
        classes = list(shared_copies(subject, arguments.at_least))
        machines += bool(classes)
        for copies in classes:
            sites += len(copies.regions)
            place = f"{subject.name}, {', '.join(copy.entry for copy in copies.regions)}"
            tally.add(place, outcome_of(subject, copies, arguments.cases))
    code = tally.report()
    print(f"{machines} machines with copies, {tally.trials} classes of them, {sites} sites")
    return code


if __name__ == "__main__":
    sys.exit(main())
