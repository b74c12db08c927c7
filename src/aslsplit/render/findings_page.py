"""The catalogue of findings as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from aslsplit.findings import Rule

__all__ = ["findings_page"]

_STAGES = {
    "0": "Boundary map",
    "1": "Reading",
    "2": "Analysis",
    "3": "Legality",
    "4": "Contracts",
    "5": "Residues",
    "6": "Output",
    "7": "Proofs",
    "8": "Signs of sprawl",
    "9": "Bugs of aslsplit",
}


def findings_page(rules: Sequence[Rule]) -> str:
    parts = ["# Findings", "", "Made from the catalogue by `make docs`; `aslsplit explain CODE` prints the same.", ""]
    stage = ""
    for rule in rules:
        if rule.code[3] != stage:
            stage = rule.code[3]
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
