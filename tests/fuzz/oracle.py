"""What has to be true of every answer."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aslsplit.asl.dump import Origin, dump
from aslsplit.asl.source import Source, read_source
from aslsplit.findings import Finding
from tests.command_line import Ran, aslsplit
from tests.fuzz.guard import Broken

__all__ = ["check_findings", "check_written", "command", "same"]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def check_findings(findings: Iterable[Finding], name: str, raw: bytes) -> None:
    """Each is about this file, and about a place that the file has."""
    lines = re.split("\r\n|\r|\n", raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
    for one in findings:
        if one.span is None:
            # Which machine of a template is meant is a question to the command line.
            if one.code == "ASL120":
                continue
            raise Broken(f"{one.code} has no place")
        if one.span.file != name:
            raise Broken(f"{one.code} is about another file {one.span.file}")
        for line, column in ((one.span.line, one.span.column), (one.span.end_line, one.span.end_column)):
            if not 1 <= line <= len(lines) or not 1 <= column <= len(lines[line - 1]) + 1:
                raise Broken(f"{one.code} stands outside the file, in {line}:{column}")
        if (one.span.end_line, one.span.end_column) < (one.span.line, one.span.column):
            raise Broken(f"{one.code} ends before it begins")


def check_written(source: Source) -> None:
    """What was read and is written can be read again, and is the same."""
    if not source.functions and source.embedded is None:
        text = dump(source.data, {}, like=source)
        again, _ = read_source(f"again.{source.format}", text.encode())
        if again is None or not same(again.data, source.data):
            raise Broken(f"written anew as {source.format} it is something else")
    if source.embedded is None and dump(source.data, {(): Origin(source, ())}, like=source) != source.text:
        raise Broken("written as it was it looks different")


def same(left: Any, right: Any) -> bool:
    """With the order of members, and without taking true for 1 or 1 for 1.0."""
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


def command(folder: Path, *arguments: str) -> Ran:
    """One command, which ends as documented: 0, 1 or 2, with words if it is not 0, and never with a bug."""
    ran = aslsplit(*arguments, folder=folder)
    told = ran.out + ran.err
    if ran.code not in (0, 1, 2):
        raise Broken(f"{arguments[0]} ends with {ran.code}: {_bug(ran.err)}")
    if "Traceback" in ran.err or "ASL901" in ran.err:
        raise Broken(f"{arguments[0]} prints a trace: {_bug(ran.err)}")
    if ran.code and not told.strip():
        raise Broken(f"{arguments[0]} ends with {ran.code} and says nothing")
    if not {"json", "sarif"} & set(arguments) and _CONTROL.search(told):
        raise Broken(f"{arguments[0]} prints a control character")
    if "json" in arguments or "sarif" in arguments:
        _check_json(arguments[0], ran)
    return ran


def _check_json(verb: str, ran: Ran) -> None:
    if not ran.out:
        return
    try:
        json.loads(ran.out)
    except ValueError as error:
        raise Broken(f"{verb} prints what is no JSON: {error}") from error


def _bug(told: str) -> str:
    lines = told.strip().splitlines()
    return " | ".join(lines[-4:])[-600:]
