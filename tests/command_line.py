"""The real command line, run in this process or in one of its own, and folders compared byte by byte."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import typer
import yaml

from aslsplit.cli import app, main
from tests.watching import outside_calls

__all__ = [
    "EXAMPLE",
    "SMALL_MACHINE",
    "SMALL_MAP",
    "Ran",
    "aslsplit",
    "aslsplit_process",
    "commands",
    "copy_of_example",
    "differing",
    "small_project",
    "snapshot",
]

EXAMPLE = Path(__file__).parents[1] / "examples" / "order-processing"

SMALL_MACHINE: dict[str, Any] = {
    "Comment": "An order is checked, paid and shipped.",
    "StartAt": "Check",
    "States": {
        "Check": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:check",
                  "Parameters": {"id.$": "$.order.id"}, "ResultPath": "$.checked", "Next": "Pay"},
        "Pay": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:pay",
                "Parameters": {"id.$": "$.order.id", "amount.$": "$.order.amount"}, "ResultPath": "$.payment",
                "Catch": [{"ErrorEquals": ["Declined"], "ResultPath": "$.declined", "Next": "Refuse"}],
                "Next": "Paid?"},
        "Paid?": {"Type": "Choice", "Choices": [{"Variable": "$.payment.ok", "BooleanEquals": True, "Next": "Ship"}],
                  "Default": "Refuse"},
        "Ship": {"Type": "Parallel", "Branches": [{"StartAt": "Book", "States": {
                     "Book": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:book",
                              "Parameters": {"id.$": "$.order.id"}, "ResultPath": "$.booking", "Next": "Tell"},
                     "Tell": {"Type": "Pass", "End": True}}}],
                 "ResultPath": "$.shipped", "Next": "Done"},
        "Refuse": {"Type": "Pass", "Result": "refused", "ResultPath": "$.outcome", "Next": "Done"},
        "Done": {"Type": "Succeed"},
    },
}  # fmt: skip

SMALL_MAP: dict[str, Any] = {
    "version": 1,
    "monolith": "order.asl.json",
    "meta": {"correlation_id": "$.order.id"},
    "children": {"pay": {"states": ["Pay", "Paid?"]}, "booking": {"states": ["Book"], "owner": "logistics"}},
}


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    def refused(self) -> bool:
        """Whether it ended as it should when somebody's file or command is wrong: with words, and without a trace."""
        told = self.out + self.err
        return self.code in (1, 2) and bool(self.err) and "Traceback" not in told and "ASL9" not in told


def aslsplit(*arguments: str, folder: Path | None = None, typed: bytes = b"", **environment: str) -> Ran:
    stdin = io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    with (
        mock.patch.multiple(sys, stdin=stdin, stdout=out, stderr=err),
        mock.patch.dict(os.environ, {"COLUMNS": "100", **environment}),
        contextlib.chdir(folder or Path()),
        outside_calls() as called,
    ):
        code = main(list(arguments))
    assert not called
    return Ran(code, _written(out), _written(err))


def commands(verbs: typer.Typer = app) -> Mapping[str, Callable[..., Any]]:
    """What people can type, in the order of the help; a verb of a group has the group's name before its own."""
    found: dict[str, Callable[..., Any]] = {}
    for command in verbs.registered_commands:
        assert command.callback is not None
        found[command.name or command.callback.__name__] = command.callback
    for group in verbs.registered_groups:
        assert group.typer_instance is not None
        inner = commands(group.typer_instance)
        found |= {f"{group.typer_instance.info.name} {name}": callback for name, callback in inner.items()}
    return found


def aslsplit_process(*arguments: str, folder: Path | None = None, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "aslsplit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60, **options)


def copy_of_example(folder: Path, **changes: Any) -> Path:
    """The example, with changes to its boundary map; a key that is None is left out."""
    shutil.copytree(EXAMPLE, folder)
    boundaries = folder / "boundaries.yaml"
    text = boundaries.read_text(encoding="utf-8")
    if changes:
        written = {**yaml.safe_load(text), **changes}
        text = json.dumps({key: value for key, value in written.items() if value is not None})
    boundaries.write_text(text, encoding="utf-8")
    return folder


def small_project(folder: Path, machine: Any = None, boundaries: Any = None) -> Path:
    """A project of two children, one inside a Parallel branch; it is rewritten in place."""
    folder.mkdir(parents=True, exist_ok=True)
    definition = json.dumps(SMALL_MACHINE if machine is None else machine, indent=2)
    (folder / "order.asl.json").write_text(definition + "\n", encoding="utf-8")
    written = yaml.safe_dump(SMALL_MAP if boundaries is None else boundaries, sort_keys=False)
    (folder / "boundaries.yaml").write_text(written, encoding="utf-8")
    return folder


def snapshot(folder: Path) -> Mapping[str, tuple[int, bytes]]:
    """Every file, folder and link, with its rights and what is in it."""
    found: dict[str, tuple[int, bytes]] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            content = path.read_bytes() if os.access(path, os.R_OK) else b""
        else:
            content = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else b""
        found[path.relative_to(folder).as_posix()] = (mode, content)
    return found


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")
