"""``inspect``, from names of files to the signs of each machine: read, analyse, compare, measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.domains import domains_of
from aslsplit.analysis.facts import UNOBSERVED, analyze
from aslsplit.analysis.likeness import copies_in
from aslsplit.asl.embedding import read_definitions
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.errors import InputError
from aslsplit.findings import Finding, finding
from aslsplit.history import revisions_of
from aslsplit.signs.measure import measure
from aslsplit.signs.sign import Sign, Survey
from aslsplit.workspace import definitions_below, read_named

__all__ = ["Inspection", "inspect_files"]

_NOT_ASKED = "needs --history"


@dataclass(frozen=True, slots=True)
class Inspection:
    """``findings`` are about the definition itself, and about a history that cannot be read."""

    machine: StateMachine
    signs: tuple[Sign, ...]
    findings: tuple[Finding, ...]


def inspect_files(
    files: Sequence[str], folder: str | None, history: bool, thresholds: Mapping[str, int]
) -> tuple[tuple[Inspection, ...], tuple[Finding, ...]]:
    """One inspection per machine, and findings about what was not looked at: machines of a template whose definition
    stands elsewhere, files of the folder. Copies and children are looked for in all of them.

    Raises InputError if a file, or the folder, cannot be read; then with the findings about all of them.
    """
    machines: list[tuple[str, StateMachine, tuple[Finding, ...]]] = []
    unreadable: list[Finding] = []
    left_out: list[Finding] = []
    for file in dict.fromkeys(files):
        found, about_file = _machines(*read_named(file, "definition"))
        if found:
            machines += ((file, machine, findings) for machine, findings in found)
            left_out += about_file
        else:
            unreadable += about_file
    if unreadable:
        raise InputError("nothing was inspected: a definition cannot be read", tuple(unreadable))
    neighbours, about_folder = _neighbours(folder, files)
    everyone = (*(machine for _, machine, _ in machines), *neighbours)
    copies = copies_in(everyone)
    inspections: list[Inspection] = []
    for file, machine, findings in machines:
        past, about_past = revisions_of(file, machine.source.resource) if history else (_NOT_ASKED, ())
        survey = Survey(
            analyze(machine, UNOBSERVED),
            neighbours=tuple(other for other in everyone if other is not machine),
            copies=copies,
            domains=domains_of(machine),
            revisions=past,
            thresholds=thresholds,
        )
        inspections.append(Inspection(machine, measure(survey), (*findings, *about_past)))
    return tuple(inspections), (*left_out, *about_folder)


def _machines(
    name: str, raw: bytes
) -> tuple[tuple[tuple[StateMachine, tuple[Finding, ...]], ...], tuple[Finding, ...]]:
    """Those of a file with what is to be said of each, and what is to be said of those that cannot be read."""
    machines: list[tuple[StateMachine, tuple[Finding, ...]]] = []
    unreadable: list[Finding] = []
    for source, findings in read_definitions(name, raw):
        machine, more = (None, ()) if source is None else parse(source)
        if machine is None:
            unreadable += (*findings, *more)
        else:
            machines.append((machine, (*findings, *more)))
    return tuple(machines), tuple(unreadable)


def _neighbours(folder: str | None, files: Sequence[str]) -> tuple[tuple[StateMachine, ...], tuple[Finding, ...]]:
    if folder is None:
        return (), ()
    machines: list[StateMachine] = []
    unreadable: list[Finding] = []
    for name, raw in definitions_below(folder, files):
        found, findings = _machines(name, raw)
        machines += (machine for machine, _ in found)
        # A file that only mentions the words is none of ours.
        if not found and (".asl." in name or _is_meant_as_one(name, raw)):
            first = findings[0]
            message = f"not compared with {name}: {first.message}"
            unreadable.append(finding("ASL832", message, span=first.span, pointer=first.pointer))
    return tuple(machines), tuple(unreadable)


def _is_meant_as_one(name: str, raw: bytes) -> bool:
    source, _ = read_source(name, raw)
    return source is not None and "StartAt" in source.data
