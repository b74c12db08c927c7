"""Templates of people, run so that they end: what they do is counted, and too much of it is an error.

Counted is what a template writes, the rounds of its loops, and how large the values are that it makes others of; not
the time, which differs from machine to machine.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, nodes
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context, pass_environment, pass_eval_context

__all__ = ["BUDGET", "MeteredEnvironment", "TemplateFolders", "fresh_budget"]

BUDGET: Final = 5_000_000
"""Our own templates take less than a thousandth of it for a machine of some hundred states."""

_LARGEST_TEMPLATE: Final = 1024 * 1024

_left: ContextVar[list[int]] = ContextVar("_left")


def fresh_budget() -> None:
    """For one rendering."""
    _left.set([BUDGET])


def _charge(cost: int) -> None:
    left = _left.get()
    left[0] -= cost
    if left[0] < 0:
        raise SecurityError("it does too much: a loop or a text grows beyond all measure")


class TemplateFolders(FileSystemLoader):
    """Only plain files that really lie in one of the folders, and of a size that people write."""

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        for folder in self.searchpath:
            place = Path(folder, *split_template_path(template))
            if not os.path.lexists(place):
                continue
            if not Path(os.path.realpath(place)).is_relative_to(os.path.realpath(folder)):
                raise SecurityError(f'"{template}" leads out of the folder of the templates')
            found = place.stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST_TEMPLATE:
                raise SecurityError(f'"{template}" is no plain file, or too large')
            break
        return super().get_source(environment, template)


class MeteredEnvironment(ImmutableSandboxedEnvironment):
    """``random`` and ``lipsum`` are left out: the same input gives the same bytes."""

    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self, **options: Any) -> None:
        # What the optimizer works out beforehand would be counted once, however often it is used.
        super().__init__(finalize=_counted, optimized=False, **options)
        del self.globals["lipsum"], self.filters["random"]
        self.filters = {name: _metered(name, one) for name, one in self.filters.items()}
        self.tests = {name: _metered(name, one) for name, one in self.tests.items()}
        self.filters |= {_CHARGED: _charged, _COUNTED: _counted, _JOINED: _joined}

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        _meter(source, self)
        return super()._generate(source, *args, **options)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # What these would write depends on numbers inside their text.
        return super().is_safe_attribute(obj, attr, value) and attr not in ("format", "format_map")

    def call(self, context: Any, obj: Any, /, *args: Any, **options: Any) -> Any:
        owner = getattr(obj, "__self__", None)
        name = getattr(obj, "__name__", "")
        values = [*args, *options.values()]
        _charge(_cost(name, values if owner is None or not isinstance(owner, str | list | tuple) else [owner, *values]))
        return _checked(super().call(context, obj, *args, **options))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator in ("*", "**") or (operator == "%" and isinstance(left, str)):
            _charge(_cost("join", [left, right]))
        else:
            _charge(_weight(left) + _weight(right))
        if operator == "**" and isinstance(left, int) and isinstance(right, int):
            _charge(left.bit_length() * max(right, 0))
        if operator == "%" and isinstance(left, str):
            _charge(_width_in(left))
        return super().call_binop(context, operator, left, right)


# --- what things cost -----------------------------------------------------------------------------------------------

# What these make is as large as the product of what they are given.
_MULTIPLYING: Final = frozenset(
    "batch center expandtabs format indent join ljust replace rjust slice urlize wordwrap zfill".split()  # noqa: SIM905
)


_CALL: Final = 20
_VALUE: Final = 4


def _cost(name: str, values: list[Any]) -> int:
    if name not in _MULTIPLYING:
        return _CALL + sum(map(_weight, values))
    product = 1
    # What is replaced is not written.
    for value in [*values[:1], *values[2:]] if name == "replace" else values:
        product *= max(1, abs(value) if isinstance(value, int) else _weight(value))
    return _CALL + product + (_width_in(values[0]) if name == "format" and values and isinstance(values[0], str) else 0)


def _width_in(text: str) -> int:
    """Of a text with percent signs: what its numbers would pad to. One that is given as a value could be any."""
    if re.search(r"%[^a-zA-Z%]*\*", text):
        return BUDGET + 1
    return sum(int(number[:10]) for number in re.findall(r"\d+", text)) if "%" in text else 0


def _weight(value: Any) -> int:
    """How much of it would be written; what is in it several times counts as often."""
    most, weight, waiting = BUDGET + 1, 0, [value]
    while waiting and weight < most:
        one = waiting.pop()
        weight += _VALUE
        match one:
            case str() | bytes():
                weight += len(one)
            case bool() | float() | None:
                pass
            case int():
                weight += one.bit_length() // 8
            case Mapping():
                waiting += [*one.keys(), *one.values()]
            case list() | tuple() | set() | frozenset():
                waiting += one
            case range():
                weight += len(one)
            case _:
                pass
    return weight


# --- where it is counted --------------------------------------------------------------------------------------------

_CHARGED, _COUNTED, _JOINED = "charged", "counted", "joined"


def _charged(cost: int) -> str:
    _charge(cost)
    return ""


def _counted(value: Any) -> Any:
    _charge(_weight(value))
    return value


def _checked(value: Any) -> Any:
    return _counted(value) if isinstance(value, str | list | tuple | dict) else value


@pass_eval_context
def _joined(context: Any, values: list[Any]) -> Any:
    from jinja2.runtime import markup_join, str_join

    _charge(_weight(values))
    return (markup_join if context.autoescape else str_join)(values)


def _metered(name: str, real: Any) -> Callable[..., Any]:
    """What is handed over beside the values is no value."""
    kind = getattr(real, "jinja_pass_arg", None)

    def metered(*args: Any, **options: Any) -> Any:
        _charge(_cost(name, [*(args if kind is None else args[1:]), *options.values()]))
        return _checked(real(*args, **options))

    marks: Mapping[str, Callable[[Any], Any]] = {
        "context": pass_context,
        "eval_context": pass_eval_context,
        "environment": pass_environment,
    }
    return metered if kind is None else marks[kind.name](metered)


# What one more of them costs, beside what is written in it; roughly as long as they take.
_REPEATED: Final[Mapping[type[nodes.Node], int]] = {
    nodes.For: 10,
    nodes.Macro: 200,
    nodes.CallBlock: 200,
    nodes.Block: 200,
    nodes.Template: 4000,
}


def _meter(source: nodes.Template, environment: Any) -> None:
    """Each time one of its bodies runs, the text in it is counted; and what compares, joins or copies values, too."""
    bodies: list[Any] = [source, *source.find_all(tuple(_REPEATED))]
    for node in bodies:
        node.body.insert(0, _counting(_REPEATED[type(node)], node))
    for loop in source.find_all(nodes.For):
        # A round that is passed over is one as well.
        if loop.test is not None:
            loop.test = _filtered(loop.test, _COUNTED)
    for one in list(source.find_all(nodes.Compare)):
        one.expr = _filtered(one.expr, _COUNTED)
        for operand in one.ops:
            operand.expr = _filtered(operand.expr, _COUNTED)
    for item in list(source.find_all(nodes.Getitem)):
        if isinstance(item.arg, nodes.Slice):
            item.node = _filtered(item.node, _COUNTED)
    for parent in [source, *source.find_all(nodes.Node)]:
        _replace_joins(parent)
    source.set_environment(environment)


def _counting(cost: int, node: Any) -> nodes.Node:
    line = node.lineno or 1
    text = sum(len(piece.data) for part in node.body for piece in part.find_all(nodes.TemplateData))
    return nodes.ExprStmt(_filtered(nodes.Const(cost + text, lineno=line), _CHARGED), lineno=line)


def _filtered(value: Any, name: str) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)


def _replace_joins(parent: nodes.Node) -> None:
    for field, value in parent.iter_fields():
        if isinstance(value, nodes.Concat):
            setattr(parent, field, _joining(value))
        elif isinstance(value, list):
            value[:] = [_joining(one) if isinstance(one, nodes.Concat) else one for one in value]


def _joining(join: nodes.Concat) -> nodes.Filter:
    return _filtered(nodes.List(join.nodes, lineno=join.lineno), _JOINED)
