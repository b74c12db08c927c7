"""The domains that one machine works for."""

from __future__ import annotations

from aslsplit.signs.sign import Kind, Sign, Survey, at_state, names

__all__ = ["MANY_DOMAINS", "many_domains"]

MANY_DOMAINS = Kind(
    code="ASL801",
    title="Domains in one machine",
    unit="domain",
    units="domains",
    threshold=3,
)

_SMALLEST = 3
"""States. A domain of which a machine has one or two is called and not absorbed."""


def many_domains(survey: Survey) -> Sign:
    members: dict[str, list[str]] = {}
    states = {name: state for scope in survey.machine.scopes() for name, state in scope.states.items()}
    for name in states:
        if name in survey.domains:
            members.setdefault(survey.domains[name], []).append(name)
    large = sorted((item for item in members.items() if len(item[1]) >= _SMALLEST), key=lambda item: -len(item[1]))
    evidence = [
        at_state(survey.machine, states[found[0]], f"{domain}, {len(found)} states: {names(found)}", others=found[1:])
        for domain, found in large
    ]
    return survey.sign(MANY_DOMAINS, len(large), evidence)
