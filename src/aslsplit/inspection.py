"""``inspect``, from names of files to the signs of each machine: read, analyse, compare, measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.domains import domains_of
from aslsplit.analysis.facts import UNOBSERVED, analyze
from aslsplit.analysis.likeness import copies_in
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.errors import InputError
from aslsplit.findings import Finding, finding
from aslsplit.git_log import versions_of
from aslsplit.signs.measure import measure
from aslsplit.signs.past import Revision, states_of
from aslsplit.signs.sign import Sign, Survey
from aslsplit.workspace import STDIN, definitions_below, read_named

__all__ = ["Inspection", "inspect_files"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """``findings`` are about the definition itself, and about a history that cannot be read."""

    machine: StateMachine
    signs: tuple[Sign, ...]
    findings: tuple[Finding, ...]


def inspect_files(
    files: Sequence[str], folder: str | None, history: bool, thresholds: Mapping[str, int]
) -> tuple[tuple[Inspection, ...], tuple[Finding, ...]]:
    """One inspection per file, and findings about the folder. Copies and children are looked for in all of them.

    Raises InputError if a file, or the folder, cannot be read; then with the findings about all of them.
    """
    machines: list[tuple[str, StateMachine, tuple[Finding, ...]]] = []
    unreadable: list[Finding] = []
    for file in dict.fromkeys(files):
        shown, raw = read_named(file, "definition")
        machine, findings = _machine(shown, raw)
        if machine is None:
            unreadable += findings
        else:
            machines.append((file, machine, findings))
    if unreadable:
        raise InputError("nothing was inspected: a definition cannot be read", tuple(unreadable))
    neighbours, about_folder = _neighbours(folder, files)
    everyone = (*(machine for _, machine, _ in machines), *neighbours)
    copies = copies_in(everyone)
    inspections: list[Inspection] = []
    for file, machine, findings in machines:
        past, about_past = _past(file, machine) if history else ("--history measures it", ())
        survey = Survey(
            analyze(machine, UNOBSERVED),
            neighbours=tuple(other for other in everyone if other is not machine),
            copies=copies,
            domains=domains_of(machine),
            revisions=past,
            thresholds=thresholds,
        )
        inspections.append(Inspection(machine, measure(survey), (*findings, *about_past)))
    return tuple(inspections), about_folder


def _machine(name: str, raw: bytes) -> tuple[StateMachine | None, tuple[Finding, ...]]:
    source, findings = read_source(name, raw)
    if source is None:
        return None, findings
    machine, more = parse(source)
    return machine, (*findings, *more)


def _neighbours(folder: str | None, files: Sequence[str]) -> tuple[tuple[StateMachine, ...], tuple[Finding, ...]]:
    if folder is None:
        return (), ()
    machines: list[StateMachine] = []
    unreadable: list[Finding] = []
    for name, raw in definitions_below(folder, files):
        source, findings = read_source(name, raw)
        machine, more = (None, ()) if source is None else parse(source)
        if machine is not None:
            machines.append(machine)
        # A file that only mentions the words, such as a template with a definition inside, is none of ours.
        elif ".asl." in name or (source is not None and "StartAt" in source.data):
            first = (*findings, *more)[0]
            message = f"not compared with {name}: {first.message}"
            unreadable.append(finding("ASL832", message, span=first.span, pointer=first.pointer))
    return tuple(machines), tuple(unreadable)


def _past(file: str, machine: StateMachine) -> tuple[tuple[Revision, ...] | str, tuple[Finding, ...]]:
    versions = "standard input has no history" if file == STDIN else versions_of(file)
    if isinstance(versions, str):
        return versions, (finding("ASL831", f"no history of {machine.source.name}: {versions}"),)
    return tuple(
        Revision(version.commit, version.author, None if version.raw is None else _states(file, version.raw))
        for version in versions
    ), ()


def _states(name: str, raw: bytes) -> Mapping[str, object] | None:
    source, _ = read_source(name, raw)
    return None if source is None else states_of(source.data)
