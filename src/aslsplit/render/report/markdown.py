"""The report as a comment of a pull request: within its size, details folded, graphs in Mermaid.

Names and messages come from files, so everything that Markdown or HTML could take for its own is written as an entity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from aslsplit.findings import printable
from aslsplit.render.difference_page import item_lines, words_text
from aslsplit.render.outline import Code
from aslsplit.render.report.document import Block, Bullets, Cell, Graph, Listing, Paragraph, Section, Table
from aslsplit.render.report.graphs import graph_section
from aslsplit.render.report.report import Report
from aslsplit.render.report.sections import headline, sections, title

__all__ = ["LIMIT", "report_markdown"]

LIMIT = 65_536
"""Characters of a comment on GitHub; counted here in bytes, which are never fewer."""

_LEFT_OUT = "Left out, the comment would be too long."
_ELSEWHERE = "A comment cannot be longer than this. The page has all of it: aslsplit report MAP --format html."


def report_markdown(report: Report, limit: int = LIMIT) -> str:
    parts = list(sections(report))
    parts.insert(next((i for i, part in enumerate(parts) if part.name == "findings"), 0), graph_section(report))
    head = f"# {_text(title(report))}\n\n{_text(headline(report))}\n"
    return _fitting(head, parts, limit)


def _fitting(head: str, parts: Sequence[Section], limit: int) -> str:
    """What can best be seen elsewhere goes first, until the rest fits."""
    kept = list(parts)
    for shorter in (None, *_expendable(parts)):
        if shorter is not None:
            if kept == list(parts):
                head = f"{head}\n{_ELSEWHERE}\n"
            kept = [_shortened(part, shorter[1]) if part.name == shorter[0] else part for part in kept]
        text = "\n".join([head, *map(_section, kept)])
        if len(text.encode("utf-8", "surrogatepass")) <= limit:
            return text
    cut = text.encode("utf-8", "surrogatepass")[: limit - len(_LEFT_OUT) - 2].decode("utf-8", "ignore")
    return f"{cut[: cut.rfind(chr(10))]}\n{_LEFT_OUT}\n"


def _expendable(parts: Sequence[Section]) -> Iterator[tuple[str, int | None]]:
    """Sections by name, and which of their blocks; None is all of them."""
    for name in ("diff", "states", "proofs", "graphs"):
        for part in parts:
            if part.name == name:
                sizes = {number: len(_block(block)) for number, block in enumerate(part.blocks)}
                # The largest first, but of the graphs those of the children.
                order = sorted(sizes, key=lambda number: -number if name == "graphs" else -sizes[number])
                yield from ((name, number) for number in order if name != "proofs" or _is_long(part.blocks[number]))
    for name in ("permissions", *(part.name for part in parts if part.name.startswith("contract-"))):
        yield name, None
    yield from ((part.name, None) for part in reversed(parts))


_MOST_ROWS = 30


def _is_long(block: Block) -> bool:
    return isinstance(block, Table) and len(block.rows) > _MOST_ROWS


def _shortened(section: Section, number: int | None) -> Section:
    if number is None:
        return replace(section, blocks=(Paragraph(_LEFT_OUT),))
    block = section.blocks[number]
    short: Block
    if isinstance(block, Table) and _is_long(block):
        more = (f"and {len(block.rows) - _MOST_ROWS} more", *[""] * (len(block.columns) - 1))
        short = replace(block, rows=(*block.rows[:_MOST_ROWS], more))
    elif isinstance(block, Graph | Listing | Table) and block.title:
        short = Paragraph(f"{block.title}: left out, the comment would be too long.")
    else:
        short = Paragraph(_LEFT_OUT)
    return replace(section, blocks=(*section.blocks[:number], short, *section.blocks[number + 1 :]))


def _section(section: Section) -> str:
    body = "\n".join(map(_block, section.blocks))
    if section.folded:
        return f"<details><summary><b>{_text(section.title)}</b></summary>\n\n{body}\n</details>\n"
    return f"## {_text(section.title)}\n\n{body}"


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return f"{_text(block.text)}\n"
        case Table():
            heading = f"**{_text(block.title)}**\n\n" if block.title else ""
            lines = [_row(block.columns), "|" + "---|" * len(block.columns), *map(_row, block.rows)]
            return heading + "\n".join(lines) + "\n"
        case Listing():
            return (
                f"<details><summary>{_text(block.title)}</summary>\n\n{_fenced(block.text, block.language)}</details>\n"
            )
        case Bullets():
            heading = f"**{words_text(block.title)}**\n\n" if block.title else ""
            return heading + "".join(f"{line}\n" for item in block.items for line in item_lines(item, ""))
        case Graph():
            return f"**{_text(block.title)}**\n\n{_fenced(block.text, 'mermaid')}"
        case _ as unreachable:
            assert_never(unreachable)


def _row(cells: Sequence[Cell]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _text(cell)
    if isinstance(cell, Code):
        return _code(cell.text)
    return "<br>".join(_cell(line) for line in cell)


def _code(text: str) -> str:
    if not text:
        return ""
    if _PLAIN.fullmatch(text):
        return f"`{text}`"
    return f"<code>{_text(text)}</code>"


_PLAIN = re.compile(r"[A-Za-z0-9$.,:/()\[\]'\"{}=+*_… -]*[A-Za-z0-9$.:/()\[\]'\"{}=+*_-]")


def _text(text: str) -> str:
    # One space joins words; several indent a line, as in a piece of a boundary map.
    indent = len(text) - len(text.lstrip(" ")) if text.startswith("  ") else 0
    return "&nbsp;" * indent + "".join(
        c if c.isalnum() or c in _HARMLESS else f"&#{ord(c)};" for c in printable(text[indent:])
    )


# What these begin at the start of a line (a list, a heading) no text of ours begins with.
_HARMLESS = " .,:;?!/()'\"$%→·…=+-–{}"


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    ended = text if text.endswith("\n") else f"{text}\n"
    return f"{fence}{language}\n{ended}{fence}\n"
