"""The earlier versions of a definition, as far as the git log of its file has them."""

from __future__ import annotations

from collections.abc import Mapping

from aslsplit.asl.embedding import read_definition
from aslsplit.asl.source import Json
from aslsplit.disk.git_log import versions_of
from aslsplit.disk.workspace import STDIN
from aslsplit.findings import Finding, finding
from aslsplit.signs.past import Revision, states_of

__all__ = ["revisions_of"]


def revisions_of(file: str, resource: str | None = None) -> tuple[tuple[Revision, ...] | str, tuple[Finding, ...]]:
    """Oldest first; or why there are none, in words and as a finding. ``resource`` is the machine in a template."""
    versions = "standard input has no history" if file == STDIN else versions_of(file)
    if isinstance(versions, str):
        shown = "<stdin>" if file == STDIN else file
        return versions, (finding("ASL831", f"no history of {shown}: {versions}"),)
    return tuple(
        Revision(one.commit, one.author, None if one.raw is None else _states(file, one.raw, resource))
        for one in versions
    ), ()


def _states(file: str, raw: bytes, resource: str | None) -> Mapping[str, Json] | None:
    source, _ = read_definition(file, raw, resource)
    return None if source is None else states_of(source.data)
