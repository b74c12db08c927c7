"""How a rule about a changed contract is made: by its level, which decides what most of them have in common."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

__all__ = ["contract_rule"]


def contract_rule(severity: Severity, code: str, name: str, *, what: str, why: str, example: str, remedy: str) -> Rule:
    return Rule(code, name, severity, what, why, example, remedy)
