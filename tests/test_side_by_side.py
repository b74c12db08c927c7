"""Children that run side by side: no order of their branches can be seen, and a proof fails where one could be."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aslsplit.errors import ProofError
from aslsplit.interpreter import Execution
from aslsplit.operations.checking import check_tree
from aslsplit.operations.pipeline import extraction_outcome, load_project, plan_of
from aslsplit.plan import groups
from aslsplit.rewrite.extract import extract
from aslsplit.verify.cases import cases_of
from aslsplit.verify.counterexample import Counterexample, counterexample_data, counterexample_from
from aslsplit.verify.execution import Mismatch, Pair, pair_of
from aslsplit.verify.scenario import play
from tests.analysis_cases import cases_of as written_cases
from tests.analysis_cases import definition_of, title_of
from tests.test_extraction import MONOLITH, extracted, project_of, written

JOINED = [case for case in written_cases("extraction") if "parallel" in case]
WRITTEN = [case for case in JOINED if "refused" not in case]


def pair(case: dict[str, Any], folder: Path) -> tuple[Pair, Any]:
    plan = plan_of(load_project(str(project_of(case, folder) / "boundaries.yaml")))
    extraction = extract(plan, [child.boundary.name for child in plan.children])
    children = {name: child.definition for name, child in extraction.children.items()}
    return pair_of(plan, extraction.parent, children, extraction), plan


@pytest.mark.parametrize("case", [one for one in WRITTEN if "EnteredTime" not in str(one)], ids=title_of)
def test_the_order_of_the_branches_cannot_be_seen(case: dict[str, Any], tmp_path: Path) -> None:
    forward, plan = pair(case, tmp_path)
    backward = {arn: turned_round(child, forward.joined) for arn, child in forward.children.items()}
    parent = turned_round(forward.parent, forward.joined)
    assert (parent, backward) != (forward.parent, forward.children)
    compared = 0
    for scenario in cases_of(plan.facts, limit=30).scenarios:
        one = forward.split(scenario)
        if one.status == "ABORTED" or any(step.state in forward.joined and not step.left for step in one.steps):
            # Which of the children fails first, and what the others have done by then, is what ASL541 tells.
            continue
        other = play(parent, scenario, backward, budget=10_000, in_turn=forward.joined)
        assert (other.status, other.output, other.error) == (one.status, one.output, one.error)
        assert calls_by_state(other) == calls_by_state(one)
        compared += 1
    assert compared


def turned_round(definition: Any, joined: Any) -> Any:
    """The same machine with the branches that join children the other way round."""
    found = copy.deepcopy(definition)
    for name, body in every_state(found):
        if name in joined:
            body["Branches"].reverse()
            assigned = body.get("Assign", {})
            assigned |= {variable: mirrored(path, len(body["Branches"]) - 1) for variable, path in assigned.items()}
    return found


def mirrored(path: str, last: int) -> str:
    return re.sub(r"\[(\d+)\]", lambda at: f"[{last - int(at[1])}]", path)


def every_state(scope: Any) -> Iterator[tuple[str, Any]]:
    for name, body in scope["States"].items():
        yield name, body
        inner = [*body.get("Branches", ()), *(body[key] for key in ("ItemProcessor", "Iterator") if key in body)]
        for one in inner:
            yield from every_state(one)


def calls_by_state(execution: Execution) -> Counter[str]:
    """Of each child and of the parent, what is called how often; without the calls of children, which are ours."""
    return Counter(json.dumps([call.state, call.path, call.payload], default=str) for call in execution.calls)


def test_a_child_that_needs_the_other_does_not_get_past_the_proofs(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(groups, "CHECKS", ())
    # What a call carries as meta is nobody's to see but the child's, so that no proof is about it.
    refused = [case for case in JOINED if "ASL334" in case.get("refused", ()) and "meta" not in case]
    needing = [case for case in refused if "reads" in str(case.get("says"))]
    assert len(needing) > 2
    for number, case in enumerate(needing):
        project = load_project(str(project_of(case, tmp_path / str(number)) / "boundaries.yaml"))
        with pytest.raises(ProofError):
            extraction_outcome(project, plan_of(project), list(case["children"]), cases=60)


def test_the_monolith_is_not_run_side_by_side(tmp_path: Path) -> None:
    """A Parallel state of the monolith with the name of the group stays one, in virtual time too."""
    case = next(one for one in WRITTEN if one["title"].startswith("a name that is taken"))
    found, _ = pair(case, tmp_path)
    assert found.joined == ("RunChecks2",)
    assert definition_of(case["machine"])["States"].keys() == found.monolith["States"].keys()


def test_in_jsonata_too_an_answer_is_followed_out_of_its_branch(tmp_path: Path) -> None:
    case = next(one for one in WRITTEN if one.get("language") == "JSONata")
    written(extracted(project_of(case, tmp_path)))
    assert check_tree(str(tmp_path / "boundaries.yaml")).findings == ()
    file = tmp_path / MONOLITH
    file.write_text(file.read_text("utf-8").replace("$merge([$states.input, $fraudResult])", "$fraudResult.score"))
    assert "ASL764" in {remark.code for remark in check_tree(str(tmp_path / "boundaries.yaml")).findings}


def test_a_saved_case_knows_what_runs_side_by_side(tmp_path: Path) -> None:
    found, plan = pair(WRITTEN[0], tmp_path)
    scenario = cases_of(plan.facts, limit=1).scenarios[0]
    data = json.loads(json.dumps(counterexample_data(Counterexample(found, Mismatch(scenario, "")))))
    again = counterexample_from(data).pair
    assert again.joined == ("RunChecks",) and again.difference(scenario) is None
