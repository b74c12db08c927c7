"""What one call of a service needs: where in the tables it is found, and the few that no table can say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aslsplit.iam.arns import Place
from aslsplit.iam.endpoints import api_gateway, http_endpoint
from aslsplit.iam.functions import invoke
from aslsplit.iam.integration import Call
from aslsplit.iam.machines import call_of_machine
from aslsplit.iam.need import Found, Gap
from aslsplit.iam.payload import Payload
from aslsplit.iam.rules import Row, Rows, found_for
from aslsplit.iam.services.compute import COMPUTE
from aslsplit.iam.services.data import DATA
from aslsplit.iam.services.emr import EMR
from aslsplit.iam.services.learning import LEARNING
from aslsplit.iam.services.messaging import MESSAGING
from aslsplit.iam.services.prefixes import PREFIXES, action_of
from aslsplit.iam.services.sdk import SDK
from aslsplit.iam.services.storage import STORAGE

__all__ = ["OPTIMISED", "Owner", "needs_of_call", "rows_of"]

OPTIMISED: Final[Rows] = {**COMPUTE, **DATA, **EMR, **LEARNING, **MESSAGING}
"""By ``service:action`` of the optimised integrations, but for those that `needs_of_call` knows."""

_AS_OPTIMISED: Final = {
    "bedrockruntime": "bedrock",
    "emrcontainers": "emr-containers",
    "emrserverless": "emr-serverless",
    "eventbridge": "events",
}
"""Services whose SDK integration has another name than the optimised one; the needs of an operation are the same."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The machine whose role it is: where it is, its name if that is known, and the names of the state machines that
    it calls, by the ARNs in its definition."""

    place: Place
    name: str | None = None
    workflows: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str | None:
        return None if self.name is None else self.place.arn(f"states:region:account:stateMachine:{self.name}")


def needs_of_call(call: Call, payload: Payload, owner: Owner) -> Iterator[Found]:
    place = owner.place
    match call.name:
        case "lambda:invoke":
            yield from invoke(payload, place)
        case "states:startExecution" | "sfn:startExecution":
            yield from call_of_machine(payload, place, owner.workflows, waits=call.waits)
        case "sfn:startSyncExecution":
            action = "states:StartSyncExecution"
            yield from call_of_machine(payload, place, owner.workflows, waits=False, action=action)
        case "apigateway:invoke" if not call.sdk:
            yield from api_gateway(payload, place)
        case "http:invoke" if not call.sdk:
            yield from http_endpoint(payload, place, owner.arn)
        case _ if (rows := rows_of(call)) is not None:
            yield from found_for(rows, payload, place, waits=call.waits)
        case _:
            yield _not_in_tables(call)


def rows_of(call: Call) -> tuple[Row, ...] | None:
    if not call.sdk:
        return OPTIMISED.get(call.name)
    if call.name in SDK or call.name in STORAGE:
        return SDK.get(call.name) or STORAGE[call.name]
    # `eks:call` and the like are no operations of the SDK, which a definition that AWS takes does not have.
    return OPTIMISED.get(f"{_AS_OPTIMISED.get(call.service, call.service)}:{call.action}")


def _not_in_tables(call: Call) -> Gap:
    name = f"aws-sdk:{call.name}" if call.sdk else call.name
    action = action_of(call.service, call.action) if call.sdk else None
    if action is not None:
        return Gap("ASL565", f"the resources of {name} are not in the tables", (action,))
    if call.sdk and call.service in PREFIXES:
        return Gap("ASL562", f"which actions allow {name}")
    return Gap("ASL562", f"what {name} needs")
