"""JSONata as Step Functions marks it: a string that is wholly between ``{%`` and ``%}`` is an expression."""

from __future__ import annotations

__all__ = ["CALLED", "CALLED_ON_FAILURE", "FUNCTIONS", "expression_in", "is_half_delimited"]

_NAMES = (
    "abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl "
    "decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists filter floor formatBase "
    "formatInteger formatNumber fromMillis hash join keys length log lookup lowercase map match max merge "
    "millis min not now number pad parse parseInteger partition power random range reduce replace reverse "
    "round shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum "
    "toMillis trim type uppercase uuid zip"
)
FUNCTIONS = frozenset(_NAMES.split())
"""What a name means to which no variable was assigned: JSONata's own functions and those that AWS adds."""

CALLED = frozenset({"exists", "lookup", "merge", "type"})
"""The functions in generated expressions that pack and unpack; a variable of that name hides the function."""

CALLED_ON_FAILURE = frozenset({"parse"})
"""Those in the state that reads what a child failed with."""


def expression_in(text: str) -> str | None:
    """The expression between the delimiters; None for a string that is meant literally.

    >>> expression_in("{% $states.input.id %}")
    ' $states.input.id '
    """
    if len(text) >= 4 and text.startswith("{%") and text.endswith("%}"):
        return text[2:-2]
    return None


def is_half_delimited(text: str) -> bool:
    """Begins or ends as an expression but not both, which Step Functions refuses."""
    return expression_in(text) is None and (text.startswith("{%") or text.endswith("%}"))
