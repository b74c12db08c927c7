"""What a shell offers for a word that is being typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from aslsplit.asl.source import Json

__all__ = ["children_of_map", "finding_codes", "sign_names"]

_USUAL_MAP = "boundaries.yaml"


def children_of_map(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The children of the map that is named already, each with its workflow. A map with errors will do."""
    from aslsplit.disk.workspace import STDIN

    # The option that waits for its value ends the reading of the line, so the map may still lie among the words.
    named = ctx.params.get("map") or next(iter(ctx.args), _USUAL_MAP)
    taken = ctx.params.get("child") or ()
    return [
        (name, workflow)
        for name, workflow in (_children(named) if named != STDIN else ())
        if name.startswith(incomplete) and name not in taken
    ]


def _children(map_path: str) -> Iterator[tuple[str, str]]:
    from aslsplit.asl.source import read_source
    from aslsplit.disk.workspace import read_named
    from aslsplit.errors import InputError

    try:
        shown, raw = read_named(map_path, "boundary map")
    except InputError:
        return
    source, _ = read_source(shown, raw, "yaml")
    children = _member(None if source is None else source.data, "children")
    for name in children if isinstance(children, dict) else ():
        workflow = _member(children[name], "workflow")
        yield name, workflow if isinstance(workflow, str) else ""


def _member(value: Json, key: str) -> Json:
    return value.get(key) if isinstance(value, dict) else None


def finding_codes(incomplete: str) -> list[tuple[str, str]]:
    from aslsplit.findings import RULES

    return [(rule.code, rule.name) for rule in RULES if rule.code.startswith(incomplete.upper())]


def sign_names(incomplete: str) -> list[tuple[str, str]]:
    """As far as the number, which only people know."""
    from aslsplit.signs.measure import KINDS

    return [(f"{kind.name}=", kind.title) for kind in KINDS if kind.name.startswith(incomplete)]
