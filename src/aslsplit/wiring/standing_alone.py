"""Languages to which nothing of a template can be added: there the parent's definition must be a file of its own."""

from __future__ import annotations

from aslsplit.errors import DefinitionError
from aslsplit.findings import finding
from aslsplit.wiring.model import Wiring

__all__ = ["require_files"]


def require_files(wiring: Wiring, language: str) -> None:
    """Raises DefinitionError if the parent's definition stands in a template."""
    parent = wiring.parent
    if parent.embedded is not None:
        message = f"the parent's definition stands in {parent.source.name}, where {language} cannot read it"
        help = "move the definition into a file of its own, or let that template deploy the children too: --target sam"
        raise DefinitionError("the parent cannot be deployed", (finding("ASL581", message, help=help),))
