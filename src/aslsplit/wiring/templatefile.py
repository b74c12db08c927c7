"""How Terraform fills in the tokens of a definition: as a template of its own, or piece by piece.

``templatefile`` reads an expression between ``${`` and ``}``, and gives ``%{`` and ``$${`` a meaning of their own. A
definition in which that would be misread is a text in which each token is replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from aslsplit.asl.source import Json, Pointer
from aslsplit.findings import Finding, finding
from aslsplit.wiring.model import Machine, Token, Wiring

__all__ = ["is_template", "names_in", "spellings", "unreadable"]

_REFERENCE: Final = re.compile(r'[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[(?:"[^"\\]*"|\d+)\])*')
_NAME: Final = re.compile(r"^[^.\[]+|\.[^.\[]+|\[[^\]]*\]")
_MISREAD: Final = re.compile(r"%\{|\$\$\{|\$\{!")
_WRITTEN_FOR_TERRAFORM: Final = (".tftpl", ".tpl")


def names_in(token: str) -> tuple[str, ...]:
    """
    >>> names_in('tables["orders"].arn'), names_in("Orders table")
    (('tables', '["orders"]', 'arn'), ('Orders table',))
    """
    if not _REFERENCE.fullmatch(token):
        return (token,)
    return tuple(name.removeprefix(".") for name in _NAME.findall(token))


def is_template(wiring: Wiring, machine: Machine) -> bool:
    """Whether ``templatefile`` makes of the definition what any other language of deployment does."""
    if _is_written_for_terraform(wiring):
        return True
    references = all(_REFERENCE.fullmatch(token.name) and "[" not in token.name for token in machine.tokens)
    return references and not _MISREAD.search(machine.source.text)


def spellings(machine: Machine, token: Token) -> tuple[str, ...]:
    """The token as the file has it, with its braces."""
    names = {re.escape(token.name), re.escape(json.dumps(token.name)[1:-1])}
    return tuple(sorted({found.group() for name in names for found in _spelled(name).finditer(machine.source.text)}))


def _spelled(name: str) -> re.Pattern[str]:
    return re.compile(rf"\$\{{\s*{name}\s*\}}")


def unreadable(wiring: Wiring) -> Iterator[Finding]:
    """The tokens that are neither known by their name nor found in their file."""
    for machine in wiring.machines:
        for token in machine.tokens:
            if _is_written_for_terraform(wiring):
                is_known = _REFERENCE.fullmatch(token.name) is not None
            else:
                is_known = is_template(wiring, machine) or bool(spellings(machine, token))
            if not is_known:
                message = f"${{{token.name}}} is no name, and what it is made of is not known ({', '.join(token.uses)})"
                place = machine.source.span(_place(machine.source.data, token.name, machine.source.base) or ())
                yield finding(
                    "ASL581", message, span=place, help="let whoever fills it in do the work, and give it a name"
                )


def _is_written_for_terraform(wiring: Wiring) -> bool:
    return wiring.parent.file.endswith(_WRITTEN_FOR_TERRAFORM)


def _place(value: Json, token: str, at: Pointer) -> Pointer | None:
    if isinstance(value, str):
        return at if f"${{{token}}}" in value else None
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = (_place(part, token, (*at, name)) for name, part in parts)
    return next((place for place in found if place is not None), None)
