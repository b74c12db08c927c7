"""JSONata as Step Functions evaluates it: ``{% … %}`` strings, ``$states``, variables, AWS's own functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

from jsonata import Jsonata  # type: ignore[import-untyped]
from jsonata.functions import Functions  # type: ignore[import-untyped]
from jsonata.utils import Utils  # type: ignore[import-untyped]

from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.limits import MAX_EXPRESSION, MAX_TEXT_BYTES, MAX_VALUES
from aslsplit.interpreter.errors import BudgetExhausted, query_failure
from aslsplit.interpreter.functions import FunctionError, arrange, digest, partition, random_uuid
from aslsplit.interpreter.matching import Sizes, Spending, bounded_engine
from aslsplit.interpreter.values import Json, compact, type_name

__all__ = ["Query", "fill", "is_expression"]

_NULL: Any = Utils.NULL_VALUE


@dataclass(frozen=True, slots=True)
class Query:
    """What an expression sees. ``states`` is the ``$states`` object without what does not apply."""

    states: Mapping[str, Json]
    variables: Mapping[str, Json]
    random: Random
    now_milliseconds: int
    prepared: dict[str, Any] = field(default_factory=dict)
    """The bindings, made once for all the expressions of one state."""

    sizes: Sizes = field(default_factory=dict)
    """Of the values in them."""


def is_expression(value: Json) -> bool:
    return isinstance(value, str) and expression_in(value) is not None


def fill(template: Json, query: Query, where: str, expected: str | None = None) -> Json:
    """Every expression in the template evaluated; ``where`` is the field as AWS names it: ``Output/total``.

    ``expected`` names the only type of result that the whole field may have.
    """
    if isinstance(template, str):
        expression = expression_in(template)
        return template if expression is None else _evaluate(expression.strip(), query, where, expected)
    if isinstance(template, dict):
        return {key: fill(value, query, f"{where}/{key}") for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, query, f"{where}[{index}]") for index, value in enumerate(template)]
    return template


def _evaluate(expression: str, query: Query, where: str, expected: str | None) -> Json:
    about = f"The JSONata expression '{expression}' specified for the field '{where}'"
    spending = Spending(query.sizes)
    try:
        if not query.prepared:
            query.prepared.update(_bindings(query))
        compiled = _compile(expression)
        # Some of the library's functions find the running expression through this slot, not through arguments.
        Jsonata.CURRENT.jsonata = compiled
        # By these names the library asks who wants to know what it evaluates.
        watched = {**query.prepared, "__evaluate_entry": spending.begins, "__evaluate_exit": spending.ends}
        result = compiled.evaluate(None, watched)
        size = spending.size(result)
    except (RecursionError, MemoryError):
        raise BudgetExhausted from None
    except (RuntimeError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as failure:
        raise query_failure(f"{about} threw an error during evaluation. {_explain(failure)}") from None
    if size > MAX_VALUES:
        raise BudgetExhausted
    if result is None:
        raise query_failure(f"{about} returned nothing (undefined).")
    try:
        value = _from_library(result)
    except RecursionError:
        raise BudgetExhausted from None
    except _Unsupported:
        raise query_failure(f"{about} returned an unsupported result type.") from None
    if expected is not None and type_name(value) != expected:
        raise query_failure(
            f"{about} returned an unexpected result type. Expected '{expected}', but was '{type_name(value)}' "
            f"for value: {compact(value)}"
        )
    return value


def _explain(failure: BaseException) -> str:
    code = getattr(failure, "error", None)
    return f"{code}: {failure}" if code else str(failure) or type(failure).__name__


@lru_cache(maxsize=4096)
def _compile(expression: str) -> Any:
    if len(expression) > MAX_EXPRESSION:
        raise BudgetExhausted
    compiled = Jsonata(expression, bounded_engine)
    compiled.set_output_convert_nulls(False)
    return compiled


def _bindings(query: Query) -> dict[str, Any]:
    bindings = {name: _to_library(value, query.sizes) for name, value in query.variables.items()}
    bindings["states"] = _to_library(dict(query.states), query.sizes)
    for name, function in _functions(query).items():
        bindings[name] = Jsonata.JLambda(function)
    return bindings


def _functions(query: Query) -> dict[str, Callable[..., Any]]:
    """AWS's additions, and the functions that must not depend on the real clock."""
    milliseconds = query.now_milliseconds

    def random_number(seed: Any = None) -> float:
        return (query.random if seed is None else Random(seed)).random()

    def now(picture: Any = None, zone: Any = None) -> Any:
        return Functions.datetime_from_millis(milliseconds, picture, zone)

    def shuffle(array: Any) -> Any:
        return None if array is None else query.random.sample(list(array), len(array))

    return {
        "partition": _partition,
        "range": _range,
        "hash": _hash,
        "random": random_number,
        "uuid": lambda: random_uuid(query.random),
        "parse": _parse,
        "shuffle": shuffle,
        "now": now,
        "millis": lambda: milliseconds,
        "eval": _no_eval,
        "pad": _pad,
    }


