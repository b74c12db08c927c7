"""SARIF as an answer, also where there is no going on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from aslsplit.cli.options import FindingsFormat
from aslsplit.cli.output import answer
from aslsplit.errors import AslSplitError

if TYPE_CHECKING:
    from aslsplit.findings import Finding
    from aslsplit.render.sarif import Remark

__all__ = ["answer_sarif", "findings_as_sarif", "sarif_of_failures"]


def findings_as_sarif(findings: Sequence[Finding], home: str, failure: str | None = None) -> None:
    from aslsplit.render.sarif import remark_of_finding

    answer_sarif([remark_of_finding(found) for found in findings], home, failure)


def answer_sarif(remarks: Sequence[Remark], home: str, failure: str | None = None) -> None:
    import json

    from aslsplit.render.sarif import sarif

    answer(json.dumps(sarif(remarks, home, failure), indent=2, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def sarif_of_failures(format: FindingsFormat, home: str) -> Iterator[None]:
    """What is wrong with a file is the answer too: an annotation where it stands."""
    try:
        yield
    except AslSplitError as error:
        if format is FindingsFormat.SARIF:
            findings_as_sarif(error.findings, home, error.message)
        raise
