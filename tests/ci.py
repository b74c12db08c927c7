"""Steps of continuous integration as bash runs them, with stand-ins for the programs around."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aslsplit.cli import app

__all__ = ["Runner", "needs_bash", "needs_verb", "schema_complaints"]

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash to run the steps with")

_EXPRESSION = re.compile(r"\$\{\{ *([\w.]+) *\}\}")


def needs_verb(verb: str) -> pytest.MarkDecorator:
    import typer

    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return pytest.mark.skipif(verb not in known, reason=f"there is no verb {verb} yet")


def schema_complaints(schema: str, file: Path) -> str:
    """What the published schema has against a file; empty when nothing."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@dataclass
class Runner:
    """A machine that runs steps in ``folder``; its programs come before those of this one."""

    folder: Path
    values: Mapping[str, str] = field(default_factory=dict)
    """What the expressions of the workflow stand for."""

    def __post_init__(self) -> None:
        for place in (self.bin, self.temporary):
            place.mkdir(exist_ok=True)
        # The one under test, as it would be on the PATH of a runner.
        self.program("aslsplit", f'exec "{sys.executable}" -m aslsplit "$@"')

    @property
    def bin(self) -> Path:
        return self.folder.parent / "bin"

    @property
    def temporary(self) -> Path:
        return self.folder.parent / "temporary"

    def program(self, name: str, script: str) -> None:
        place = self.bin / name
        place.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        place.chmod(0o755)

    def recorded(self, name: str, answer: str = "") -> Path:
        """A stand-in that prints ``answer``; each call becomes a line of the file, its arguments separated by tabs."""
        calls = self.temporary / f"{name}.calls"
        self.program(name, f"(IFS=$'\\t'; echo \"$*\") >> '{calls}'\n{answer}")
        return calls

    def filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self.values[found[1]], text)

    def run(self, script: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """As a runner does it: GitHub's for ``shell: bash``, GitLab's much the same."""
        environment = {
            **os.environ,
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_PATH": str(self.temporary / "path"),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary.md"),
            "GITHUB_REPOSITORY": "shop/orders",
            **{name: self.filled(value) for name, value in (env or {}).items()},
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", self.filled(script)]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
