"""How large, deep and intricate what people hand in may be: every limit of reading and running, in one place.

They lie at or beyond what Step Functions accepts and anybody writes, and close enough to answer at once. What is beyond
one gets a finding (``code``), or where only running shows it, ends that execution undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = [
    "MAX_ALIASED",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_EVALUATIONS",
    "MAX_EXPRESSION",
    "MAX_FILTER",
    "MAX_LEVELS",
    "MAX_MACHINES",
    "MAX_NESTING",
    "MAX_PATTERN",
    "MAX_REFERENCE",
    "MAX_SELECTED",
    "MAX_STATES",
    "MAX_STEPS",
    "MAX_TEXT_BYTES",
    "MAX_TRIES",
    "MAX_VALUES",
    "Limit",
    "limits",
]

MAX_TEXT_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 200
MAX_VALUES: Final = 500_000
MAX_ALIASED: Final = 50_000
MAX_DIGITS: Final = 308
MAX_STATES: Final = 5_000
MAX_MACHINES: Final = 500
MAX_REFERENCE: Final = 10_000
MAX_STEPS: Final = 100
MAX_NESTING: Final = 20
MAX_FILTER: Final = 1_000
MAX_EXPRESSION: Final = 50_000
MAX_LEVELS: Final = 500
MAX_PATTERN: Final = 500
MAX_TRIES: Final = 10_000_000
MAX_EVALUATIONS: Final = 100_000
MAX_SELECTED: Final = 100_000


@dataclass(frozen=True, slots=True)
class Limit:
    """``of`` is what is limited, ``most`` how much of it there may be, ``code`` the finding about more."""

    of: str
    most: int
    code: str | None


def limits() -> Iterator[Limit]:
    """All of them, as the documentation tells them. Without a code only an execution in a proof ends."""
    yield Limit("bytes of a file", MAX_TEXT_BYTES, "ASL113")
    yield Limit("levels of objects and arrays inside each other", MAX_DEPTH, "ASL113")
    yield Limit("values in a file, YAML aliases counted as often as they are used", MAX_VALUES, "ASL113")
    yield Limit("values that YAML aliases bring in", MAX_ALIASED, "ASL113")
    yield Limit("digits of a number before its point", MAX_DIGITS, "ASL101")
    yield Limit("states of a machine, those in Parallel and Map included", MAX_STATES, "ASL127")
    yield Limit("state machines in one template", MAX_MACHINES, "ASL113")
    yield Limit("characters of a path or an intrinsic function", MAX_REFERENCE, "ASL128")
    yield Limit("steps of a path, in JSONata too", MAX_STEPS, "ASL128")
    yield Limit("brackets inside each other in a path or filter", MAX_NESTING, "ASL128")
    yield Limit("characters of a filter", MAX_FILTER, "ASL128")
    yield Limit("characters of a JSONata expression", MAX_EXPRESSION, "ASL128")
    yield Limit("levels of a JSONata expression, such as calls inside each other", MAX_LEVELS, "ASL128")
    yield Limit("characters of a regular expression", MAX_PATTERN, "ASL129")
    yield Limit("ways in which a regular expression may try to match a text of 40 characters", MAX_TRIES, "ASL129")
    yield Limit("parts of a JSONata expression that are evaluated", MAX_EVALUATIONS, None)
    yield Limit("values in what a JSONata expression makes on its way", MAX_VALUES, None)
    yield Limit("values that a path selects", MAX_SELECTED, None)
