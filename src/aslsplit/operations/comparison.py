"""``diff``, from names of files, folders and revisions to the difference of what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from aslsplit.asl.embedding import machines_named_in, read_definition
from aslsplit.asl.model import StateMachine
from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, Source, read_source
from aslsplit.difference.compare import difference_of
from aslsplit.difference.contracts import ContractDifference, contract_differences, is_schema
from aslsplit.difference.model import Difference
from aslsplit.disk.named_files import NamedFile, files_of
from aslsplit.disk.workspace import holds_a_definition
from aslsplit.errors import BoundaryError, InputError
from aslsplit.findings import Finding, finding, in_order

__all__ = ["Comparison", "compare_files"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``findings`` are about the definitions of the new side."""

    difference: Difference
    contracts: tuple[ContractDifference, ...]
    findings: tuple[Finding, ...]

    @property
    def empty(self) -> bool:
        return self.difference.empty and not any(contract.differs for contract in self.contracts)


def compare_files(old: str, new: Sequence[str], resource: str | None, *, reverse: bool) -> Comparison:
    """Of one file or folder and what became of it. Raises InputError if anything cannot be read, with all
    findings, and BoundaryError if there is no such resource."""
    was = files_of(old)
    now = [files_of(name) for name in dict.fromkeys(new)]
    before, after = _Side(resource), _Side(resource)
    for key, file in _keyed(was, now[0]):
        before.read(key, file)
    for number, files in enumerate(now):
        for key, file in _keyed(files, was):
            after.read(f"{number} {key}" if number else key, file)
    if before.unreadable or after.unreadable:
        unreadable = (*before.unreadable, *after.unreadable)
        raise InputError("nothing was compared: a definition cannot be read", in_order(unreadable))
    if resource is not None and not before.is_chosen and not after.is_chosen:
        raise BoundaryError(f'there is no template with a state machine "{resource}"')
    if not any((before.machines, after.machines, before.schemas, after.schemas)):
        raise InputError(f"there is no definition and no schema in {old}, nor in {', '.join(new)}")
    one, other = (after, before) if reverse else (before, after)
    return Comparison(
        difference_of(one.machines, other.machines),
        contract_differences(one.schemas, other.schemas),
        in_order(other.findings),
    )


def _keyed(files: Sequence[NamedFile], opposite: Sequence[NamedFile]) -> Iterator[tuple[str, NamedFile]]:
    """Two files are one machine whatever they are called; in folders, and between a file and a folder, names count."""
    for file in files:
        beside_a_file = any(not other.within for other in opposite)
        yield (file.within if file.within or beside_a_file else PurePath(file.name).name), file


@dataclass(slots=True)
class _Side:
    resource: str | None
    machines: dict[str, StateMachine] = field(default_factory=dict)
    schemas: dict[str, tuple[str, Json]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Finding] = field(default_factory=list)
    is_chosen: bool = False
    """There is a template with the machine, if one was chosen."""

    def read(self, key: str, file: NamedFile) -> None:
        """In a folder lie other things too; what was named itself is read in any case."""
        if holds_a_definition(file.raw):
            self._read_machines(key, file)
        elif not file.within or file.name.endswith(".schema.json"):
            source, findings = read_source(file.name, file.raw)
            if source is not None and is_schema(source.data):
                self.schemas[key] = (file.name, source.data)
                self.findings += findings
            elif not file.within:
                self._read_machines(key, file)

    def _read_machines(self, key: str, file: NamedFile) -> None:
        named = machines_named_in(file.name, file.raw)
        chosen = tuple(name for name in named if self.resource in (None, name))
        self.is_chosen |= bool(chosen)
        read = [_read(file, resource) for resource in (chosen if named else (None,))]
        # What the template says of a machine with its definition in another file is of no interest; that file is.
        here = [one for one in read if not any(found.code == "ASL121" for found in one.findings)]
        for one in here or read:
            if one.machine is not None:
                self.machines[f"{key}#{one.resource}" if len(here) > 1 else key] = one.machine
                self.findings += one.findings
            elif not file.within or one in here:
                self._refuse(file, one)

    def _refuse(self, file: NamedFile, one: _Read) -> None:
        if not file.within or ".asl." in file.name or one.claims_to_be_one:
            self.unreadable += one.findings
        elif one.source is None:
            first = one.findings[0]
            message = f"{file.name} is not compared: {first.message}"
            self.findings.append(finding("ASL832", message, span=first.span, pointer=first.pointer))


@dataclass(frozen=True, slots=True)
class _Read:
    resource: str | None
    source: Source | None
    machine: StateMachine | None
    findings: tuple[Finding, ...]

    @property
    def claims_to_be_one(self) -> bool:
        return self.resource is not None or (self.source is not None and "StartAt" in self.source.data)


def _read(file: NamedFile, resource: str | None) -> _Read:
    source, findings = read_definition(file.name, file.raw, resource)
    machine, more = (None, ()) if source is None else parse(source)
    return _Read(resource, source, machine, (*findings, *more))
