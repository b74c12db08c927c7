"""Agreement with executions that were recorded on AWS, where the recordings are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from aslsplit.interpreter.single import replay_states
from aslsplit.interpreter.vectors import replay_all, replay_nested

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "conformance"

KNOWN = {
    "sfn_api::TestSnfApi::test_stop_execution": "stopped from outside",
    "scenarios/base_scenarios::TestBaseScenarios::test_lambda_service_invoke_with_retry_extended_input": (
        "recorded before AWS added RedriveCount to the context object"
    ),
    "services/apigetway_task_service::TestTaskApiGateway::test_invoke_with_headers[singleStringHeader]": (
        "refused by the service's own check of the parameters"
    ),
}


@pytest.mark.parametrize("replay", [replay_all, replay_nested, replay_states])
def test_agrees_with_aws(replay) -> None:  # type: ignore[no-untyped-def]
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings in {RECORDINGS}")
    results = dict(replay(RECORDINGS))
    assert len(results) > 10
    assert {name: complaints for name, complaints in results.items() if complaints and name not in KNOWN} == {}
