"""Calls over HTTP: an API of API Gateway, and any other endpoint through a connection of EventBridge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aslsplit.asl.placeholders import TOKEN
from aslsplit.asl.source import Json
from aslsplit.iam.arns import Place, holds_an_arn, missing_of, no_arn_of
from aslsplit.iam.need import OWN_NAME, Found, Gap, Need
from aslsplit.iam.payload import Payload, Unsaid, Value

__all__ = ["api_gateway", "http_endpoint"]

_PART: Final = rf"(?:{TOKEN}|[^./])++"
_API: Final = re.compile(
    rf"(?:https://)?(?P<api>{_PART})\.execute-api\.(?P<region>{_PART})\.amazonaws\.com(?:\.cn)?(?P<rest>/.*)?"
)
_INVOKE_API: Final = ("execute-api:Invoke",)
_SIGNED: Final = ("IAM_ROLE", "RESOURCE_POLICY")


def api_gateway(payload: Payload, place: Place) -> Iterator[Found]:
    """Without AuthType the call is not signed, and no role is asked."""
    how = payload.value("AuthType")
    if how is Unsaid.ABSENT or (isinstance(how, str) and how not in _SIGNED):
        return
    endpoint = payload.value("ApiEndpoint")
    found = _API.fullmatch(endpoint) if isinstance(endpoint, str) else None
    if isinstance(endpoint, Unsaid):
        yield Gap("ASL561", missing_of("ApiEndpoint", endpoint, payload), _INVOKE_API)
    elif found is None:
        yield Gap("ASL561", f"the API behind {endpoint}, given as ApiEndpoint", _INVOKE_API)
    else:
        stage, method, path = (_or_any(payload, name) for name in ("Stage", "Method", "Path"))
        resource = f"{found['api']}/{stage}/{method}/{path.removeprefix('/')}"
        region = found["region"]
        yield Need(_INVOKE_API, (place.arn(f"execute-api:{region}:account:{resource}"),))


def _or_any(payload: Payload, parameter: str) -> str:
    value = payload.value(parameter)
    return value if isinstance(value, str) else "*"


_INVOKE: Final = ("states:InvokeHTTPEndpoint",)
_CONNECTION: Final = ("events:RetrieveConnectionCredentials",)
_SECRET: Final = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")


def http_endpoint(payload: Payload, place: Place, machine: str | None) -> Iterator[Found]:
    """``machine`` is the ARN of the state machine, which the endpoint is called by.

    The connection keeps its secret under a name that begins with ``events!connection/``.
    """
    method, endpoint = payload.value("Method"), payload.value("ApiEndpoint")
    if machine is None:
        yield Gap("ASL561", OWN_NAME, _INVOKE)
    elif isinstance(endpoint, Unsaid):
        yield Gap("ASL561", missing_of("ApiEndpoint", endpoint, payload), _INVOKE)
    else:
        equal: dict[str, Json] = {"states:HTTPEndpoint": endpoint}
        if isinstance(method, str):
            equal["states:HTTPMethod"] = method
        yield Need(_INVOKE, (machine,), {"StringEquals": equal})
    field = "Authentication.ConnectionArn" if payload.value("InvocationConfig") is Unsaid.ABSENT else _NESTED
    yield from _connection(payload.value(field), payload, place)


def _connection(connection: Value, payload: Payload, place: Place) -> Iterator[Found]:
    if isinstance(connection, Unsaid):
        yield Gap("ASL561", missing_of("ConnectionArn", connection, payload), (*_CONNECTION, *_SECRET))
    elif holds_an_arn(connection) or connection.startswith("${"):
        yield Need(_CONNECTION, (connection,))
        yield Need(_SECRET, (_secret(connection, place),))
    else:
        yield Gap("ASL561", no_arn_of("ConnectionArn", connection), (*_CONNECTION, *_SECRET))


_NESTED: Final = "InvocationConfig.ConnectionArn"


def _secret(connection: str, place: Place) -> str:
    """
    >>> _secret("arn:aws:events:eu-west-1:111122223333:connection/stripe/8a1e", Place())
    'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:events!connection/stripe/*'
    """
    name = re.fullmatch(r"arn:.*:connection/([^/]+)(?:/.*)?", connection)
    return place.arn(f"secretsmanager:region:account:secret:events!connection/{f'{name[1]}/' if name else ''}*")
