"""Calling the intrinsic functions of payload templates: ``States.Format('{}', $.name)``."""

from __future__ import annotations

from random import Random
from typing import assert_never

from aslsplit.asl.intrinsics import Call, Constant, Expression
from aslsplit.asl.path_reader import Reference
from aslsplit.interpreter.errors import INTRINSIC_FAILURE, StateFailure, runtime_failure
from aslsplit.interpreter.functions import FUNCTIONS, FunctionError
from aslsplit.interpreter.paths import View, evaluate
from aslsplit.interpreter.values import MISSING, Json, compact

__all__ = ["value_of"]


def value_of(expression: Expression, text: str, view: View, random: Random, field: str) -> Json:
    """What the expression in ``text`` gives for the field.

    Raises ``StateFailure``: States.Runtime for a missing path, States.IntrinsicFailure for a failing function.
    """
    match expression:
        case Constant(value):
            return value
        case Reference(_, start, end):
            return _found(text[start:end], view, field)
        case Call():
            return _result(expression, text, view, random, field)
        case _:
            assert_never(expression)


def _found(path: str, view: View, field: str) -> Json:
    value = evaluate(path, view)
    if value is MISSING:
        source = view.context if path.startswith("$$") else view.document
        raise runtime_failure(
            f"The JSONPath '{path}' specified for the field '{field}' could not be found in the input "
            f"'{compact(source)}'"
        )
    return value


def _result(call: Call, text: str, view: View, random: Random, field: str) -> Json:
    arguments = [value_of(argument, text, view, random, field) for argument in call.arguments]
    if call.function == "States.Format" and isinstance(first := call.arguments[0], Constant) and first.raw is not None:
        # Unescaped, a literal brace would look like a place to fill in.
        arguments[0] = first.raw
    try:
        return FUNCTIONS[call.function](random, *arguments)
    except FunctionError as failure:
        cause = f"The function '{text[call.start : call.end]}' had the following error: {failure}"
    raise StateFailure(INTRINSIC_FAILURE, cause, unlocated=True)
