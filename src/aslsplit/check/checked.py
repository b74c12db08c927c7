"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.findings import Finding

__all__ = ["Checked", "CheckedChild"]


@dataclass(frozen=True, slots=True)
class CheckedChild:
    """``calls`` are the states that call it and the files they stand in; ``contract`` is the version, if there is a
    contract."""

    name: str
    file: str
    calls: tuple[tuple[str, str], ...]
    contract: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """``findings`` are all there are: those of the children and those about the tree as a whole."""

    parent: str
    children: tuple[CheckedChild, ...]
    findings: tuple[Finding, ...]
