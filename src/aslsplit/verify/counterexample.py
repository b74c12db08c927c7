"""A case in which parent and children do something else than the monolith, complete: machines, scenario, difference.

As JSON it can be kept, sent, and run again where neither the boundary map nor its files are.
"""

from __future__ import annotations

from dataclasses import dataclass

from aslsplit.asl.source import Json
from aslsplit.verify.compare import Relaxed
from aslsplit.verify.execution import Mismatch, Pair
from aslsplit.verify.scenario import Scenario, scenario_data, scenario_from

__all__ = ["Counterexample", "counterexample_data", "counterexample_from", "is_counterexample"]

_FORMAT = "aslsplit counterexample 1"


@dataclass(frozen=True, slots=True)
class Counterexample:
    pair: Pair
    mismatch: Mismatch

    def again(self) -> Counterexample | None:
        """As it comes out now; None if the machines no longer differ."""
        what = self.pair.difference(self.mismatch.scenario)
        return None if what is None else Counterexample(self.pair, Mismatch(self.mismatch.scenario, what))


def counterexample_data(case: Counterexample) -> dict[str, Json]:
    relaxed = case.pair.relaxed
    observed = relaxed.observed if relaxed.observed == "all" else [list(stem) for stem in relaxed.observed]
    return {
        "format": _FORMAT,
        "difference": case.mismatch.what,
        **_scenario_members(case.mismatch.scenario),
        "relaxed": {
            "observed": observed,
            "payloads": sorted(relaxed.payloads),
            "surfacing": sorted(relaxed.surfacing),
            "ignored": sorted(relaxed.ignored),
            "hasty": sorted(relaxed.hasty),
        },
        "monolith": case.pair.monolith,
        "parent": case.pair.parent,
        "children": dict(case.pair.children),
        **({"joined": sorted(case.pair.joined)} if case.pair.joined else {}),
    }


def _scenario_members(scenario: Scenario) -> dict[str, Json]:
    data = scenario_data(scenario)
    assert isinstance(data, dict)
    return data


def is_counterexample(data: Json) -> bool:
    return isinstance(data, dict) and data.get("format") == _FORMAT


def counterexample_from(data: Json) -> Counterexample:
    """Raises KeyError, TypeError or ValueError when ``data`` is no counterexample."""
    if not is_counterexample(data):
        raise ValueError(f"not {_FORMAT}")
    relaxed = data["relaxed"]
    observed = relaxed["observed"]
    pair = Pair(
        monolith=data["monolith"],
        parent=data["parent"],
        children=dict(data["children"]),
        relaxed=Relaxed(
            observed="all" if observed == "all" else tuple(tuple(stem) for stem in observed),
            payloads=frozenset(relaxed["payloads"]),
            surfacing=frozenset(relaxed["surfacing"]),
            ignored=frozenset(relaxed.get("ignored", ())),
            hasty=frozenset(relaxed.get("hasty", ())),
        ),
        joined=tuple(str(name) for name in data.get("joined", ())),
    )
    return Counterexample(pair, Mismatch(scenario_from(data), str(data["difference"])))
