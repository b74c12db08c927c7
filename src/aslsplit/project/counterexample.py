"""Counterexamples as files: next to the boundary map, where people find them and commit nothing by accident."""

from __future__ import annotations

import json

from aslsplit.disk.workspace import Artifact, open_workspace
from aslsplit.errors import BoundaryError
from aslsplit.project.load import Project
from aslsplit.verify.counterexample import Counterexample, counterexample_data, counterexample_from

__all__ = ["read_counterexample", "saved"]


def saved(project: Project, case: Counterexample) -> str:
    """Keeps the case and tells its name as people see it. Raises OutputError when it cannot be written."""
    name = project.lock_file.removesuffix(".lock.yaml") + ".counterexample.json"
    text = json.dumps(counterexample_data(case), indent=2, ensure_ascii=False) + "\n"
    project.workspace.write([Artifact(name, text)])
    return project.workspace.shown(name)


def read_counterexample(path: str) -> Counterexample:
    """Raises InputError when the file cannot be read, BoundaryError when it holds something else."""
    _, shown, raw = open_workspace(path)
    try:
        return counterexample_from(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        help = "verify and extract save one where the proof by execution fails"
        raise BoundaryError(f"{shown} is no counterexample; {help}") from None
