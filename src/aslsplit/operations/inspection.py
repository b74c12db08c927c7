"""``inspect``, from names of files to the signs of each machine: read, analyse, compare, measure."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aslsplit.analysis.domains import domains_of
from aslsplit.analysis.facts import UNOBSERVED, analyze
from aslsplit.analysis.likeness import copies_in
from aslsplit.asl.embedding import read_definitions
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import read_source
from aslsplit.disk.history import revisions_of
from aslsplit.disk.workspace import definitions_below, read_named
from aslsplit.errors import InputError
from aslsplit.findings import Finding, finding
from aslsplit.signs.measure import measure
from aslsplit.signs.sign import Sign, Survey

__all__ = ["Inspection", "inspect_files"]

_NOT_ASKED = "needs --history"

_WORTH_A_PROCESS = 20
"""Machines; with fewer, starting the process takes as long as they do."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """``findings`` are about the definition itself, and about a history that cannot be read."""

    machine: StateMachine
    signs: tuple[Sign, ...]
    findings: tuple[Finding, ...]


def inspect_files(
    files: Sequence[str], folder: str | None, history: bool, thresholds: Mapping[str, int], jobs: int | None = None
) -> tuple[tuple[Inspection, ...], tuple[Finding, ...]]:
    """One inspection per machine, and findings about what was not looked at: machines of a template whose definition
    stands elsewhere, files of the folder. Copies and children are looked for in all of them.

    ``jobs`` is how many processes measure, where the system can fork; None is one per core as far as it pays.
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

    def measured(number: int) -> Measured:
        file, machine, _ = machines[number]
        past, about_past = revisions_of(file, machine.source.resource) if history else (_NOT_ASKED, ())
        survey = Survey(
            analyze(machine, UNOBSERVED),
            neighbours=tuple(other for other in everyone if other is not machine),
            copies=copies,
            domains=domains_of(machine),
            revisions=past,
            thresholds=thresholds,
        )
        return measure(survey), about_past

    inspections = tuple(
        Inspection(machine, signs, (*findings, *about_past))
        for (_, machine, findings), (signs, about_past) in zip(
            machines, _all_measured(measured, len(machines), jobs), strict=True
        )
    )
    return inspections, (*left_out, *about_folder)


Measured = tuple[tuple[Sign, ...], tuple[Finding, ...]]


def _all_measured(measured: Callable[[int], Measured], count: int, jobs: int | None) -> Sequence[Measured]:
    """Forked processes have the machines already and send back only what they found, in the same order."""
    paying = min(os.cpu_count() or 1, count // _WORTH_A_PROCESS) if jobs is None else min(jobs, count)
    if paying < 2 or not hasattr(os, "fork"):
        return [measured(number) for number in range(count)]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(paying, multiprocessing.get_context("fork"), _take_over, (measured,)) as processes:
        return list(processes.map(_measured_here, range(count), chunksize=8))


_HERE: list[Callable[[int], Measured]] = []
"""In a forked process, what it measures with."""


def _take_over(measured: Callable[[int], Measured]) -> None:
    _HERE[:] = [measured]


def _measured_here(number: int) -> Measured:
    return _HERE[0](number)


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
