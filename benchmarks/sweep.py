"""Every region of every machine: extracted, proved three ways, and counted.

    python -m benchmarks.sweep [DIR] [--sample N] [--seed S] [--cases N] [--regions N] [--jobs N] [--pattern NAME]
    python -m benchmarks.sweep --generated 5000

For each machine of at least five states, candidates of every scope are tried with options drawn by the seed: regions
with one entry, pairs of them in both orders, and arbitrary sets with ``entries: dispatch``. A ``mismatch`` is a proof
that failed, a ``crash`` an exception; both end the sweep with exit code 1. The last line sums up. With ``--pattern``
every child is called so, and with ``--map KEY=VALUE`` and ``--child KEY=VALUE`` the boundary map and its children say
that as well. With ``--pattern parallel`` neighbouring regions are tried in place of all these, as a group that runs
side by side.

Scenarios are made once per machine, and what the monolith does in them is remembered for all its regions.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml

from aslsplit.analysis.facts import analyze
from aslsplit.analysis.regions import Region
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.disk.workspace import Workspace
from aslsplit.errors import ProofError
from aslsplit.findings import Finding, Severity, has_errors
from aslsplit.interpreter import Execution
from aslsplit.operations.pipeline import extraction_outcome, load_project, plan_of, proofs_of
from aslsplit.plan.contract_remarks import opaque_reads
from aslsplit.plan.map_reading import read_boundaries
from aslsplit.plan.plan import Plan
from aslsplit.project.load import Project
from aslsplit.project.rewritten import rewritten
from aslsplit.rewrite.extract import extract
from aslsplit.rewrite.lock import NO_LOCK
from aslsplit.verify.cases import cases_of
from aslsplit.verify.execution import Remembered
from aslsplit.verify.minimality import field_uses
from aslsplit.verify.scenario import Scenario
from benchmarks.candidates import Candidate, any_sets, disjoint_pairs, neighbours, regions

__all__ = ["Effort", "Report", "Subject", "Trial", "subjects_in", "sweep"]

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
LEAST_STATES = 5
MONOLITH = "machine.asl.json"
VARIANTS: Mapping[str, tuple[str, ...]] = {
    "carrier": ("variables", "document"),
    "style": ("explicit", "compact"),
    "errors": ("rethrow", "surface"),
    "optional": ("exact", "widen"),
}

_GROUPS = 12
_ORDERS: tuple[tuple[tuple[str, ...], ...], ...] = ((("one", "two"),), (("one",), ("two",)), (("two",), ("one",)))

_NAMES = ("one", "two", "three")
_ORDERS_OF_THREE = ((_NAMES,), (("three",), ("one", "two")), (("two",), ("three",), ("one",)))

Kind = Literal["region", "pair", "dispatch", "group"]
End = Literal["written", "refused", "mismatch", "crash"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A machine to try; ``text`` is its definition."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried of each machine. ``seconds`` is its time limit; ``fields`` counts the regions of which every
    field of the contract is left out in turn."""

    regions: int = 24
    pairs: int = 3
    sets: int = 4
    groups: int = 0
    cases: int = 40
    fields: int = 2
    seconds: float = 60.0
    seed: int = 0
    states: int = LEAST_STATES
    """Machines with fewer are left out."""

    said: Mapping[str, Any] = field(default_factory=dict)
    """What every boundary map says."""

    chosen: Mapping[str, Any] = field(default_factory=dict)
    """What every child of it says, such as its ``pattern``."""


@dataclass(frozen=True, slots=True)
class Trial:
    """``codes`` are those of the errors it was refused for; ``what`` says it in words, or what went wrong."""

    machine: str
    kind: Kind
    end: End
    children: tuple[tuple[str, ...], ...]
    options: Mapping[str, str]
    exits: int
    jsonata: bool = False
    codes: tuple[str, ...] = ()
    what: str = ""

    @property
    def plain(self) -> bool:
        """Nothing was chosen in the boundary map."""
        return not self.options


@dataclass(frozen=True, slots=True)
class FieldCount:
    """Of contracts without an opaque read: ``idle`` are the fields that no scenario misses, ``untried`` those of an
    exit, or an entry, that no scenario comes by."""

    needed: int
    idle: tuple[str, ...]
    untried: int


@dataclass(slots=True)
class Report:
    """What came of one machine. ``unusable`` are the codes of its own errors, for which nothing was tried."""

    machine: str
    states: int = 0
    trials: list[Trial] = field(default_factory=list)
    fields: list[FieldCount] = field(default_factory=list)
    unusable: tuple[str, ...] = ()
    stopped: bool = False
    seconds: float = 0.0


