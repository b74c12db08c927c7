"""Which domain a state works for, as far as its words say: its name, what it calls, and a tag in its comment.

Words for doing (validate, wait, decision) and for plumbing (request, lambda, status) name no domain. Of the others a
state gets the one that most states share, so that ``CapturePayment`` and ``PaymentDecision`` come together. A comment
that says ``domain: payment`` decides by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from aslsplit.asl.model import State, StateMachine, StateType
from aslsplit.asl.source import Json

__all__ = ["domain_words", "domains_of", "service_of", "tag_of", "words_of_state"]

_SHARED_BY = 2
"""States; a word that only one of them has is a name and no domain."""


def domains_of(machine: StateMachine) -> Mapping[str, str]:
    """By state; those that say nothing are left out."""
    states = {name: state for scope in machine.scopes() for name, state in scope.states.items()}
    words = {name: words_of_state(state) for name, state in states.items()}
    shared = Counter(word for found in words.values() for word in found)
    domains: dict[str, str] = {}
    for name, state in states.items():
        tag = tag_of(state)
        known = [word for word in words[name] if shared[word] >= _SHARED_BY]
        if tag is not None:
            domains[name] = tag
        elif known:
            domains[name] = max(known, key=shared.__getitem__)
    return domains


def tag_of(state: State, key: str = "domain") -> str | None:
    """What the comment says after ``domain:``, or after another key."""
    comment = state.body.get("Comment")
    if not isinstance(comment, str):
        return None
    found = re.search(rf"\b{key}\s*[:=]\s*([\w-]+)", comment, re.IGNORECASE)
    return found[1].lower() if found else None


def service_of(state: State) -> str | None:
    """What a Task calls, as far as it owns a resource: ``dynamodb``, ``sns``, or ``lambda`` for a function."""
    resource = state.body.get("Resource")
    if state.type is not StateType.TASK or not isinstance(resource, str):
        return None
    found = _SERVICE.match(resource)
    if found is None:
        return "activity" if ":activity:" in resource else "lambda"
    return found["sdk"] or found["service"]


_SERVICE = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?:aws-sdk:(?P<sdk>\w+)|(?!activity:)(?P<service>\w+))")


def words_of_state(state: State) -> tuple[str, ...]:
    """The words of the name before those of what it calls, each once."""
    called = _called(state) if state.type is StateType.TASK else ()
    return tuple(dict.fromkeys(word for text in (state.name, *called) for word in domain_words(text)))


def _called(state: State) -> Iterator[str]:
    """Names of functions, machines, tables and queues, in the ARN or in the payload."""
    resource = state.body.get("Resource")
    if isinstance(resource, str) and not _INTEGRATION.match(resource):
        yield _last_part(resource)
    payload: Json = state.body.get("Parameters", state.body.get("Arguments"))
    if isinstance(payload, dict):
        for key in ("FunctionName", "StateMachineArn"):
            if isinstance(payload.get(key), str) and not payload[key].startswith("{%"):
                yield _last_part(payload[key])


_INTEGRATION = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?!activity:)")


def _last_part(arn: str) -> str:
    return re.split(r":(?:function|stateMachine|activity):", arn)[-1].partition(":")[0]


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def domain_words(text: str) -> Iterator[str]:
    """Those of a name that may name a domain, in the singular."""
    for found in _WORD.findall(text):
        word = _singular(found.lower())
        if len(word) > 2 and word not in _NO_DOMAIN:
            yield word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


_NO_DOMAIN_TEXT = """
accept accepted action add alert all already amount and announce any api append apply approve approved arn array ask
assume async attempt attention authorize available await back batch been before begin book branch build calculate
call callback cancel capture change charge check choice choose clean cleanup collect complete completed completion
compute condition configure confirm continue convert copy count create created custom data database debug decide
decision declined default define delete describe detect determine disable distributed done each emit empty enable
end enrich env error evaluate event exception execute execution exist exists external extract fail failed failure
fallback fetch file filter final finalize find finish finished first flow for format found from function generate
get handle handler has have identify ignore import increment index init initial initialize input instance internal
invalid invoke item iterate iterator job json keep lambda last launch list load lock log loop make map mark merge
message met metadata mock mode monitor more move multi name need new next none normalize not notification notify
object operation out output parallel param parameter parse pass payload pending perform persist ping poll post
prepare prev previous process processing processor progress publish push put query queue quit ran read ready receive
received record refresh reject rejected release remove report request reserve reset resource response restore result
resume retrieve retry return route row rule run running save schedule second select send service set setup sfn
single skip sleep sns source split sqs start started state status step stop store stream submit succeed succeeded
success successful summary sync table tag task tell test the then third throw time timeout token track transform
trigger try type unlock unsuccessful until update upload use user valid validate validation value var variable
verify version void wait waiting was whether which with work worker workflow write wrong yes your
"""
_NO_DOMAIN = frozenset(_NO_DOMAIN_TEXT.split())
