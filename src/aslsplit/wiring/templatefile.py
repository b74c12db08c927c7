"""What ``templatefile`` of Terraform makes of a definition: which tokens it can fill in, and what it would misread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aslsplit.asl.placeholders import tokens_in
from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, Span, finding
from aslsplit.wiring.model import Machine, Wiring

__all__ = ["names_in", "unreadable"]

_REFERENCE: Final = re.compile(r'[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[(?:"[^"\\]*"|\d+)\])*')
_NAME: Final = re.compile(r"^[^.\[]+|\.[^.\[]+|\[[^\]]*\]")
_MISREAD: Final = re.compile(r"%\{|\$\$\{|\$\{!")
_WRITTEN_FOR_TERRAFORM: Final = (".tftpl", ".tpl")


def names_in(token: str) -> tuple[str, ...]:
    """
    >>> names_in('tables["orders"].arn')
    ('tables', '["orders"]', 'arn')
    """
    return tuple(name.removeprefix(".") for name in _NAME.findall(token))


def unreadable(wiring: Wiring) -> Iterator[Finding]:
    """What stands in the way of deploying these definitions with Terraform."""
    is_written_for_it = wiring.parent.file.endswith(_WRITTEN_FOR_TERRAFORM)
    for machine in wiring.machines:
        for text, place in _texts(machine, machine.source.data, machine.source.base):
            if not is_written_for_it and (found := _MISREAD.search(text)):
                message = f"templatefile would read {found.group()} as a sign of its own"
                help = f"write the text in another way, such as with a space: {' '.join(found.group())}"
                yield finding("ASL581", message, span=place, help=help)
            for token in tokens_in(text):
                if not _REFERENCE.fullmatch(token):
                    message = f"${{{token}}} is no name that templatefile could be handed"
                    yield finding("ASL582", message, span=place, help="give it a name of letters, digits and _")


def _texts(machine: Machine, value: Json, at: Pointer) -> Iterator[tuple[str, Span]]:
    if isinstance(value, str):
        yield value, machine.source.span(at)
    if isinstance(value, dict):
        for key, part in value.items():
            yield key, machine.source.span((*at, key), key=True)
            yield from _texts(machine, part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(machine, part, (*at, index))
