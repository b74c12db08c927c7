"""Access paths: which part of the document, of a variable or of the context object is meant.

A path is a root and steps. What the analysis computes with is its *stem*: the leading field steps, since an
index, a wildcard or a filter selects inside a value whose extent only the running execution knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["ANY", "CONTEXT", "DOCUMENT", "AccessPath", "Any_", "Stem", "Step", "format_path"]

DOCUMENT: Final = "$"
CONTEXT: Final = "$$"


class Any_(Enum):
    """The step that may be any member: wildcard, slice, filter, descent, function, computed index."""

    ANY = "*"


ANY: Final = Any_.ANY
Step = str | int | Any_
Stem = tuple[str, ...]

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


@dataclass(frozen=True, slots=True)
class AccessPath:
    """``root`` is ``$`` (document), ``$$`` (context object) or ``$name`` (variable); a str step is a field."""

    root: str
    steps: tuple[Step, ...] = ()

    @property
    def stem(self) -> Stem:
        """The leading field steps, up to the first index or *any*."""
        fields: list[str] = []
        for step in self.steps:
            if not isinstance(step, str):
                break
            fields.append(step)
        return tuple(fields)

    @property
    def definite(self) -> bool:
        """Selects exactly one value, and fails the execution when it is missing (an indefinite path gives ``[]``)."""
        return ANY not in self.steps

    @property
    def is_variable(self) -> bool:
        return self.root not in (DOCUMENT, CONTEXT)

    def __str__(self) -> str:
        return format_path(self.root, self.steps)


def format_path(root: str, steps: tuple[Step, ...]) -> str:
    """The path as ASL writes it; names that are not plain are put into brackets.

    >>> format_path("$", ("order", "line items", 0, "id"))
    "$.order['line items'][0].id"
    """
    text = root
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, Any_):
            text += "[*]"
        elif _PLAIN_NAME.match(step):
            text += f".{step}"
        else:
            quoted = step.replace("\\", "\\\\").replace("'", "\\'")
            text += f"['{quoted}']"
    return text