def subjects_in(folder: Path) -> Iterator[Subject]:
    """The definitions in JSON below a folder, in the order of their names."""
    for file in sorted(folder.rglob("*.json")):
        yield Subject(str(file.relative_to(folder)).removesuffix(".asl.json"), file.read_text("utf-8"))


def sweep(subjects: Iterable[Subject], effort: Effort, *, jobs: int = 1) -> Iterator[Report]:
    """A report per machine that is large enough, in the order of ``subjects``."""
    work = [(subject, effort) for subject in subjects]
    if jobs == 1:
        found: Iterable[Report | None] = map(_report, work)
        yield from (report for report in found if report is not None)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from (report for report in pool.imap(_report, work) if report is not None)


def _report(work: tuple[Subject, Effort]) -> Report | None:
    subject, effort = work
    source, problems = read_source(MONOLITH, subject.text.encode("utf-8"))
    if source is not None and not {"StartAt", "States"} <= source.data.keys():
        # Schemas and inputs lie beside definitions.
        return None
    machine, findings = parse(source) if source is not None else (None, ())
    if machine is None:
        return Report(subject.name, unusable=_error_codes((*problems, *findings)))
    report = Report(subject.name, sum(len(scope.states) for scope in machine.scopes()))
    if report.states < effort.states:
        return None
    if has_errors(findings):
        report.unusable = _error_codes(findings)
        return report
    began = time.monotonic()
    try:
        with _time_limit(effort.seconds):
            _Bench(subject, machine, effort, report).run()
    except _OutOfTime:
        report.stopped = True
    report.seconds = time.monotonic() - began
    return report


