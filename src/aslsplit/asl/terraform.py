"""State machines in Terraform's language: where each of them has its ``definition``, and how it is written there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.placeholders import TokenEnds
from aslsplit.asl.quoting import Frame

__all__ = ["Attribute", "definitions_in", "heredoc", "is_terraform", "made_by"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """The ``definition`` of a resource or module: where its name stands, and where its value begins."""

    resource: str
    start: int
    end: int
    value: int


def is_terraform(name: str) -> bool:
    return name.lower().endswith((".tf", ".tofu"))


def definitions_in(text: str) -> Iterator[Attribute]:
    """In the order of the file; what stands in comments, texts and blocks inside is passed over."""
    depth, resource, offset = 0, "", 0
    tokens = TokenEnds(text)
    while found := _PIECE.search(text, offset):
        offset = found.end()
        piece = found.group()
        if piece == '"':
            offset = _behind_string(tokens, found.end())
        elif found["mark"]:
            offset = _heredoc_end(text, found.end(), found["mark"])[1]
        elif piece in _OPENING:
            depth += 1
        elif piece in _CLOSING:
            depth -= 1
            resource = resource if depth else ""
        elif depth == 0 and (block := _BLOCK.match(text, found.start())):
            depth, resource, offset = 1, block[1], block.end()
        elif depth == 1 and resource and piece == "definition" and (sign := _EQUALS.match(text, found.end())):
            yield Attribute(resource, found.start(), found.end(), sign.end())
            offset = sign.end()


def heredoc(text: str, value: int) -> Frame | None:
    """The lines of a heredoc that begins at ``value``. With ``<<-`` Terraform takes indentation away, which means
    nothing in JSON."""
    begun = _HEREDOC.match(text, value)
    if begun is None:
        return None
    start, (end, _) = begun.end(), _heredoc_end(text, begun.end(), begun["mark"])
    return Frame(text, start, end, text[start:end], range(start, end + 1), "literal")


def made_by(text: str, value: int) -> tuple[str, str | None]:
    """The function or the first name of an expression; with the file it reads, if it reads one.

    >>> made_by('templatefile("${path.module}/order.asl.json", {})', 0)
    ('templatefile', 'order.asl.json')
    >>> made_by('local.definition', 0)
    ('local.definition', None)
    """
    called = _CALLED.match(text, value)
    if called is None:
        return "an expression", None
    return called["name"], called["file"] if called["name"] in ("file", "templatefile") else None


_PIECE: Final = re.compile(
    r'(?:#|//)[^\n]*|/\*.*?(?:\*/|\Z)|"|<<-?(?P<mark>[A-Za-z_][\w-]*)[ \t]*\r?\n|[{}()\[\]]|[A-Za-z_][\w-]*', re.DOTALL
)
_HEREDOC: Final = re.compile(r"<<-?(?P<mark>[A-Za-z_][\w-]*)[ \t]*\r?\n")
_BLOCK: Final = re.compile(r'(?:resource[ \t]+"?aws_sfn_state_machine"?|module)[ \t]+"?([^"\s{]+)"?[ \t]*\{')
_EQUALS: Final = re.compile(r"[ \t]*=(?![=>])[ \t]*")
_CALLED: Final = re.compile(
    r'(?P<name>[A-Za-z_][\w.-]*)(?:\(\s*"(?:\$\{path\.(?:module|root|cwd)\}/)?(?:\./)?(?P<file>[^"$\\]+)")?'
)
_OPENING, _CLOSING = ("{", "(", "["), ("}", ")", "]")


def _behind_string(tokens: TokenEnds, offset: int) -> int:
    text = tokens.text
    while offset < len(text):
        if text.startswith(("$${", "%%{"), offset):
            offset += 3
        elif text.startswith(("${", "%{"), offset):
            offset = tokens.of(offset) or offset + 2
        elif text[offset] == "\\":
            offset += 2
        elif text[offset] in '"\n':
            return offset + 1
        else:
            offset += 1
    return offset


def _heredoc_end(text: str, start: int, mark: str) -> tuple[int, int]:
    """Where the line with the mark begins, and where it ends."""
    last = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t]*\r?$", re.MULTILINE).search(text, start)
    return (last.start(), last.end()) if last else (len(text), len(text))
