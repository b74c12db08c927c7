"""Lambda: ``lambda:InvokeFunction`` on the function, and on its versions and aliases where none is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aslsplit.asl.placeholders import PART_OF_ARN, TOKEN
from aslsplit.iam.arns import Place, holds_an_arn, is_token, missing_of
from aslsplit.iam.need import Found, Gap, Need, taken_for_name
from aslsplit.iam.payload import Payload, Unsaid

__all__ = ["invoke", "invoked", "taken_for_function"]

_INVOKE: Final = ("lambda:InvokeFunction",)
_PART: Final = rf"(?=[^:]){PART_OF_ARN}"
_PARTIAL: Final = re.compile(rf"(?P<account>{_PART}):function:(?P<name>{_PART}(?::{_PART})?)")


def invoked(arn: str) -> Need:
    """Of a Task whose resource is the function."""
    return Need(_INVOKE, _with_versions(arn))


def invoke(payload: Payload, place: Place) -> Iterator[Found]:
    """Of ``lambda:invoke``: FunctionName takes an ARN, ``account:function:name`` and a name, each with a qualifier."""
    for function in payload.values("FunctionName"):
        if isinstance(function, Unsaid):
            yield Gap("ASL561", missing_of("FunctionName", function, payload), _INVOKE)
            continue
        if function.startswith("${") and not holds_an_arn(function):
            yield taken_for_name("FunctionName", function)
        arn, qualifier = _arn(function, place), payload.value("Qualifier")
        yield Need(_INVOKE, _with_versions(arn) if isinstance(qualifier, Unsaid) else (f"{arn}:{qualifier}",))


def taken_for_function(text: str) -> bool:
    """A token in the place of a Task's resource. An ARN there is a function's, or an activity's, which needs nothing.

    >>> [taken_for_function(text) for text in ("${Charge.Arn}", "${charge_lambda}", "${RefundActivityArn}", "${Put}")]
    [True, True, False, False]
    """
    if not is_token(text) or re.search("activity", text, re.IGNORECASE):
        return False
    return holds_an_arn(text) or re.search(r"lambda|function|Fn", text, re.IGNORECASE) is not None


def _arn(function: str, place: Place) -> str:
    if holds_an_arn(function):
        return function
    partial = _PARTIAL.fullmatch(function)
    if partial is not None:
        return place.arn(f"lambda:region:{partial['account']}:function:{partial['name']}")
    return place.arn(f"lambda:region:account:function:{function}")


def _with_versions(arn: str) -> tuple[str, ...]:
    """
    >>> _with_versions("${ChargeArn}")
    ('${ChargeArn}', '${ChargeArn}:*')
    >>> _with_versions("arn:aws:lambda:eu-west-1:111122223333:function:charge:live")
    ('arn:aws:lambda:eu-west-1:111122223333:function:charge:live',)
    """
    name = arn.partition(":function:")[2] if arn.startswith("arn:") else arn
    has_qualifier = ":" in re.sub(TOKEN, "", name)
    return (arn,) if has_qualifier else (arn, f"{arn}:*")
