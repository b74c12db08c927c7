"""Coded remarks about the user's files, as values."""

from aslsplit.findings.catalogue import RULES, Rule, rule
from aslsplit.findings.finding import Finding, Severity, Span, finding, has_errors, in_order

__all__ = ["RULES", "Finding", "Rule", "Severity", "Span", "finding", "has_errors", "in_order", "rule"]
