"""Agreement with AWS: our own vectors always, the recordings of real executions where they are at hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aslsplit.interpreter.definitions import judge_definitions
from aslsplit.interpreter.single import replay_states
from aslsplit.interpreter.vectors import replay_executions, replay_nested

Replay = Callable[[Path], Iterator[tuple[str, list[str]]]]

OWN = Path(__file__).parent / "vectors"
RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "conformance"

KNOWN = {
    "sfn_api::TestSnfApi::test_stop_execution": "somebody stopped the execution from outside",
    "scenarios/base_scenarios::TestBaseScenarios::test_lambda_service_invoke_with_retry_extended_input": (
        "recorded before AWS added RedriveCount to the context object"
    ),
    "services/apigetway_task_service::TestTaskApiGateway::test_invoke_with_headers[singleStringHeader]": (
        "the called service's own check of its parameters refused the call"
    ),
}
"""Recordings that the interpreter cannot agree with, and why."""

NOT_READ = {
    "services/dynamodb_task_service::TestTaskServiceDynamoDB::test_invalid_integration::exception": (
        "only AWS knows which actions its services have"
    ),
    "sfn_api_express::TestSfnApiExpress::test_illegal_activity_task::creation_error": (
        "the definition does not say that the machine is an express one"
    ),
    "sfn_api_express::TestSfnApiExpress::test_illegal_callbacks[SYNC]::creation_error": (
        "the definition does not say that the machine is an express one"
    ),
}
"""Definitions that AWS rejects and reading accepts, and why."""


def recordings() -> Path:
    if not RECORDINGS.is_dir():
        pytest.skip(f"there are no recordings in {RECORDINGS.parent.name}/{RECORDINGS.name} beside the repository")
    return RECORDINGS


@pytest.mark.parametrize(("replay", "expected"), [(replay_executions, 809), (replay_nested, 12), (replay_states, 103)])
def test_agrees_with_the_recordings(replay: Replay, expected: int) -> None:
    complaints = dict(replay(recordings()))
    assert len(complaints) >= expected
    assert {name: said for name, said in complaints.items() if said and name not in KNOWN} == {}


def test_the_known_disagreements_are_still_there() -> None:
    complaints = dict(replay_executions(recordings()))
    assert {name for name in KNOWN if not complaints[name]} == set()


def test_reading_judges_definitions_as_aws_does() -> None:
    judgements = list(judge_definitions(recordings()))
    assert len(judgements) >= 830
    assert {name for name, accepted, said in judgements if accepted and said} == set()
    assert {name for name, accepted, said in judgements if not accepted and said} == NOT_READ.keys()


@pytest.mark.parametrize("replay", [replay_executions, replay_nested, replay_states])
def test_agrees_with_our_own_vectors(replay: Replay) -> None:
    complaints = dict(replay(OWN))
    assert complaints
    assert {name: said for name, said in complaints.items() if said} == {}


def test_reading_agrees_with_our_own_vectors() -> None:
    judgements = list(judge_definitions(OWN))
    assert {accepted for _, accepted, _ in judgements} == {True, False}
    assert [said for _, _, said in judgements if said] == []


def test_the_command_prints_what_disagrees_and_counts(tmp_path: Path) -> None:
    (tmp_path / "jsonpath").mkdir()
    good = (OWN / "jsonpath" / "time-limit.json").read_text("utf-8")
    (tmp_path / "jsonpath" / "good.json").write_text(good, "utf-8")
    (tmp_path / "jsonpath" / "bad.json").write_text(good.replace('"TIMED_OUT"', '"SUCCEEDED"'), "utf-8")
    done = command(tmp_path)
    assert done.returncode == 1
    assert "jsonpath/time-limit: status TIMED_OUT instead of SUCCEEDED" in done.stdout
    assert done.stdout.splitlines()[-1] == "AGREE 1 / 2"


def test_the_command_says_how_it_is_used(tmp_path: Path) -> None:
    assert command(tmp_path / "nowhere").returncode == 2
    assert command(tmp_path).stdout.splitlines()[-1] == "AGREE 0 / 0"


def command(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aslsplit.interpreter", str(directory)], capture_output=True, text=True, check=False
    )
