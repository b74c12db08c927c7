"""Settings for all tests: property tests find the same examples everywhere, and fewer of them in CI."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from aslsplit.operations import pipeline

settings.register_profile(
    "local",
    derandomize=True,
    deadline=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", parent=settings.get_profile("local"), max_examples=25)
# For a long search by hand: pytest --hypothesis-profile=thorough
settings.register_profile("thorough", parent=settings.get_profile("local"), derandomize=False, max_examples=3000)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# Nothing here has to survive a power cut, and waiting for the disk takes most of the time.
os.fsync = lambda descriptor: None


@pytest.fixture
def few_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that extract many times and ask about something else than the proof by execution."""
    monkeypatch.setattr(pipeline, "DEFAULT_CASES", 3)