def _partition(array: Any, length: Any) -> Any:
    if array is None or length is None:
        return None
    if not isinstance(array, list) or isinstance(length, bool) or not isinstance(length, int | float) or length < 1:
        raise FunctionError("$partition expects an array and a positive number")
    return partition(list(array), int(length))


def _range(start: Any, stop: Any, step: Any) -> Any:
    if start is None or stop is None or step is None:
        return None
    numbers = arrange(int(start), int(stop), int(step))
    # AWS hands the numbers back as a JSONata sequence, which is why a single number is not in an array.
    return Utils.create_sequence_from_iter(numbers)


def _hash(content: Any, algorithm: Any = "SHA-1") -> Any:
    if content is None:
        return None
    text = content if isinstance(content, str) else compact(_from_library(content))
    return digest(text, str(algorithm))


def _parse(text: Any) -> Any:
    if text is None:
        return None
    if not isinstance(text, str):
        raise FunctionError("$parse expects a string")
    return _to_library(json.loads(text), {})


def _pad(text: Any, width: Any = None, character: Any = None) -> Any:
    if isinstance(width, int | float) and abs(width) > MAX_TEXT_BYTES:
        raise BudgetExhausted
    return Functions.pad(text, width, character)


def _no_eval(*_: Any) -> Any:
    raise FunctionError("Attempted to invoke a non-function: $eval")


class _Unsupported(ValueError):
    """A function, a regular expression or another value that JSON cannot hold."""


def _to_library(value: Json, sizes: Sizes) -> Any:
    """The library keeps JSON null apart from *undefined* by a value of its own. Sizes are noted on the way."""
    if isinstance(value, dict | list):
        return _converted(value, sizes)[0]
    return _leaf(value)


def _converted(value: Any, sizes: Sizes) -> tuple[Any, int]:
    size = 1
    made: Any = {} if isinstance(value, dict) else [None] * len(value)
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, dict | list):
            made[key], inner = _converted(item, sizes)
            size += inner
        else:
            made[key] = _leaf(item)
            size += 1
    sizes[id(made)] = (made, size)
    return made, size


def _leaf(value: Json) -> Any:
    return _NULL if value is None else _number(value) if isinstance(value, float) else value


def _from_library(value: Any) -> Json:
    match value:
        case float():
            return _number(value)
        case bool() | int() | str():
            return value
        case dict():
            return {str(key): _from_library(item) for key, item in value.items()}
        case list():
            return [_from_library(value[index]) for index in range(len(value))]
        case _ if value is _NULL or value is None:
            # Inside a container None is null as well: what is undefined was left out when it was built.
            return None
        case _:
            raise _Unsupported


def _number(value: float) -> int | float:
    """JSONata has one kind of number; a whole one is written without a fraction."""
    return int(value) if value.is_integer() else value
