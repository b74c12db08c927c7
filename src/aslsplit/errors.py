"""Exceptions for "cannot go on". What is wrong with a file is a finding; only ``cli`` catches these."""

from __future__ import annotations

from aslsplit.findings import Finding


class AslSplitError(Exception):
    """Base of all: ``message`` for people, the ``findings`` behind it, and the ``exit_code`` of the command line."""

    exit_code = 2

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.findings = findings

    def __str__(self) -> str:
        reasons = "; ".join(remark.message for remark in self.findings)
        return f"{self.message}: {reasons}" if reasons else self.message


class InputError(AslSplitError):
    """A file cannot be read as Amazon States Language."""


class BoundaryError(AslSplitError):
    """The boundary map or the command line is wrong."""


class DefinitionError(AslSplitError):
    """A definition can be read and has errors, or was edited in a way that cannot be kept: findings, and no more."""

    exit_code = 1


class OutputError(AslSplitError):
    """A target cannot be written, or a template failed. Nothing was written."""


class ProofError(AslSplitError):
    """A proof failed on our own output: a bug of aslsplit. Nothing was written."""

    exit_code = 3
