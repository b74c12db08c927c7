"""The catalogue of findings as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from aslsplit.findings import Rule

__all__ = ["findings_page"]

_STAGES = {
    "ASL0": "Boundary map",
    "ASL1": "Reading",
    "ASL2": "Analysis",
    "ASL3": "Legality",
    "ASL4": "Contracts",
    "ASL5": "Residues",
    "ASL6": "Output",
    "ASL7": "Proofs",
    "ASL8": "Signs of sprawl",
    "ASL9": "Bugs of aslsplit",
    "CTR1": "Two versions of a contract: the request",
    "CTR2": "Two versions of a contract: the result",
    "CTR3": "Two versions of a contract: the errors",
    "CTR4": "Two versions of a contract: its version and window",
}


def findings_page(rules: Sequence[Rule]) -> str:
    parts = ["# Findings", "", "Made from the catalogue by `make docs`; `aslsplit explain CODE` prints the same.", ""]
    stage = ""
    for rule in rules:
        if rule.code[:4] != stage:
            stage = rule.code[:4]
            parts += [f"## {_STAGES[stage]}", ""]
        parts += [
            f"### {rule.code} {rule.name}",
            "",
            f"*{rule.severity.value}* · {rule.what}",
            "",
            rule.why,
            "",
            *(_example(rule.example)),
            "",
            f"**What to do.** {rule.remedy}",
            "",
        ]
    return "\n".join(parts).rstrip() + "\n"


def _example(text: str) -> list[str]:
    return ["```", *text.splitlines(), "```"] if "\n" in text else [f"Example: {text}"]
