"""What is written down about an extracted child, so that it can be told apart, checked and put back again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass

from aslsplit.asl.model import Scope, StateType
from aslsplit.asl.placeholders import is_intrinsic, placeholders_in, without_intrinsics
from aslsplit.asl.source import Json, Pointer
from aslsplit.plan.generated import AnsweringNames
from aslsplit.plan.plan import ChildPlan
from aslsplit.rewrite.parent import ParentSide
from aslsplit.rewrite.site import SiteRecord

__all__ = [
    "ChildRecord",
    "Function",
    "Run",
    "digest",
    "digest_of_state",
    "digest_of_text",
    "inside_of",
    "record_of",
]


@dataclass(frozen=True, slots=True)
class Run:
    """States that stood next to each other in the monolith, behind the state ``after`` (None: at the beginning)."""

    after: str | None
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """An intrinsic function of the monolith's template that the child holds as text: where, which, how written."""

    at: Pointer
    text: str
    written: str


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """``scope`` leads to the object with the monolith's ``States``; the entries and the targets are its states.

    ``responses`` maps the child's response states to the targets of their exits (None: the end of the scope),
    ``entries`` each entry to the parent's generated state that control enters instead, ``generated`` all generated
    states of the parent to the digests of their definitions. ``checks`` are the child's other generated states,
    ``succeeds`` its moved Succeed states. ``caller`` is the child that calls it, in whose file its generated states
    stand; None is the parent. ``site``: the child is shared, and this is about one of its sites. ``answering`` are the
    states of the child that answer a task token, around all others.
    """

    scope: Pointer
    entries: Mapping[str, str]
    runs: tuple[Run, ...]
    responses: Mapping[str, str | None]
    succeeds: tuple[str, ...]
    checks: tuple[str, ...]
    generated: Mapping[str, str]
    functions: tuple[Function, ...] = ()
    caller: str | None = None
    site: SiteRecord | None = None
    answering: AnsweringNames | None = None

    @property
    def inside(self) -> Pointer:
        """Where in the child the moved states stand: what leads to the object with ``States``."""
        return inside_of(self.answering)

    @property
    def own(self) -> frozenset[str]:
        """The child's generated states."""
        return frozenset((*self.responses, *self.checks))

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(name for run in self.runs for name in run.states)


def inside_of(answering: AnsweringNames | None) -> Pointer:
    return () if answering is None else ("States", answering.run, "Branches", 0)


def record_of(
    plan: ChildPlan,
    side: ParentSide,
    caller: str | None,
    site: SiteRecord | None = None,
    *,
    functions_move: bool = False,
) -> ChildRecord:
    names = plan.generated.child
    states = plan.region.scope.states
    answering = names.answering
    return ChildRecord(
        scope=plan.region.scope.pointer,
        entries=side.entries,
        runs=_runs(plan.region.scope, frozenset(plan.region.members)),
        responses={names.respond[found.outcome]: found.target for found in plan.contract.exits},
        succeeds=tuple(name for name in plan.region.members if states[name].type is StateType.SUCCEED),
        checks=(
            names.validate,
            *names.unpack.values(),
            *names.assign.values(),
            names.reject,
            *(astuple(answering) if answering is not None else ()),
        ),
        generated={name: digest_of_state(body) for name, body in side.generated.items()},
        functions=() if functions_move else tuple(_functions(plan)),
        caller=caller,
        site=site,
        answering=answering,
    )


def _functions(plan: ChildPlan) -> Iterator[Function]:
    for name in plan.region.members:
        for pointer, placeholder in placeholders_in(plan.region.scope.states[name].body):
            if is_intrinsic(placeholder):
                yield Function(("States", name, *pointer), without_intrinsics(placeholder), placeholder.written)


def _runs(scope: Scope, members: frozenset[str]) -> tuple[Run, ...]:
    runs: list[Run] = []
    before: str | None = None
    for name in scope.states:
        if name in members:
            if before in members:
                runs[-1] = Run(runs[-1].after, (*runs[-1].states, name))
            else:
                runs.append(Run(before, (name,)))
        before = name
    return tuple(runs)


def digest_of_state(body: Json) -> str:
    """Of a generated state without the states in its branches, which have digests of their own."""
    if "Branches" not in body:
        return digest(body)
    branches = [{**branch, "States": list(branch["States"])} for branch in body["Branches"]]
    return digest({**body, "Branches": branches})


def digest(value: Json) -> str:
    """Of data, whatever its formatting; the order of keys counts, since it is what people see."""
    return digest_of_text(json.dumps(value, ensure_ascii=False))


def digest_of_text(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
