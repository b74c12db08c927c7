"""Start-up: a command loads what it needs. What costs time to import is imported where it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import small_project

HEAVY = {"networkx", "deepdiff", "jinja2", "yaml", "jsonpath_ng", "rich", "pygraphviz"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("startup") / "project")


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["--version"], []], ids=repr)
def test_help_loads_nothing_heavy(project: Path, arguments: list[str]) -> None:
    assert loaded(project, arguments) & HEAVY == set()


@pytest.mark.parametrize("arguments", [["plan"], ["extract", "--all", "--check"]], ids=" ".join)
def test_only_what_compares_loads_what_it_compares_with(project: Path, arguments: list[str]) -> None:
    packages = loaded(project, [*arguments, "boundaries.yaml"])
    assert packages & {"deepdiff", "rich"} == set()
    assert packages >= {"yaml", "networkx"}


def test_a_difference_needs_no_network_of_states(project: Path) -> None:
    assert not loaded(project, ["diff", "order.asl.json", "order.asl.json"]) & {"deepdiff", "jinja2", "rich"}


def loaded(folder: Path, arguments: list[str]) -> set[str]:
    """The top-level packages that the process had imported in the end."""
    command = [sys.executable, "-X", "importtime", "-m", "aslsplit", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    assert len(lines) > 50, done.stderr
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines}
