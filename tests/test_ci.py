"""The gates for continuous integration: the GitHub Action, the hooks of pre-commit, the recipes of the documentation.

They run here as far as they can without the services: each step by bash, with stand-ins for `gh` and `curl`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci import Runner, needs_bash, needs_verb, schema_complaints
from tests.command_line import aslsplit, small_project
from tests.docs import ROOT

ACTION = ROOT / "action.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
RECIPES = ROOT / "docs" / "how-to" / "gate-ci.md"

STEPS: dict[str, dict[str, Any]] = {
    step["name"]: step for step in yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
}
REPORT = STEPS["Report on the pull request"]
VALUES = {
    "inputs.map": "boundaries.yaml",
    "inputs.sarif": "aslsplit.sarif",
    "inputs.token": "a-token",
    "github.action_path": str(ROOT),
    "github.event.pull_request.number": "7",
}
POST = "api\t--silent\t--method\tPOST\trepos/shop/orders/issues/7/comments\t--field\tbody=@{comment}"
PATCH = "api\t--silent\t--method\tPATCH\trepos/shop/orders/issues/comments/31\t--field\tbody=@{comment}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


@pytest.fixture
def runner(project: Path) -> Runner:
    return Runner(project, VALUES)


def took(runner: Runner, name: str) -> subprocess.CompletedProcess[str]:
    return runner.run(STEPS[name]["run"], STEPS[name].get("env"))


def recipe(title: str) -> str:
    """The block of YAML below a heading of the page."""
    found = re.search(
        rf"^## {title}\n.*?```yaml\n(.*?)```", RECIPES.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found is not None
    return found[1]


class TestTheAction:
    def test_it_keeps_the_schema_of_actions(self) -> None:
        assert schema_complaints("vendor.github-actions", ACTION) == ""

    def test_every_expression_outside_of_conditions_is_one_that_the_tests_know(self) -> None:
        texts = [text for step in STEPS.values() for text in (step["run"], *step.get("env", {}).values())]
        used = {name for text in texts for name in re.findall(r"\$\{\{ *([^}]*?) *\}\}", text)}
        assert used == {*VALUES}

    def test_nothing_that_people_choose_becomes_a_part_of_a_script(self) -> None:
        assert not [name for name, step in STEPS.items() if "${{" in step["run"]]

    def test_the_gates_run_whatever_became_of_the_report(self) -> None:
        last = list(STEPS.values())[-2:]
        assert [step["if"] for step in last] == ["${{ !cancelled() }}"] * 2
        assert [step["run"] for step in last] == ['aslsplit extract "$MAP" --check', 'aslsplit check "$MAP"']


@needs_bash
class TestItsSteps:
    def test_installing(self, runner: Runner) -> None:
        """Which of the programs is called with what; what pip does then is tested with the wheel."""
        calls = runner.temporary / "python.calls"
        script = f'printf \'#!/bin/bash\\necho "$*" >> {calls}\' > "$3/bin/python"'
        stand_in = f'mkdir -p "$3/bin"; {script}; chmod +x "$3/bin/python"'
        runner.program("python3", stand_in)
        assert took(runner, "Install aslsplit").returncode == 0
        assert calls.read_text() == f"-m pip install --quiet --disable-pip-version-check {ROOT}\n"
        assert (runner.temporary / "path").read_text() == f"{runner.temporary}/aslsplit/bin\n"

    @pytest.mark.parametrize("what", ["right", "a region is refused", "a wrong definition", "no map"])
    def test_sarif_is_written_whatever_is_found(self, runner: Runner, what: str) -> None:
        match what:
            case "a region is refused":
                text = (runner.folder / "boundaries.yaml").read_text()
                (runner.folder / "boundaries.yaml").write_text(text.replace("- Paid?", "- Done"))
            case "a wrong definition":
                machine = runner.folder / "order.asl.json"
                machine.write_text(machine.read_text().replace('"Next": "Tell"', '"Next": "Tel"'))
            case "no map":
                (runner.folder / "boundaries.yaml").unlink()
        done = took(runner, "Findings as SARIF")
        assert done.returncode == 0, done.stderr
        (run,) = json.loads((runner.folder / "aslsplit.sarif").read_text())["runs"]
        errors = {result["ruleId"] for result in run["results"] if result["level"] == "error"}
        assert bool(errors) is (what in ("a region is refused", "a wrong definition"))
        assert run["invocations"][0]["executionSuccessful"] is (what in ("right", "a region is refused"))

    @pytest.mark.parametrize(("known", "expected"), [("", POST), ("31", PATCH), ("31\n45", PATCH)])
    def test_the_report_is_one_comment(self, runner: Runner, known: str, expected: str) -> None:
        runner.program("aslsplit", 'echo "# Report on $2"; exit 1')
        calls = runner.recorded("gh", f"case \"$*\" in *--paginate*) printf '%s' '{known}';; esac")
        done = took(runner, "Report on the pull request")
        assert done.returncode == 0, done.stderr
        comment = runner.temporary / "aslsplit-comment.md"
        asked, written = calls.read_text().splitlines()
        assert asked.startswith("api\t--paginate\trepos/shop/orders/issues/7/comments\t--jq\t")
        assert written == expected.format(comment=comment)
        assert comment.read_text() == "<!-- aslsplit: boundaries.yaml -->\n# Report on boundaries.yaml\n"
        assert (runner.temporary / "summary.md").read_text() == "# Report on boundaries.yaml\n"

    def test_a_report_that_is_too_long_goes_to_the_summary(self, runner: Runner) -> None:
        runner.program("aslsplit", "head -c 70000 /dev/zero | tr '\\0' x")
        runner.recorded("gh")
        assert took(runner, "Report on the pull request").returncode == 0
        assert len((runner.temporary / "summary.md").read_text()) == 70000
        assert "in the summary of the job" in (runner.temporary / "aslsplit-comment.md").read_text()

    @pytest.mark.parametrize(("program", "code"), [("aslsplit", 2), ("aslsplit", 3), ("gh", 1)])
    def test_what_fails_there_fails_the_step(self, runner: Runner, program: str, code: int) -> None:
        runner.program("aslsplit", "echo report")
        runner.recorded("gh")
        runner.program(program, f"exit {code}")
        assert took(runner, "Report on the pull request").returncode != 0

    def test_the_comment_that_is_known_is_found_by_its_marker(self, runner: Runner) -> None:
        """`gh` reads the filter as jq does."""
        if shutil.which("jq") is None:
            pytest.skip("there is no jq to run the filter with")
        comments = [{"id": 1, "body": "no"}, {"id": 31, "body": "<!-- aslsplit: boundaries.yaml -->\n# Report"}]
        found = re.search(r"--jq '([^']*)'", REPORT["run"])
        assert found is not None
        done = subprocess.run(["jq", found[1]], input=json.dumps(comments), capture_output=True, text=True, check=True,
                              env={**os.environ, "MARKER": runner.filled(REPORT["env"]["MARKER"])})  # fmt: skip
        assert done.stdout == "31\n"

    def test_the_gate_fails_when_the_tree_is_stale(self, runner: Runner) -> None:
        gate = "The tree is what would be written"
        assert took(runner, gate).returncode == 0
        assert aslsplit("extract", "boundaries.yaml", "--child", "pay", folder=runner.folder).code == 0
        assert took(runner, gate).returncode == 0
        (runner.folder / "contracts/pay/README.md").write_text("edited\n")
        done = took(runner, gate)
        assert done.returncode == 1
        assert "ASL604" in done.stderr

    @needs_verb("check")
    def test_the_gate_of_the_contracts(self, runner: Runner) -> None:
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=runner.folder).code == 0
        assert took(runner, "Parent and children keep their contracts").returncode == 0

    @needs_verb("report")
    def test_a_real_report(self, runner: Runner) -> None:
        runner.recorded("gh")
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=runner.folder).code == 0
        assert took(runner, "Report on the pull request").returncode == 0
        assert (
            (runner.temporary / "aslsplit-comment.md").read_text().startswith("<!-- aslsplit: boundaries.yaml -->\n#")
        )


class TestHooksOfPreCommit:
    def test_the_manifest_is_valid(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout

    def test_a_hook_runs_as_people_have_it(self, project: Path, tmp_path: Path) -> None:
        """Installed from a repository by pre-commit itself; dependencies come from the environment of the tests."""
        if shutil.which("git") is None:
            pytest.skip("there is no git")
        repository = tmp_path / "aslsplit"
        ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "golden", "tests")
        shutil.copytree(ROOT, repository, ignore=ignored)
        environment = {
            **os.environ,
            "PRE_COMMIT_HOME": str(tmp_path / "cache"),
            "PIP_NO_DEPS": "1",
            "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_NO_INDEX": "1",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path.endswith("site-packages")),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        for name in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{name}_NAME": "somebody", f"GIT_{name}_EMAIL": "somebody@example.com"}

        def run(*command: str, folder: Path = project) -> subprocess.CompletedProcess[str]:
            return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

        for folder in (repository, project):
            for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
                done = run("git", *command, folder=folder)
                assert done.returncode == 0, done.stderr
        hook = (
            sys.executable,
            "-m",
            "pre_commit",
            "try-repo",
            str(repository),
            "aslsplit-extract-check",
            "--all-files",
        )
        done = run(*hook)
        assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
        assert aslsplit("extract", "boundaries.yaml", "--all", folder=project).code == 0
        (project / "contracts/pay/README.md").write_text("edited\n")
        run("git", "add", "-A")
        done = run(*hook)
        assert (done.returncode, "ASL604" in done.stdout) == (1, True), done.stdout + done.stderr

    @pytest.mark.parametrize("hook", yaml.safe_load(HOOKS.read_text(encoding="utf-8")), ids=lambda hook: hook["id"])
    def test_files_that_matter_start_it(self, hook: dict[str, Any]) -> None:
        matters = ["boundaries.yaml", "boundaries.lock.yaml", "order.asl.json", "template.yml", "order.asl.json.tftpl"]
        assert [name for name in matters if not re.search(hook["files"], name)] == []
        assert not re.search(hook["files"], "README.md")


class TestRecipes:
    @pytest.mark.parametrize(
        ("title", "schema", "name"),
        [("GitHub", "vendor.github-workflows", "workflow.yml"), ("GitLab", "vendor.gitlab-ci", ".gitlab-ci.yml")],
    )
    def test_they_keep_the_schemas_of_the_services(self, tmp_path: Path, title: str, schema: str, name: str) -> None:
        (tmp_path / name).write_text(recipe(title), encoding="utf-8")
        assert schema_complaints(schema, tmp_path / name) == ""

    def test_the_workflow_gives_the_action_inputs_that_it_has(self) -> None:
        known = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
        (job,) = yaml.safe_load(recipe("GitHub"))["jobs"].values()
        (step,) = [step for step in job["steps"] if step.get("id") == "aslsplit"]
        assert {*step["with"]} <= {*known["inputs"]}
        assert "steps.aslsplit.outputs.sarif" in recipe("GitHub")

    def test_the_configuration_of_pre_commit_names_hooks_that_are_there(self, tmp_path: Path) -> None:
        config = tmp_path / ".pre-commit-config.yaml"
        config.write_text(recipe("pre-commit"), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "validate-config", str(config)], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout
        (repository,) = yaml.safe_load(recipe("pre-commit"))["repos"]
        known = {hook["id"] for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))}
        assert {hook["id"] for hook in repository["hooks"]} == known

    @needs_bash
    @pytest.mark.parametrize(("code", "passes"), [(0, True), (1, False)])
    def test_the_job_for_gitlab(self, runner: Runner, code: int, passes: bool) -> None:
        job = yaml.safe_load(recipe("GitLab"))["aslsplit"]
        runner.program("aslsplit", f'echo "# $*"; [ "$1" = report ] || exit {code}')
        pip, curl = runner.recorded("pip"), runner.recorded("curl")
        variables = {
            "ASLSPLIT": "aslsplit.whl", "ASLSPLIT_TOKEN": "a-token", "CI_PROJECT_ID": "5",
            "CI_API_V4_URL": "https://gitlab.example.com/api/v4", "CI_MERGE_REQUEST_IID": "7",
        }  # fmt: skip
        done = runner.run("\n".join([*job["before_script"], *job["script"]]), variables)
        assert (done.returncode == 0) is passes, done.stderr
        assert pip.read_text() == "install\t--quiet\taslsplit.whl\n"
        assert "/projects/5/merge_requests/7/notes" in curl.read_text()
        assert "body@aslsplit.md" in curl.read_text()
        assert (runner.folder / "aslsplit.md").read_text().startswith("# report boundaries.yaml --format markdown")
