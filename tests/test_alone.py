"""Nothing is fetched, and nothing but git is run: every verb, imports included, with whatever would do so refused.

Every command of the golden cases and of the other tests is watched as well, see ``tests/watching.py``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import SMALL_MACHINE, SMALL_MAP, aslsplit, commands, copy_of_example, small_project
from tests.watching import OutsideCall, outside_calls

WATCHED = """
import json, sys
from tests.watching import outside_calls

with outside_calls() as called:
    from aslsplit.cli.main import main
    codes = [main(arguments) for arguments in json.loads(sys.argv[1])]
sys.stderr.write("\\n" + json.dumps({"called": called, "codes": codes}))
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
    path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300, env=environment)
    seen = json.loads(ran.stderr.rpartition("\n")[2])
    return seen["called"], seen["codes"]


def test_no_verb_asks_for_anything_outside(tmp_path: Path) -> None:
    called, codes = watched(copy_of_example(tmp_path / "order"), LINES)
    assert called == []
    assert codes == [0] * len(LINES)


def test_every_verb_is_among_them() -> None:
    assert {" ".join(line[:2]) if line[0] == "contract" else line[0] for line in LINES} | ELSEWHERE >= {*commands()}


@pytest.mark.parametrize(
    "call",
    [
        lambda: socket.create_connection(("127.0.0.1", 9)),
        lambda: urllib.request.urlopen("http://127.0.0.1:9/"),
        lambda: subprocess.run([sys.executable, "--version"], check=False),
        lambda: os.system("true"),
        lambda: os.execv(sys.executable, [sys.executable, "--version"]),
    ],
    ids=["a connection", "a page", "a program", "a shell", "another program in its place"],
)
def test_the_watch_sees(call: Callable[[], object]) -> None:
    with outside_calls() as called, pytest.raises(OutsideCall):
        call()
    assert called


def test_git_may_be_run() -> None:
    with outside_calls() as called:
        subprocess.run(["git", "--version"], check=True, capture_output=True)
    assert called == []


SPOKEN = "{{7*191}}{%print(7*191)%}$(touch ran)`touch ran`"
"""What a template or a shell would run; neither is given a name or a text as its program."""


def test_names_and_texts_of_a_definition_are_never_run(tmp_path: Path) -> None:
    text = json.dumps(SMALL_MACHINE).replace('"Pay"', json.dumps(f"Pay {SPOKEN}"))
    machine = json.loads(text.replace("function:pay", f"function:pay{SPOKEN}"))
    machine["Comment"] = SPOKEN
    machine["States"]["Refuse"] |= {"Result": SPOKEN, "Comment": SPOKEN}
    child = {"states": ["Pay*", "Paid?"], "owner": SPOKEN, "description": SPOKEN}
    child["alias_arn"] = f"${{Pay}}{SPOKEN}"
    folder = small_project(tmp_path / "order", machine, {**SMALL_MAP, "children": {"pay": child}})
    told: list[str] = []
    for line in (
        ["inspect", "order.asl.json"],
        ["graph", "order.asl.json"],
        ["graph", "order.asl.json", "--format", "svg"],
        ["plan", "boundaries.yaml"],
        ["extract", "boundaries.yaml", "--all"],
        ["check", "boundaries.yaml"],
        ["report", "boundaries.yaml"],
        ["report", "boundaries.yaml", "--format", "html", "-o", "report.html"],
        ["contract", "types", "boundaries.yaml"],
        ["contract", "fixtures", "boundaries.yaml"],
        ["permissions", "boundaries.yaml"],
        ["wire", "boundaries.yaml", "--target", "sam"],
        ["wire", "boundaries.yaml", "--target", "terraform"],
    ):
        ran = aslsplit(*line, folder=folder)
        assert ran.code == 0, (line, ran.err)
        told += [ran.out, ran.err]
    told += [path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()]
    assert sum("7*191" in one for one in told) >= 20
    assert not [one for one in told if "1337" in one]
    assert not (folder / "ran").exists()
