"""What the templates for the CDK are given: texts in TypeScript or Python already, in the order of deployment.

docs/how-to/wire-terraform-cdk.md lists these names for people who write templates of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from aslsplit.findings import printable
from aslsplit.iam.policy import Statement
from aslsplit.plan.naming import words_of
from aslsplit.wiring.cdk_language import Language
from aslsplit.wiring.model import Machine, Token, Wiring
from aslsplit.wiring.names import names_for

__all__ = ["RETENTION", "cdk_view"]

RETENTION: Final = {
    **{1: "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS", 30: "ONE_MONTH"},
    **{60: "TWO_MONTHS", 90: "THREE_MONTHS", 120: "FOUR_MONTHS", 150: "FIVE_MONTHS", 180: "SIX_MONTHS"},
    **{365: "ONE_YEAR", 400: "THIRTEEN_MONTHS", 545: "EIGHTEEN_MONTHS", 731: "TWO_YEARS", 1096: "THREE_YEARS"},
    **{1827: "FIVE_YEARS", 2192: "SIX_YEARS", 2557: "SEVEN_YEARS", 2922: "EIGHT_YEARS", 3288: "NINE_YEARS"},
    3653: "TEN_YEARS",
}
"""How the CDK calls the days for which logs are kept."""

_PSEUDO: Final = {
    "AWS::AccountId": "Aws.ACCOUNT_ID",
    "AWS::Partition": "Aws.PARTITION",
    "AWS::Region": "Aws.REGION",
    "AWS::StackId": "Aws.STACK_ID",
    "AWS::StackName": "Aws.STACK_NAME",
    "AWS::URLSuffix": "Aws.URL_SUFFIX",
}


def cdk_view(language: Language, wiring: Wiring) -> Mapping[str, object]:
    open_tokens = [token for token in wiring.parameters() if token.name not in _PSEUDO]
    inputs = names_for([token.name for token in open_tokens], language.style, language.reserved)
    by_member = names_for(
        [machine.name or machine.logical_id for machine in wiring.machines], language.style, language.reserved
    )
    members = {machine.name: by_member[machine.name or machine.logical_id] for machine in wiring.machines}

    def value(token: Token) -> str:
        if token.child is not None:
            return language.alias.format(members[token.child])
        return _PSEUDO.get(token.name) or language.given.format(inputs[token.name])

    machines = [_machine(language, wiring, machine, members[machine.name], value) for machine in wiring.machines]
    return {
        "settings": wiring.settings,
        "retention": RETENTION[wiring.settings.logs.retention_days],
        "inputs": [_input(language, token, inputs[token.name]) for token in open_tokens],
        "machines": machines,
        "children": machines[:-1],
        "parent": machines[-1],
    }


def _machine(
    language: Language, wiring: Wiring, machine: Machine, member: str, value: Callable[[Token], str]
) -> Mapping[str, object]:
    values = {token.name: value(token) for token in machine.tokens}
    return {
        "id": machine.logical_id,
        "member": member,
        "title": _comment(machine.title),
        "is_child": machine.name is not None,
        "workflow": language.literal(machine.workflow),
        "follow": language.literal(f"{machine.workflow}/follow-one-execution"),
        "package": "-".join(word.lower() for word in words_of(machine.logical_id)),
        "type": machine.type,
        "definition": language.literal(wiring.path_to(machine)),
        "substitutions": [{"name": language.literal(name), "value": found} for name, found in values.items()],
        "statements": [_statement(language, statement, values) for statement in machine.policy.statements],
        "unknown": [_comment(f"{one.what} ({', '.join(one.states)})") for one in machine.policy.unknown],
    }


def _statement(language: Language, statement: Statement, values: Mapping[str, str]) -> Mapping[str, object]:
    def text(text: str) -> str:
        return language.text(text, lambda token: _PSEUDO.get(token) or values[token])

    return {
        "sid": language.literal(statement.sid),
        "states": _comment(", ".join(statement.states)),
        "actions": [language.literal(action) for action in statement.actions],
        "resources": [text(resource) for resource in statement.resources],
        "conditions": language.conditions_of(dict(statement.conditions), text) if statement.conditions else None,
    }


def _input(language: Language, token: Token, name: str) -> Mapping[str, str]:
    uses = ", ".join(token.uses)
    told = uses if token.name == token.identifier else f"{token.name}: {uses}"
    return {
        "id": token.identifier,
        "name": name,
        "comment": _comment(told),
        "description": language.literal(printable(told)),
    }


def _comment(text: str) -> str:
    """In one line, and without the end of a comment."""
    return printable(text).replace("*/", "* /")
