"""What the command line tells about itself: help with examples that work, and what a shell offers."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from aslsplit.analysis.facts import Facts
from aslsplit.operations import contract_fixtures, verification
from aslsplit.verify.cases import Cases, cases_of
from tests.command_line import aslsplit, aslsplit_process, commands, copy_of_example, small_project

VERBS = tuple(commands())


def examples_of(verb: str) -> list[str]:
    lines = [line.strip() for line in aslsplit(*verb.split(), "--help").out.splitlines()]
    return [line for line in lines if line.startswith("aslsplit ")]


@pytest.fixture
def whatever_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few scenarios, even where the command line names a number of them."""

    def few(facts: Facts, *, limit: int, **more: Any) -> Cases:
        return cases_of(facts, limit=min(limit, 3), **more)

    monkeypatch.setattr(verification, "cases_of", few)
    monkeypatch.setattr(contract_fixtures, "cases_of", few)


class TestExamples:
    @pytest.mark.parametrize("verb", VERBS)
    def test_every_verb_has_one_that_is_about_it(self, verb: str) -> None:
        examples = examples_of(verb)
        assert examples
        assert not [line for line in examples if not line.startswith(f"aslsplit {verb} ")]

    @pytest.mark.usefixtures("few_scenarios", "whatever_is_asked_for")
    @pytest.mark.parametrize("verb", VERBS)
    def test_they_work(self, verb: str, tmp_path: Path) -> None:
        folder = copy_of_example(tmp_path / "order")
        for line in examples_of(verb):
            # Before and after the children are extracted, a person may type any of them.
            command, _, _ = line.partition(" >")
            for prepared in ([], ["extract", "boundaries.yaml", "--all"]):
                if prepared:
                    assert aslsplit(*prepared, folder=folder).code == 0
                ran = aslsplit(*shlex.split(command)[1:], folder=folder)
            # It may speak of files that the project does not have, such as a counterexample.
            assert ran.code == 0 or "there is no file " in ran.err, f"{line}\n{ran.err}"

    def test_a_group_lists_its_verbs(self) -> None:
        groups = {verb.split()[0] for verb in VERBS if " " in verb}
        assert groups
        for group in groups:
            listed = aslsplit(group, "--help").out
            assert all(f"\n  {verb.split()[1]} " in listed for verb in VERBS if verb.startswith(f"{group} "))
            assert aslsplit(group).code == 2

    @pytest.mark.parametrize("verb", VERBS)
    def test_help_fits_a_terminal(self, verb: str) -> None:
        wide = [line for line in aslsplit(*verb.split(), "--help", COLUMNS="80").out.splitlines() if len(line) > 80]
        assert not wide


class TestCompletion:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        return small_project(tmp_path / "project")

    def offered(self, words: str, folder: Path) -> list[str]:
        environment = {
            **os.environ,
            "_ASLSPLIT_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        done = aslsplit_process(folder=folder, env=environment)
        assert done.stderr == b""
        return done.stdout.decode().split()

    def test_children_are_those_of_the_map_that_is_named(self, project: Path) -> None:
        assert self.offered("aslsplit plan boundaries.yaml --child ", project) == ["pay", "booking"]
        assert self.offered("aslsplit extract project/boundaries.yaml --child b", project.parent) == ["booking"]
        assert self.offered("aslsplit inline boundaries.yaml --child p", project) == ["pay"]

    def test_a_child_is_offered_once(self, project: Path) -> None:
        assert self.offered("aslsplit extract boundaries.yaml --child pay --child ", project) == ["booking"]

    def test_without_a_map_they_are_those_of_the_usual_one(self, project: Path) -> None:
        assert self.offered("aslsplit extract --child ", project) == ["pay", "booking"]

    @pytest.mark.parametrize("content", [None, "- no map\n", "children: [\n", "children: 3\n", "\xff"])
    def test_a_map_that_cannot_be_read_offers_nothing(self, project: Path, content: str | None) -> None:
        (project / "boundaries.yaml").unlink()
        if content is not None:
            (project / "boundaries.yaml").write_text(content, encoding="latin-1")
        assert self.offered("aslsplit plan boundaries.yaml --child ", project) == []

    def test_codes_and_signs(self, project: Path) -> None:
        assert self.offered("aslsplit explain ASL30", project) == ["ASL301", "ASL302", "ASL303", "ASL306"]
        assert self.offered("aslsplit inspect --threshold many-d", project) == ["many-domains="]

    def test_verbs_of_a_group(self, project: Path) -> None:
        assert "diff" in self.offered("aslsplit contract ", project)

    def test_formats(self, project: Path) -> None:
        assert self.offered("aslsplit plan --format s", project) == ["sarif"]


class TestDidYouMean:
    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("plna", 'there is no command "plna"; did you mean "plan"?'),
            ("zzz", 'there is no command "zzz"'),
            ("contract dfif", 'there is no command "dfif"; did you mean "diff"?'),
            ("plan b --chlid x", 'there is no option "--chlid"; did you mean "--child"?'),
            ("extract b --dif", 'there is no option "--dif"; did you mean "--diff"?'),
            ("extract b --zzz", 'there is no option "--zzz"'),
            ("explain ASL30", 'there is no finding code "ASL30"; near it: ASL430, ASL306, ASL303'),
        ],
    )
    def test_the_nearest_is_named(self, typed: str, told: str) -> None:
        ran = aslsplit(*typed.split())
        assert ran.code == 2
        assert re.search(rf"^aslsplit: {re.escape(told)}$", ran.err, re.MULTILINE), ran.err
