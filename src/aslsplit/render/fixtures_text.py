"""What fixtures were made, and what became of them when they were played, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from aslsplit.asl.source import Json
from aslsplit.verify.fixture import FIXTURE_KINDS, Fixture
from aslsplit.verify.fixture_making import Unmade

__all__ = ["FixtureRows", "PlayedRow", "fixtures_data", "fixtures_text", "played_data", "played_text"]

FixtureRows = tuple[str, Sequence[Fixture], Sequence[Unmade], Sequence[str]]
"""A child, its fixtures, what could not be made, and the files that people keep."""

PlayedRow = tuple[str, str, Fixture | None, str | None]
"""A child, a file, its fixture if it holds one, and how the child differs from it."""

_LABEL = max(map(len, FIXTURE_KINDS)) + 2


def fixtures_text(made: Sequence[FixtureRows], shown: Callable[[str], str]) -> str:
    return "\n".join(line for one in made for line in _child(one, shown)) + "\n"


def _child(one: FixtureRows, shown: Callable[[str], str]) -> Iterator[str]:
    child, fixtures, unmade, kept = one
    yield f"{child}: {_counted(len(fixtures), 'fixture')}"
    for kind in FIXTURE_KINDS:
        for fixture in fixtures:
            if fixture.kind == kind:
                yield f"  {kind:<{_LABEL}}{fixture.name}: {_ending(fixture)}"
    yield from (f"  {missing.kind:<{_LABEL}}none: {missing.what}" for missing in unmade)
    yield from (f"  kept as it is: {shown(file)}" for file in kept)


def _ending(fixture: Fixture) -> str:
    expected = fixture.expected
    ends = expected.status if expected.error is None else f"{expected.status} with {expected.error}"
    return f"{ends}, {_counted(len(expected.calls), 'call')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fixtures_data(made: Sequence[FixtureRows]) -> Json:
    return [
        {
            "child": child,
            "fixtures": [
                {"name": one.name, "kind": one.kind, "status": one.expected.status, "error": one.expected.error}
                for one in fixtures
            ],
            "unmade": [{"kind": one.kind, "why": one.what} for one in unmade],
            "kept": list(kept),
        }
        for child, fixtures, unmade, kept in made
    ]


def played_text(played: Sequence[PlayedRow]) -> str:
    """A line per child; what fails is told in findings."""
    lines = []
    for child in dict.fromkeys(row[0] for row in played):
        rows = [row for row in played if row[0] == child]
        failed = sum(row[3] is not None for row in rows)
        lines.append(f"{child}: {_counted(len(rows), 'fixture')} played, {failed or 'none'} failed")
    return "".join(f"{line}\n" for line in lines) or "there are no fixtures yet\n"


def played_data(played: Sequence[PlayedRow]) -> Json:
    return [
        {
            "child": child,
            "file": file,
            "fixture": None if fixture is None else fixture.name,
            "holds": what is None,
            "difference": what,
        }
        for child, file, fixture, what in played
    ]
