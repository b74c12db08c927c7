"""Packages of npm that tests run: installed once, pinned, outside the checkout's own files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

__all__ = ["TYPESCRIPT", "installed", "run_node"]

TYPESCRIPT = {"typescript": "5.9.3"}

_CACHE = Path(__file__).parents[1] / ".pytest_cache" / "npm"
_SECONDS = 300


def installed(packages: Mapping[str, str]) -> Path:
    """The folder with these packages in node_modules. Skips the test where there is no npm, or it cannot install."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no node with npm to run it with")
    wanted = json.dumps({"private": True, "dependencies": dict(packages)}, sort_keys=True)
    place = _CACHE / sha256(wanted.encode()).hexdigest()[:16]
    if not place.exists():
        _install(wanted, place)
    return place


def _install(wanted: str, place: Path) -> None:
    """In a folder next to its place first: another process may do the same."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=_CACHE))
    (folder / "package.json").write_text(wanted)
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent"]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if ran.returncode == 0 and not place.exists():
            folder.replace(place)
            return
    except (OSError, subprocess.TimeoutExpired):
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not place.exists():
        pytest.skip("npm cannot install what the test runs")


def run_node(place: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """``arguments`` begin with a script below node_modules of ``place``."""
    script, *others = arguments
    environment = {**os.environ, "NODE_PATH": str(place / "node_modules")}
    return subprocess.run(
        ["node", str(place / "node_modules" / script), *others],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
