"""Coded remarks about the user's files, as values."""

from aslsplit.findings.catalogue import RULES, rule
from aslsplit.findings.finding import Finding, Span, finding, has_errors, in_order, printable
from aslsplit.findings.rule import Rule, Severity

__all__ = ["RULES", "Finding", "Rule", "Severity", "Span", "finding", "has_errors", "in_order", "printable", "rule"]