class _OutOfTime(BaseException):
    """No Exception, or the code that is tried could catch it."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Bench:
    """One machine, with the scenarios that all its regions are tried in."""

    def __init__(self, subject: Subject, machine: StateMachine, effort: Effort, report: Report) -> None:
        self.subject = subject
        self.machine = machine
        self.effort = effort
        self.report = report
        # The name is part of the seed, so that a machine is tried alike in any sample.
        self.chance = random.Random(f"{effort.seed} {subject.name}")
        self.remembered: Remembered = {}
        self.scenarios: Sequence[Scenario] = ()
        self.language = {
            state.name: state.query_language for scope in machine.scopes() for state in scope.states.values()
        }

    def run(self) -> None:
        found = regions(self.machine, self.effort.regions, self.chance)
        pairs = disjoint_pairs(found, self.machine, self.effort.pairs, self.chance)
        sets = any_sets(self.machine, self.effort.sets, self.chance)
        self.scenarios = cases_of(analyze(self.machine), limit=self.effort.cases, seed=self.effort.seed).scenarios
        measured = 0
        for position, candidate in enumerate(found):
            # Every other one as the tool is used by most, and the rest as the seed has it.
            options = self._options() if position % 2 else {}
            plan = self._try("region", [candidate], options)
            # Other options say what is not compared, or ask for more than is needed.
            if plan is not None and not options and measured < self.effort.fields and self._measure(plan):
                measured += 1
        for pair in pairs:
            self._try("pair", pair, {})
        for candidate in sets:
            self._try("dispatch", [candidate], {"entries": "dispatch"})
        for position, row in enumerate(neighbours(self.machine, self.effort.groups, self.chance)):
            chosen = {key: value for key, value in self._options().items() if key != "carrier" and position % 2}
            self._try("group", row, {"parallel": "Together", **chosen})

    def _options(self) -> dict[str, str]:
        drawn = {key: self.chance.choice(values) for key, values in VARIANTS.items()}
        return {key: value for key, value in drawn.items() if value != VARIANTS[key][0]}

    def _try(self, kind: Kind, chosen: Sequence[Candidate], options: Mapping[str, str]) -> Plan | None:
        """The plan, if all went well."""
        plan: Plan | None = None
        end: End
        codes: tuple[str, ...] = ()
        what = ""
        try:
            plan, refusals, failures = self._split(chosen, options)
            if not refusals and not failures and kind in ("pair", "group"):
                failures = self._in_both_orders(chosen, options)
            end = "refused" if refusals else "mismatch" if failures else "written"
            codes = _error_codes(refusals)
            what = (refusals or failures)[0].message if refusals or failures else ""
        except ProofError as error:
            end, what = "mismatch", f"{error.message}: {[found.message for found in error.findings[:2]]}"
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            end, what = "crash", f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
        names = tuple(candidate.members for candidate in chosen)
        exits = max(candidate.exits for candidate in chosen)
        jsonata = any(self._has_jsonata(candidate) for candidate in chosen)
        trial = Trial(self.subject.name, kind, end, names, dict(options), exits, jsonata, codes, what)
        self.report.trials.append(trial)
        return plan if end == "written" else None

    def _has_jsonata(self, candidate: Candidate) -> bool:
        pending = [candidate.scope.states[name] for name in candidate.members]
        while pending:
            state = pending.pop()
            if state.query_language == "JSONata":
                return True
            pending += [inner for scope in state.scopes for inner in scope.states.values()]
        return False

    def _split(
        self, chosen: Sequence[Candidate], options: Mapping[str, str]
    ) -> tuple[Plan | None, tuple[Finding, ...], tuple[Finding, ...]]:
        """The plan, the errors that refuse it, and what the proofs have against it."""
        source, _ = read_source("boundaries.yaml", self._map_text(chosen, options).encode("utf-8"), "yaml")
        assert source is not None
        boundaries, found = read_boundaries(source)
        if boundaries is None:
            return None, _errors(found), ()
        nowhere = Workspace(Path("nowhere"), "")
        project = Project(nowhere, boundaries, NO_LOCK, "boundaries.lock.yaml", self.machine, None, ())
        plan = plan_of(project)
        names = [child.name for child in boundaries.children]
        if refusals := _errors(plan.findings_of(frozenset(names))):
            return plan, refusals, ()
        extraction = extract(plan, names)
        made = rewritten(project, extraction)
        proofs = proofs_of(self.machine, plan, extraction, made, lambda: self.scenarios, self.remembered)
        return plan, (), proofs.failures

    def _map_text(self, chosen: Sequence[Candidate], options: Mapping[str, str]) -> str:
        return _map_text(chosen, {**options, **self.effort.chosen}, self.effort.said)

    def _in_both_orders(self, chosen: Sequence[Candidate], options: Mapping[str, str]) -> tuple[Finding, ...]:
        """Raises ProofError unless both orders on disk leave the bytes that both at once leave."""
        with tempfile.TemporaryDirectory() as folder:
            trees = [
                _tree_after(Path(folder) / f"{number}", self.subject.text, self._map_text(chosen, options), runs)
                for number, runs in enumerate(_ORDERS if len(chosen) < 3 else _ORDERS_OF_THREE)
            ]
        for left, right in ((trees[0], trees[1]), (trees[0], trees[2])):
            differing = [name for name in {*left, *right} if left.get(name) != right.get(name)]
            if differing:
                raise ProofError(f"another order leaves other bytes in {', '.join(sorted(differing))}")
        return ()

    def _measure(self, plan: Plan) -> bool:
        """Leave out each field; of a contract with an opaque read nobody can say."""
        child = plan.children[0]
        if opaque_reads(plan.facts, child):
            return False
        uses = list(field_uses(plan, [child.boundary.name], self.scenarios, self.remembered))
        where = f"{self.subject.name} {list(child.region.members)}"
        taken = {place for execution in self.remembered.values() for place in _crossed(execution, child.region)}
        places: list[str | None] = [_ENTRY for _ in child.contract.entries[0].request.document.values]
        places += [found.target for found in child.contract.exits for _ in found.result.values]
        unmissed = [(use, place in taken) for use, place in zip(uses, places, strict=True) if not use.missed]
        idle = tuple(f"{use.field} of {where}" for use, tried in unmissed if tried)
        self.report.fields.append(FieldCount(len(uses) - len(unmissed), idle, len(unmissed) - len(idle)))
        return bool(uses)


_ENTRY = ""


def _crossed(execution: Execution, region: Region) -> Iterator[str | None]:
    """The entry, if an execution comes by it, and the exits that it takes, by their targets."""
    latest: dict[object, str] = {}
    for step in execution.steps:
        before = latest.get(step.path)
        if before in region.members and step.state not in region.members:
            yield step.state
        if step.state in region.entries:
            yield _ENTRY
        latest[step.path] = step.state
    ends = {t.source for found in region.exits if found.target is None for t in found.transitions}
    yield from (None for name in latest.values() if name in ends)


def _tree_after(folder: Path, monolith: str, boundaries: str, runs: Sequence[tuple[str, ...]]) -> Mapping[str, bytes]:
    folder.mkdir()
    (folder / MONOLITH).write_text(monolith, "utf-8")
    (folder / "boundaries.yaml").write_text(boundaries, "utf-8")
    for names in runs:
        project = load_project(str(folder / "boundaries.yaml"))
        outcome = extraction_outcome(project, plan_of(project), names, cases=0)
        if not outcome.artifacts:
            errors = [remark.message for remark in outcome.findings if remark.severity is Severity.ERROR]
            raise ProofError(f"refused on disk: {errors}")
        project.workspace.write(outcome.artifacts)
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _map_text(chosen: Sequence[Candidate], options: Mapping[str, str], said: Mapping[str, Any]) -> str:
    """JSON is YAML."""
    of_each = {key: value for key, value in options.items() if key != "parallel"}
    children = {
        name: {"states": list(candidate.members), **of_each} for name, candidate in zip(_NAMES, chosen, strict=False)
    }
    groups = {"parallel": {options["parallel"]: list(children)}} if "parallel" in options else {}
    return json.dumps({"version": 1, "monolith": MONOLITH, **said, "children": children, **groups})


def _errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(found for found in findings if found.severity is Severity.ERROR)


def _error_codes(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({found.code for found in _errors(findings)}))


# What is printed.


def table(reports: Sequence[Report], seconds: float) -> Iterator[str]:
    trials = [trial for report in reports for trial in report.trials]
    unusable = [report for report in reports if report.unusable]
    yield f"machines {len(reports)}, of which {len(unusable)} have errors of their own"
    for code, count in Counter(code for report in unusable for code in report.unusable).most_common():
        example = next(report.machine for report in unusable if code in report.unusable)
        yield f"    {code} in {count}, such as {example}"
    for title, chosen in _groups(trials):
        yield from _rows(title, chosen)
    yield from _failures(trials)
    yield from _about_fields([count for report in reports for count in report.fields])
    stopped = [report for report in reports if report.stopped]
    yield f"time limit reached by {len(stopped)} machines" + "".join(
        f"\n    {report.machine}: {report.states} states, {len(report.trials)} trials done" for report in stopped
    )
    slowest = max(reports, key=lambda report: report.seconds, default=None)
    if slowest is not None:
        spent = sum(report.seconds for report in reports)
        yield f"seconds {seconds:.0f}, of work {spent:.0f}; the slowest {slowest.seconds:.1f} ({slowest.machine})"


def last_line(reports: Sequence[Report]) -> str:
    ends = Counter(trial.end for report in reports for trial in report.trials)
    return (
        f"SWEEP machines={len(reports)} regions={sum(ends.values())} written={ends['written']}"
        f" refused={ends['refused']} mismatches={ends['mismatch']} crashes={ends['crash']}"
    )


def _groups(trials: Sequence[Trial]) -> Iterator[tuple[str, Sequence[Trial]]]:
    singles = [trial for trial in trials if trial.kind == "region"]
    jsonpath = [trial for trial in singles if not trial.jsonata]
    yield "regions with one entry, as they come", [trial for trial in jsonpath if trial.plain]
    yield "regions with one entry, other options", [trial for trial in jsonpath if not trial.plain]
    yield "regions with one entry, with JSONata states", [trial for trial in singles if trial.jsonata]
    yield "pairs, in both orders", [trial for trial in trials if trial.kind == "pair"]
    yield "neighbours side by side, in several orders", [trial for trial in trials if trial.kind == "group"]
    yield "arbitrary sets, entries: dispatch", [trial for trial in trials if trial.kind == "dispatch"]


def _rows(title: str, trials: Sequence[Trial]) -> Iterator[str]:
    ends = Counter(trial.end for trial in trials)
    share = f"{100 * ends['written'] / len(trials):.2f} %" if trials else "none"
    yield (
        f"{title}: {len(trials)}, written {ends['written']} ({share}), refused {ends['refused']},"
        f" mismatches {ends['mismatch']}, crashes {ends['crash']}"
    )
    by_exits = Counter(trial.exits for trial in trials)
    written = Counter(trial.exits for trial in trials if trial.end == "written")
    if by_exits:
        yield "    by exits " + ", ".join(f"{exits}: {written[exits]}/{by_exits[exits]}" for exits in sorted(by_exits))
    for codes, count in Counter(trial.codes for trial in trials if trial.end == "refused").most_common():
        example = next(trial for trial in trials if trial.end == "refused" and trial.codes == codes)
        yield f"    refused {' '.join(codes)}: {count}, such as {_shown(example)}"


def _failures(trials: Sequence[Trial]) -> Iterator[str]:
    """Each kind of mismatch and crash with a few examples: hundreds may have one cause."""
    failed = [trial for trial in trials if trial.end in ("mismatch", "crash")]
    for (end, kind), count in Counter((trial.end, _kind(trial)) for trial in failed).most_common():
        yield f"{end.upper()} {count} times: {kind}"
        alike = [trial for trial in failed if (trial.end, _kind(trial)) == (end, kind)]
        yield from (f"    {_shown(trial)}" for trial in sorted(alike, key=lambda trial: len(str(trial.children)))[:3])


def _kind(trial: Trial) -> str:
    """What happened, without what differs from machine to machine."""
    return re.sub(r"\$[^ ]*|\".*\"|\(.*?\)|\d+", "…", trial.what)[:120]


def _about_fields(counts: Sequence[FieldCount]) -> Iterator[str]:
    needed = sum(count.needed for count in counts)
    idle = [text for count in counts for text in count.idle]
    untried = sum(count.untried for count in counts)
    total = needed + len(idle)
    share = f"{100 * needed / total:.1f} %" if total else "none"
    yield f"contract fields {total} in {len(counts)} contracts without an opaque read, needed {needed} ({share});"
    yield f"    {untried} more are of an entry or exit that no scenario comes by"
    yield from (f"    not missed: {text}" for text in idle)


def _shown(trial: Trial) -> str:
    states = "; ".join(", ".join(members) for members in trial.children)
    options = "".join(f" {key}: {value}" for key, value in trial.options.items())
    return f"{trial.machine} [{states}]{options}: {trial.what}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--sample", type=int, help="so many of the machines, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--generated", type=int, help="so many generated machines in place of a folder")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    for name in ("regions", "pairs", "sets", "groups", "cases", "fields", "states"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Effort(), name))
    parser.add_argument("--seconds", type=float, default=Effort().seconds, help="time limit of a machine")
    parser.add_argument("--pattern", help="how every child is called, or parallel")
    for name, whose in (("map", "every boundary map"), ("child", "every child")):
        parser.add_argument(
            f"--{name}", type=_member, action="append", default=[], help=f"what {whose} says, KEY=VALUE"
        )
    given = parser.parse_args(arguments)
    known: dict[str, Any] = {name: getattr(given, name) for name in Effort.__dataclass_fields__ if name in given}
    pattern = {"pattern": given.pattern} if given.pattern not in (None, "parallel") else {}
    effort = Effort(**known, said=dict(given.map), chosen=pattern | dict(given.child))
    if given.pattern == "parallel":
        effort = replace(effort, regions=0, pairs=0, sets=0, groups=effort.groups or _GROUPS)
    subjects = _subjects(given)
    if not subjects:
        print(f"there are no definitions in {given.folder}", file=sys.stderr)
        return 2
    print(f"seed {effort.seed}", file=sys.stderr)
    began = time.monotonic()
    reports: list[Report] = []
    for report in sweep(subjects, effort, jobs=given.jobs):
        reports.append(report)
        if sys.stderr.isatty():
            print(f"\r{len(reports)} machines", end="", file=sys.stderr)
    print("\n".join(table(reports, time.monotonic() - began)))
    print(last_line(reports))
    ends = {trial.end for report in reports for trial in report.trials}
    return 1 if ends & {"mismatch", "crash"} else 0


def _member(text: str) -> tuple[str, Any]:
    """The value as YAML has it: a number is one."""
    key, _, value = text.partition("=")
    return key, yaml.safe_load(value)


def _subjects(given: argparse.Namespace) -> list[Subject]:
    if given.generated is not None:
        made = (_generated(given.seed, number) for number in itertools.count())
        # Each state has one type.
        return list(
            itertools.islice((one for one in made if one.text.count('"Type":') >= given.states), given.generated)
        )
    found = list(subjects_in(given.folder)) if given.folder.is_dir() else []
    if given.sample is not None and given.sample < len(found):
        chosen = random.Random(given.seed).sample(range(len(found)), given.sample)
        found = [found[position] for position in sorted(chosen)]
    return found


def _generated(seed: int, number: int) -> Subject:
    """In turn in JSONPath, in both languages, and in JSONata."""
    from tests.random_jsonata import jsonata_machine, mixed_machine
    from tests.random_machines import rich_machine

    made = (rich_machine, mixed_machine, jsonata_machine)[number % 3]
    definition = made(random.Random(f"{seed} {number}").choice)
    return Subject(f"generated {seed} {number}", json.dumps(definition, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
