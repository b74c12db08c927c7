"""Every finding code, with the text that ``aslsplit explain CODE`` prints and ``docs/findings.md`` is made of.

The first digit is the stage: 0 boundary map, 1 reading, 2 analysis, 3 legality, 4 contract, 5 residue, 6 output,
7 proof, 8 sign of sprawl, 9 our own bug. CTR is about two versions of a contract: 1 request, 2 result, 3 errors,
4 version and window.
"""

from __future__ import annotations

from aslsplit.findings.rule import Rule
from aslsplit.findings.rules import (
    analysis,
    boundary_map,
    check,
    contract,
    contract_request,
    contract_result,
    contract_version,
    deployment,
    disk,
    legality,
    limits,
    other_maps,
    output,
    permissions,
    proof,
    reading,
    residue,
    side_by_side,
    signs,
    wiring,
)

__all__ = ["RULES", "rule"]

_STAGES = (
    boundary_map,
    reading,
    limits,
    analysis,
    legality,
    other_maps,
    contract,
    residue,
    side_by_side,
    permissions,
    wiring,
    deployment,
    disk,
    output,
    proof,
    check,
    signs,
    contract_request,
    contract_result,
    contract_version,
)

RULES: tuple[Rule, ...] = tuple(sorted((rule for stage in _STAGES for rule in stage.RULES), key=lambda rule: rule.code))


def rule(code: str) -> Rule:
    """What a code means, why, and what to do about it. Raises KeyError for an unknown code."""
    return _BY_CODE[code]


_BY_CODE = {entry.code: entry for entry in RULES}
