"""References to the context object in states that move, there and back.

Inside a child ``$$`` is another execution's, so the reference leads to what was sent along
(``docs/decisions/0003-captured-context.md``).
"""

from __future__ import annotations

from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.jsonata_text import context_references
from aslsplit.asl.model import QueryLanguage
from aslsplit.asl.paths import CONTEXT, Stem
from aslsplit.asl.references import Reference, replace_references

__all__ = ["MOVED", "moved_references", "restored_references"]

MOVED: Stem = ("Execution", "Input", "context")
"""Where in its own context object a child finds that of its parent; what is there mirrors ``$$``."""

_INSERTED = "".join(f".{name}" for name in MOVED)


def moved_references(text: str, language: QueryLanguage, *, inside_map: bool) -> str:
    """
    >>> moved_references("States.Format('{}', $$.Execution.Id)", "JSONPath", inside_map=False)
    "States.Format('{}', $$.Execution.Input.context.Execution.Id)"
    >>> moved_references("{% $states.context.Execution.Id %}", "JSONata", inside_map=False)
    '{% $states.context.Execution.Input.context.Execution.Id %}'
    """

    def moves(stem: Stem) -> bool:
        # A state and a task bring their own; so does a Map, for everything inside it.
        return stem[:1] not in (("State",), ("Task",)) and not (inside_map and stem[:1] == ("Map",))

    if language == "JSONata":
        for found in reversed(context_references(_expression(text))):
            if moves(found.names):
                text = text[: _BEGINS + found.end] + _INSERTED + text[_BEGINS + found.end :]
        return text

    def moved(reference: Reference) -> str | None:
        if reference.path.root != CONTEXT or not moves(reference.path.stem):
            return None
        return CONTEXT + _INSERTED + text[reference.start + len(CONTEXT) : reference.end]

    return replace_references(text, moved)


def restored_references(text: str, language: QueryLanguage) -> str:
    """
    >>> restored_references("{% $states.context.Execution.Input.context.Execution.Id %}", "JSONata")
    '{% $states.context.Execution.Id %}'
    """
    if language == "JSONata":
        for found in reversed(context_references(_expression(text))):
            start = _BEGINS + found.end
            if text[start:].startswith(_INSERTED):
                text = text[:start] + text[start + len(_INSERTED) :]
        return text

    def restored(reference: Reference) -> str | None:
        if reference.path.root != CONTEXT or reference.path.stem[:3] != MOVED:
            return None
        return CONTEXT + text[reference.start + len(CONTEXT + _INSERTED) : reference.end]

    return replace_references(text, restored)


_BEGINS = len("{%")


def _expression(text: str) -> str:
    return expression_in(text) or ""
