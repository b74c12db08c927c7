"""What the benchmark of proposals measures with: the measures, and how real children are known."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.partitions import (
    adjusted_rand,
    boundaries,
    crossing_share,
    interface_number,
    mojofm,
    non_extreme,
    structural_modularity,
)

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def partition(*clusters: str) -> dict[str, str]:
    """``partition("ab", "c")``: a and b are together, c is alone."""
    return {name: str(number) for number, names in enumerate(clusters) for name in names}


@pytest.mark.parametrize(
    ("found", "truth", "expected"),
    [
        (("abc", "def"), ("abc", "def"), 100.0),
        # One move out of the four that the farthest partition needs.
        (("abd", "cef"), ("abc", "def"), 50.0),
        (("abcd", "ef"), ("abc", "def"), 75.0),
        # All in one: the three of the second cluster move. All apart: four joins.
        (("abcdef",), ("abc", "def"), 25.0),
        (("a", "b", "c", "d", "e", "f"), ("abc", "def"), 0.0),
    ],
)
def test_mojofm(found: tuple[str, ...], truth: tuple[str, ...], expected: float) -> None:
    assert mojofm(partition(*found), partition(*truth)) == pytest.approx(expected)


def test_adjusted_rand() -> None:
    truth = partition("abc", "def")
    assert adjusted_rand(truth, truth) == 1.0
    assert adjusted_rand(partition("abcdef"), truth) == 0.0
    # Two pairs are together in both, of six in each; by chance it would be 6 * 6 / 15.
    assert adjusted_rand(partition("abd", "cef"), truth) == pytest.approx((2 - 2.4) / (6 - 2.4))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_names_of_clusters_do_not_matter(clusters: list[int], draw: Any) -> None:
    one = {str(number): str(cluster) for number, cluster in enumerate(clusters)}
    other = {name: f"cluster {9 - int(cluster)}" for name, cluster in one.items()}
    assert mojofm(one, other) == 100.0
    assert adjusted_rand(one, other) == 1.0
    third = {name: str(draw.randint(0, 3)) for name in one}
    assert 0.0 <= mojofm(third, one) <= 100.0
    assert mojofm(third, one) == pytest.approx(mojofm(third, other))
    assert adjusted_rand(third, one) == pytest.approx(adjusted_rand(one, third))


def test_measures_of_a_decomposition_as_published() -> None:
    cut = partition("ABC", "DE")
    calls = [("A", "B"), ("A", "B"), ("B", "C"), ("D", "E"), ("C", "D"), ("C", "D"), ("A", "E")]
    assert structural_modularity(calls, cut) == pytest.approx(0.0694, abs=5e-5)
    assert crossing_share(calls, cut) == pytest.approx(3 / 7)
    assert interface_number(calls, cut) == 1.0
    assert non_extreme(cut) == 1.0
    assert non_extreme(partition("ABCDE", "F")) == pytest.approx(1 / 6)


def test_exact_boundaries() -> None:
    truth = (frozenset("abc"), frozenset("def"))
    assert boundaries([frozenset("abc"), frozenset("de")], truth) == (1, 2, 2)


# --- real children -----------------------------------------------------------------------------------------------


@pytest.fixture
def families(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The scripts of the benchmark import each other as scripts do."""
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("families")
    for name in {*sys.modules} - known:
        if str(BENCHMARKS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def calling(arn: str, **more: Any) -> dict[str, Any]:
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": arn, "Input": {"id.$": "$.order.id"}},
        "ResultPath": "$.paid",
        "Next": "Done",
        **more,
    }
    return {"StartAt": "Pay", "States": {"Pay": call, "Done": {"Type": "Succeed"}}}


CHILD = {
    "StartAt": "Charge",
    "States": {
        "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:c", "Next": "Ok?"},
        "Ok?": {"Type": "Choice", "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Fine"}],
                "Default": "Bad"},
        "Fine": {"Type": "Succeed"},
        "Bad": {"Type": "Fail"},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("arn", "beside", "found"),
    [
        ("${PaymentStateMachineArn}", ["payment", "parcel"], "payment"),
        ("${CardPayment}", ["payment-card", "parcel"], "payment-card"),
        ("arn:aws:states:eu-west-1:123456789012:stateMachine:CardPayment", ["ardPayment", "parcel"], "ardPayment"),
        ("${Anything}", ["payment"], "payment"),
        ("${Anything}", ["payment", "parcel"], None),
        # Of two whose names are cut off alike, neither.
        ("${VideoDetection}", ["deoDetection", "oDetection"], None),
        ("{% $arn %}", ["payment"], None),
    ],
)
def test_a_child_is_known_by_its_name(
    tmp_path: Path, families: Any, arn: str, beside: list[str], found: str | None
) -> None:
    (tmp_path / "app__parent.asl.json").write_text(json.dumps(calling(arn)))
    for name in beside:
        (tmp_path / f"app__{name}.asl.json").write_text(json.dumps(CHILD))
    (tmp_path / "elsewhere__payment.asl.json").write_text(json.dumps(CHILD))
    (call,) = families.families_in(tmp_path).calls
    assert call.child == (None if found is None else f"app__{found}.asl.json")


@pytest.mark.parametrize("neutral", [False, True])
def test_a_real_child_stands_where_its_call_stood(tmp_path: Path, families: Any, neutral: bool) -> None:
    (tmp_path / "app__parent.asl.json").write_text(json.dumps(calling("${Payment}")))
    (tmp_path / "app__payment.asl.json").write_text(json.dumps(CHILD))
    (made,) = families.families_in(tmp_path).compositions(neutral=neutral)
    states = made.definition["States"]
    (region,) = made.truth
    assert region < set(states)
    assert len(region) == len(CHILD["States"]) + 2
    if not neutral:
        assert set(states) - region == {"Done"}
        assert states["Pay"] == {
            "Type": "Pass", "ResultPath": "$.called1", "Next": "Charge", "Parameters": {"id.$": "$.order.id"}
        }  # fmt: skip
        assert states["Fine"] == {"Type": "Pass", "Next": "After Pay"}
        assert (states["After Pay"]["ResultPath"], states["After Pay"]["Next"]) == ("$.paid", "Done")
