"""A difference as Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.findings import Finding
from aslsplit.render.findings_text import findings_markdown
from aslsplit.render.markdown import code_span, plain
from aslsplit.render.outline import Item, Mark, Outline, Words

__all__ = ["difference_page", "item_lines", "words_text"]


def difference_page(outline: Outline, findings: Sequence[Finding] = ()) -> str:
    parts = ["# What changed"]
    if outline.headlines:
        parts += ["", *(f"- {words_text(words)}" for words in outline.headlines)]
    if outline.summary:
        parts += ["", f"{plain(outline.summary)}."]
    for section in outline.sections:
        parts += ["", f"## {words_text(section.title)}", ""]
        parts += [line for item in section.items for line in item_lines(item, "")]
    if findings:
        parts += ["", "## Findings", "", findings_markdown(findings)]
    return "\n".join(parts).rstrip() + "\n"


def item_lines(item: Item, indent: str) -> Iterator[str]:
    sign = f"**{item.mark}** " if item.mark in (Mark.ADDED, Mark.REMOVED) else ""
    yield f"{indent}- {sign}{words_text(item.words)}"
    for detail in item.details:
        yield from item_lines(detail, f"{indent}  ")


def words_text(words: Words) -> str:
    return "".join(plain(word) if isinstance(word, str) else code_span(word.text) for word in words)
