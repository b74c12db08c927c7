"""Running a path: which values it selects, and where a result is written.

A path that can select only one value is *definite* and yields it, or ``MISSING``. Any other path yields the
list of what it selects, empty if there is nothing. Where AWS leaves a question open, the answer is that of Jayway's
JsonPath, whose messages AWS repeats; docs/decisions/0008-interpreter.md says why no library stands behind this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import islice
from typing import assert_never

from aslsplit.asl.limits import MAX_SELECTED
from aslsplit.asl.path_reader import ReferenceSyntaxError, ScannedPath, whole_path
from aslsplit.asl.paths import CONTEXT, DOCUMENT
from aslsplit.asl.selectors import (
    Descent,
    Filter,
    Function,
    Placeholder,
    Selector,
    Slice,
    Union,
    Wildcard,
    names_one_place,
)
from aslsplit.interpreter.errors import BudgetExhausted
from aslsplit.interpreter.filters import Condition, read_condition
from aslsplit.interpreter.values import MISSING, Json, Missing, is_number

__all__ = ["Path", "View", "compile_path", "evaluate", "select", "why_missing", "write"]

Step = str | int | Wildcard | Slice | Union | Descent | Condition

_FUNCTIONS = frozenset({"length", "keys", "min", "max", "sum", "avg"})


@dataclass(frozen=True, slots=True)
class Path:
    """A path made ready to run. ``function`` is a trailing ``.length()`` or the like."""

    root: str
    steps: tuple[Step, ...]
    definite: bool
    function: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What paths are read against: the document (``$``), the context object (``$$``) and the variables."""

    document: Json
    context: Json = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)

    def root(self, root: str) -> Json | Missing:
        if root == DOCUMENT:
            return self.document
        return self.context if root == CONTEXT else self.variables.get(root[1:], MISSING)


def evaluate(text: str, view: View) -> Json | Missing:
    """The value of the path, or ``MISSING`` where a definite path leads nowhere. Raises ReferenceSyntaxError."""
    path = compile_path(text)
    root = view.root(path.root)
    return MISSING if root is MISSING else select(path, root)


def select(path: Path, root: Json) -> Json | Missing:
    value: Json | Missing = root
    if path.definite:
        for step in path.steps:
            value = _member(value, step)
            if value is MISSING:
                return MISSING
    else:
        value = list(_walk([root], path.steps, root))
    return value if path.function is None else _apply(path.function, value)


def why_missing(text: str, view: View) -> str:
    """The explanation AWS appends to ``Invalid path '…' :`` for a path that leads nowhere."""
    path = compile_path(text)
    value = view.root(path.root)
    shown = "$"
    for index, step in enumerate(path.steps if path.definite else ()):
        value = MISSING if value is MISSING else _member(value, step)
        shown += f"[{step}]" if isinstance(step, int) else f"['{step}']"
        if value is MISSING:
            last = index == len(path.steps) - 1
            return f"No results for path: {shown}" if last else f"Missing property in path {shown}"
    return f"No results for path: {text}"


def write(text: str, document: Json, value: Json) -> Json | Missing:
    """The document with ``value`` at the reference path, or ``MISSING`` where the path cannot be applied."""
    return _write(compile_path(text).steps, document, value)


def _write(steps: tuple[Step, ...], document: Json | Missing, value: Json) -> Json | Missing:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        if document is MISSING:
            document = {}
        if not isinstance(document, dict):
            return MISSING
        below = _write(rest, document.get(step, MISSING), value)
        return MISSING if below is MISSING else {**document, step: below}
    if isinstance(step, int) and isinstance(document, list) and -len(document) <= step < len(document):
        below = _write(rest, document[step], value)
        if below is MISSING:
            return MISSING
        copy = list(document)
        copy[step] = below
        return copy
    return MISSING


# --- Selecting ---------------------------------------------------------------------------------------------------


def _member(value: Json | Missing, step: Step) -> Json | Missing:
    """What a definite step selects."""
    if isinstance(step, str):
        return value.get(step, MISSING) if isinstance(value, dict) else MISSING
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and -len(value) <= step < len(value) else MISSING
    if isinstance(step, Union) and isinstance(value, dict):
        # Several names at the end of a path are one object, with those of them that are there.
        return {name: value[name] for name in step.members if name in value}
    return MISSING


def _walk(values: Iterable[Json], steps: tuple[Step, ...], root: Json) -> Iterable[Json]:
    for index, step in enumerate(steps):
        if isinstance(step, Union) and _merges(step) and index == len(steps) - 1:
            values = [found for value in values if (found := _member(value, step)) is not MISSING]
        elif isinstance(step, Condition) and index and isinstance(steps[index - 1], Descent):
            # The descent comes by the items of arrays by itself.
            values = [value for value in values if isinstance(value, dict) and step.accepts(value, root)]
        else:
            values = _at_most(found for value in values for found in _expand(value, step, root))
    return values


def _at_most(found: Iterable[Json]) -> list[Json]:
    values = list(islice(found, MAX_SELECTED + 1))
    if len(values) > MAX_SELECTED:
        raise BudgetExhausted
    return values


def _expand(value: Json, step: Step, root: Json) -> Iterator[Json]:
    match step:
        case str() | int():
            if (found := _member(value, step)) is not MISSING:
                yield found
        case Wildcard():
            yield from _children(value)
        case Slice(start, stop, stride):
            if isinstance(value, list):
                yield from value[slice(start, stop, stride)]
        case Union(members):
            yield from (found for member in members if (found := _member(value, member)) is not MISSING)
        case Descent():
            yield value
            for child in _children(value):
                yield from _expand(child, step, root)
        case Condition():
            candidates = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
            yield from (item for item in candidates if step.accepts(item, root))
        case _:
            assert_never(step)


def _children(value: Json) -> list[Json]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _merges(union: Union) -> bool:
    return all(isinstance(member, str) for member in union.members)


def _apply(function: str, value: Json) -> Json | Missing:
    if function == "length":
        return len(value) if isinstance(value, list | dict | str) else MISSING
    if function == "keys":
        return list(value) if isinstance(value, dict) else MISSING
    numbers = [item for item in value if is_number(item)] if isinstance(value, list) else []
    if not numbers:
        return MISSING
    match function:
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case "sum":
            return sum(numbers)
        case _:
            return sum(numbers) / len(numbers)


# --- Making a path ready -----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def compile_path(text: str) -> Path:
    """Raises ReferenceSyntaxError."""
    return _compiled(whole_path(text))


def _compiled(scanned: ScannedPath) -> Path:
    selectors, function = scanned.selectors, None
    if selectors and isinstance(last := selectors[-1], Function) and last.name in _FUNCTIONS and not last.arguments:
        selectors, function = selectors[:-1], last.name
    steps = tuple(_step(selector) for selector in selectors)
    merged = bool(steps) and isinstance(steps[-1], Union) and _merges(steps[-1])
    definite = all(names_one_place(selector) for selector in (selectors[:-1] if merged else selectors))
    return Path(scanned.reference.path.root, steps, definite, function)


def _step(selector: Selector) -> Step:
    match selector:
        case Filter(condition):
            return read_condition(condition, lambda scanned: partial(select, _compiled(scanned)))
        case Placeholder(text):
            # Before deployment the token is as good a name as any.
            return text
        case Function(name):
            raise ReferenceSyntaxError(f'"{name}()" cannot be run here')
        case _:
            return selector
