"""TypeScript, and apps of the AWS CDK, compiled and synthesised with what tests/cdk/ pins, from npm and from PyPI.

Both are installed once, into pytest's cache, and only when a test needs them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

__all__ = ["compile_typescript", "python_packages", "synthesised", "typescript_packages"]

PINNED = Path(__file__).parent / "cdk"
NPM = ("npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
PIP = (
    *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"),
    *("--target", ".", "--requirement", "requirements.txt"),
)


def typescript_packages(config: pytest.Config) -> Path:
    """The folder in which ``node_modules`` lies; where it cannot be had the test is skipped."""
    return _installed(config, "package.json", NPM)


def python_packages(config: pytest.Config) -> Path:
    """A folder for PYTHONPATH; where it cannot be had the test is skipped."""
    return _installed(config, "requirements.txt", PIP)


def _installed(config: pytest.Config, pinned: str, command: tuple[str, ...]) -> Path:
    for program in ("node", command[0]):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not here, and so there is no CDK")
    wanted = (PINNED / pinned).read_bytes()
    folder = config.cache.mkdir(f"cdk-{hashlib.sha256(wanted).hexdigest()[:12]}")  # type: ignore[union-attr]
    done = folder / "installed"
    # Several processes may run tests at a time.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            (folder / pinned).write_bytes(wanted)
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if ran.returncode:
                told = (ran.stderr.strip() or "nothing said").splitlines()[-1]
                pytest.skip(f"the CDK cannot be installed from {pinned}: {told}")
            done.touch()
    return folder


def compile_typescript(app: Path, packages: Path) -> None:
    (app / "node_modules").symlink_to(packages / "node_modules")
    ran = subprocess.run(["node_modules/.bin/tsc"], cwd=app, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def synthesised(app: Path, command: tuple[str, ...], **environment: str) -> dict[str, Any]:
    """The one template that the app makes; definitions lie beside it, by the names it has for them."""
    folder = app / "synthesised"
    surroundings = {**os.environ, "CDK_OUTDIR": str(folder), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1"}
    ran = subprocess.run(command, cwd=app, env={**surroundings, **environment}, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    (file,) = folder.glob("*.template.json")
    template: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return template
