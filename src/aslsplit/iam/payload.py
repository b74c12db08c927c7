"""What a state sends with its call, as far as the definition says it: literal values, and where data decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from aslsplit.asl.jsonata import expression_in
from aslsplit.asl.model import QueryLanguage, State
from aslsplit.asl.source import Json

__all__ = ["Payload", "Unsaid", "Value", "payload_of"]


_CONSTANT: Final = re.compile(r"""(['"])([^'"\\]*)\1""")
"""An expression that is a text and nothing else."""


class Unsaid(Enum):
    ABSENT = "absent"
    DATA = "from data"


Value = str | Unsaid
"""Text as the definition has it, with its ``${Tokens}``."""


@dataclass(frozen=True, slots=True)
class Payload:
    """``body`` is None where the state sends its whole input."""

    body: Json
    language: QueryLanguage

    def values(self, path: str) -> tuple[Value, ...]:
        """All that lie at a path such as ``Entries.EventBusName``, each item of an array in turn; ``@`` are the keys of
        an object.

        >>> Payload({"Entries": [{"EventBusName": "orders"}, {}]}, "JSONPath").values("Entries.EventBusName")
        ('orders', <Unsaid.ABSENT: 'absent'>)
        """
        if self.body is None:
            return (Unsaid.DATA,)
        return tuple(dict.fromkeys(self._at(self.body, path.split(".")))) or (Unsaid.ABSENT,)

    def value(self, path: str) -> Value:
        """Of a path without arrays on its way."""
        return self.values(path)[0]

    def _at(self, value: Json, steps: list[str]) -> Iterator[Value]:
        if isinstance(value, str) and self.language == "JSONata" and (said := expression_in(value)) is not None:
            constant = _CONSTANT.fullmatch(said.strip())
            yield Unsaid.DATA if constant is None else constant[2]
        elif isinstance(value, list):
            for item in value:
                yield from self._at(item, steps)
        elif steps:
            yield from self._member(value, steps)
        elif isinstance(value, dict):
            yield Unsaid.DATA
        else:
            yield Unsaid.ABSENT if value is None else str(value)

    def _member(self, value: Json, steps: list[str]) -> Iterator[Value]:
        step, *rest = steps
        if not isinstance(value, dict):
            yield Unsaid.ABSENT
        elif step == "@":
            yield from (Unsaid.DATA if key.endswith(".$") else key for key in value)
        elif (key := _key(value, step)) is not None:
            yield from self._at(value[key], rest)
        else:
            is_path = self.language == "JSONPath" and _key(value, f"{step}.$") is not None
            yield Unsaid.DATA if is_path else Unsaid.ABSENT


def _key(value: Mapping[str, Json], wanted: str) -> str | None:
    """The SDK integrations spell some parameters in their own way: DbInstanceIdentifier, RoleARN."""
    if wanted in value:
        return wanted
    return next((key for key in value if key.lower() == wanted.lower()), None)


def payload_of(state: State) -> Payload:
    field = "Arguments" if state.query_language == "JSONata" else "Parameters"
    return Payload(state.body.get(field), state.query_language)
