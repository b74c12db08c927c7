"""What was recorded at the extraction, held against the files: generated states, names, digests, the call itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from aslsplit.analysis.calls import called_arn, machine_key, names_a_version, place_of_arn, starts_a_machine
from aslsplit.asl.model import State, StateMachine
from aslsplit.asl.source import Pointer, format_pointer
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.findings import Finding, Span, finding
from aslsplit.plan.boundaries import ChildBoundary
from aslsplit.rewrite.answering import changed_answering
from aslsplit.rewrite.lock import LockedChild
from aslsplit.rewrite.record import ChildRecord, digest, digest_of_state

__all__ = [
    "about_answering",
    "about_arn",
    "about_contract_files",
    "about_names",
    "calls_of",
    "changed_states",
    "is_as_recorded",
]


def changed_states(caller: StateMachine, recorded: Mapping[str, str]) -> frozenset[str]:
    """Generated states, by name with their digests, that are no longer as they were, or gone."""
    states = {name: state for scope in caller.scopes() for name, state in scope.states.items()}
    return frozenset(
        name for name, known in recorded.items() if name not in states or digest_of_state(states[name].body) != known
    )


def calls_of(caller: StateMachine, boundary: ChildBoundary, locked: LockedChild) -> Iterator[State]:
    """The states that call the child: the generated one, and others that people have added."""
    keys = {machine_key(boundary.alias_arn), machine_key(boundary.workflow)} - {""}
    for scope in caller.scopes():
        for state in scope.states.values():
            arn = called_arn(state) if starts_a_machine(state) else None
            known = arn is not None and (arn == boundary.alias_arn or machine_key(arn) in keys)
            if known or (starts_a_machine(state) and state.name in locked.record.generated):
                yield state


def about_arn(caller: StateMachine, state: State, boundary: ChildBoundary | None) -> Iterator[Finding]:
    """Whether the call names the machine that it should, and a version of it."""
    arn = called_arn(state)
    pointer = (*state.pointer, *place_of_arn(state))
    span = caller.source.span(pointer)
    if arn is None:
        return
    expected = None if boundary is None else boundary.alias_arn
    keys = set() if boundary is None else {machine_key(boundary.alias_arn), machine_key(boundary.workflow)}
    if boundary is not None and arn != expected and machine_key(arn) not in keys:
        yield finding(
            "ASL763",
            f'{state.name} calls {arn}, and by the boundary map "{boundary.name}" is {expected}',
            span=span,
            pointer=format_pointer(pointer),
            help="call the alias that the boundary map names, or change it there",
        )
    # A placeholder that stands in the boundary map as alias_arn is one, whatever its name.
    elif not names_a_version(arn) and (arn != expected or ":stateMachine:" in arn):
        yield finding(
            "ASL824",
            f"{state.name} calls {arn}, without alias or version",
            span=span,
            pointer=format_pointer(pointer),
            help="call an alias, so that what is deployed next is called when the alias is moved and not before"
            + ("" if expected is None or expected == arn else f": {expected}"),
        )


def is_as_recorded(files: ContractFiles, locked: LockedChild) -> bool:
    return digest([source.data for source in files.sources]) == locked.contract_digest


def about_contract_files(child: str, files: ContractFiles, locked: LockedChild, changed: Sequence[str]) -> Finding:
    """Of files that are not as recorded; ``changed`` says what changed, as far as that is known."""
    return finding(
        "ASL761",
        f'the contract files of "{child}" are not those of version {locked.contract_version} as it was extracted',
        span=files.request.span(()),
        help="\n".join(
            (*changed, "extract writes them anew: restore them, or bring the change in by contract.version and the map")
        ),
    )


def about_answering(child: str, record: ChildRecord, machine: StateMachine) -> Iterator[Finding]:
    """Whether a child that is called with a task token still answers it, however it ends."""
    for name, state in changed_answering(machine, record.answering) if record.answering is not None else ():
        pointer: Pointer = ("States",) if state is None else state.pointer
        what = "is gone" if state is None else "was changed by hand"
        yield finding(
            "ASL426",
            f'"{name}", with which "{child}" answers its caller, {what}',
            span=machine.source.span(pointer, key=True),
            pointer=format_pointer(pointer),
            help="restore it, but for its Retry, or a caller may wait for an answer that is never sent",
        )


def about_names(child: str, record: ChildRecord, names: Collection[str], place: Span) -> Iterator[Finding]:
    """States of the child that the lock file records; ``names`` are all that there are in the children."""
    gone = [name for name in (*record.members, *record.responses, *record.checks) if name not in names]
    if gone:
        yield finding(
            "ASL762",
            f'the lock file records states of "{child}" that are gone: {", ".join(gone)}',
            span=place,
            help="give them their names back, or the child cannot be put back into the monolith by them",
        )
