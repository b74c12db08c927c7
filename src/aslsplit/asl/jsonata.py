"""JSONata as Step Functions marks it: a string that is wholly between ``{%`` and ``%}`` is an expression."""

from __future__ import annotations

__all__ = ["expression_in", "is_half_delimited"]


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
