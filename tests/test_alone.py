"""Nothing is fetched, and nothing but git is run: every verb, with whatever would do so turned into a failure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.command_line import commands, copy_of_example

WATCHED = """
import json, sys

told = []

def watch(event, arguments):
    if event.startswith(("socket.", "urllib.", "ftplib.", "http.", "smtplib.", "webbrowser.")) or event in STARTING:
        told.append([event, str(arguments)[:200]])
        raise RuntimeError(event)

STARTING = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn", "pty.spawn"}
sys.addaudithook(watch)

from aslsplit.cli.main import main

codes = [main(arguments) for arguments in json.loads(sys.argv[1])]
sys.stderr.write("\\n" + json.dumps({"told": told, "codes": codes}))
"""

LINES = [
    ["inspect", "order-processing.asl.json"],
    ["propose", "order-processing.asl.json"],
    ["plan", "boundaries.yaml"],
    ["extract", "boundaries.yaml", "--all", "--cases", "10"],
    ["verify", "boundaries.yaml", "--cases", "10"],
    ["check", "boundaries.yaml"],
    ["report", "boundaries.yaml", "--format", "html", "--cases", "5"],
    ["graph", "order-processing.asl.json", "--format", "svg"],
    ["diff", "order-processing.asl.json", "order-orchestrator.asl.json"],
    ["contract", "diff", "contracts", "contracts"],
    ["contract", "types", "boundaries.yaml"],
    ["contract", "fixtures", "boundaries.yaml", "--cases", "10"],
    ["inline", "boundaries.yaml", "--child", "payment"],
    ["permissions", "boundaries.yaml"],
    ["wire", "boundaries.yaml", "--target", "sam", "--diff"],
    ["explain", "ASL101"],
]
ELSEWHERE = {"replay"}
"""It runs what verify has saved, which the example does not give."""


def watched(folder: Path, lines: list[list[str]]) -> tuple[list[list[str]], list[int]]:
    command = [sys.executable, "-c", WATCHED, json.dumps(lines)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300)
    seen = json.loads(ran.stderr.rpartition("\n")[2])
    return seen["told"], seen["codes"]


def test_no_verb_asks_for_anything_outside(tmp_path: Path) -> None:
    told, codes = watched(copy_of_example(tmp_path / "order"), LINES)
    assert told == []
    assert codes == [0] * len(LINES)


def test_every_verb_is_among_them() -> None:
    assert {" ".join(line[:2]) if line[0] == "contract" else line[0] for line in LINES} | ELSEWHERE >= {*commands()}


def test_only_git_is_run_and_only_where_it_is_asked(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path / "order")
    told, _ = watched(folder, [["inspect", "order-processing.asl.json", "--history"]])
    assert {event for event, _ in told} <= {"subprocess.Popen"}
    assert all("git" in arguments for _, arguments in told)
