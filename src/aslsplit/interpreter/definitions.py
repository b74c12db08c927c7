"""Reading definitions that AWS has judged: what it accepts has to be accepted, what it rejects to be rejected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from aslsplit.asl.parse import parse
from aslsplit.asl.source import Json, read_source
from aslsplit.findings import Finding, has_errors

__all__ = ["check_definition", "judge_definitions"]


def judge_definitions(directory: Path) -> Iterator[tuple[str, bool, list[str]]]:
    """Each judgement's id, whether AWS accepted the definition, and what is to be said if reading does not agree.

    A machine that ran was accepted, so the recorded executions count too.
    """
    for file in sorted(directory.glob("*/*.json")):
        vector = json.loads(file.read_text(encoding="utf-8"))
        match file.parent.name:
            case "single-state":
                continue
            case "definition-check":
                accepted = bool(vector["expect"]["accepted"])
            case _:
                accepted = True
        yield str(vector["id"]), accepted, list(check_definition(vector, accepted))


def check_definition(vector: Mapping[str, Json], accepted: bool) -> Iterator[str]:
    definitions = vector["machines"].values() if "machines" in vector else [vector["definition"]]
    findings = [one for definition in definitions for one in _findings(definition)]
    if has_errors(findings) and accepted:
        yield from (f"reading rejects it: {one.message}" for one in findings if has_errors([one]))
    if not has_errors(findings) and not accepted:
        yield f"reading accepts it; AWS says: {vector['expect'].get('message') or vector['expect'].get('diagnostics')}"


def _findings(definition: Json) -> tuple[Finding, ...]:
    source, findings = read_source("definition.asl.json", json.dumps(definition).encode())
    return findings if source is None else (*findings, *parse(source)[1])
