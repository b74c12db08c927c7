"""The models of AWS's services, and in what IAM differs from them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from botocore.session import get_session

from aslsplit.iam.services.prefixes import PREFIXES

__all__ = ["ENDED", "OTHER_PREFIXES", "WITHOUT_OPERATION", "is_operation", "operations_of", "signing_names"]

OTHER_IDS = {
    "cloudwatchevents": "eventbridge",
    "config": "configservice",
    "costandusagereport": "costandusagereportservice",
    "databasemigration": "databasemigrationservice",
    "directory": "directoryservice",
    "elasticsearch": "elasticsearchservice",
    "lexmodelbuilding": "lexmodelbuildingservice",
    "lexruntime": "lexruntimeservice",
}
"""Step Functions names services as the SDK for Java does; in the models these are called otherwise."""

ENDED = frozenset({"iotanalytics", "iotevents", "lookoutvision"})
"""Services that have ended, of which there are definitions still, but no models."""

OTHER_PREFIXES: Mapping[str, str] = {
    "cloudcontrol": "it works through CloudFormation, and is authorised as that",
    "cloudwatch": "signed as monitoring, its first name",
    "iotdataplane": "signed as iotdata; the actions are those of AWS IoT",
    "iotjobsdataplane": "signed with hyphens, authorised without",
    "resourcegroupstaggingapi": "signed as tagging, authorised as tag",
}
"""Services whose actions begin with another name than the one their requests are signed with."""

WITHOUT_OPERATION: Mapping[str, str] = {
    "dynamodb:ConditionCheckItem": "a part of TransactWriteItems",
    "events:RetrieveConnectionCredentials": "done by Step Functions itself, for HTTP endpoints",
    "execute-api:Invoke": "a request to the API itself",
    "iam:PassRole": "checked wherever a role is given to a service",
    "lakeformation:GetDataAccess": "asked by the engines that read governed tables",
    "lambda:InvokeFunction": "allows Invoke",
    "logs:CreateLogDelivery": "deliveries are set up by the services that log",
    "logs:DeleteLogDelivery": "deliveries are set up by the services that log",
    "logs:GetLogDelivery": "deliveries are set up by the services that log",
    "logs:ListLogDeliveries": "deliveries are set up by the services that log",
    "logs:UpdateLogDelivery": "deliveries are set up by the services that log",
    "s3:DeleteObjectVersion": "DeleteObject with a version",
    "s3:GetObjectVersion": "GetObject with a version",
    "s3:GetObjectVersionAttributes": "GetObjectAttributes with a version",
    "s3:GetObjectVersionTagging": "GetObjectTagging with a version",
    "s3:ListAllMyBuckets": "allows ListBuckets",
    "s3:ListBucket": "allows ListObjects, ListObjectsV2 and HeadBucket",
    "s3:ListBucketMultipartUploads": "allows ListMultipartUploads",
    "s3:ListBucketVersions": "allows ListObjectVersions",
    "s3:ListMultipartUploadParts": "allows ListParts",
    "states:InvokeHTTPEndpoint": "done by Step Functions itself, for HTTP endpoints",
}
"""Actions that no operation has the name of."""


def signing_names(service: str) -> frozenset[str]:
    """What requests to a service are signed with; empty if there is no model of it."""
    return _models().get(OTHER_IDS.get(service, service), _NONE)[0]


def operations_of(service: str) -> frozenset[str]:
    """Of a service as an SDK integration names it."""
    return _models().get(OTHER_IDS.get(service, service), _NONE)[1]


def is_operation(action: str) -> bool:
    prefix, _, name = action.partition(":")
    return any(name in operations_of(service) for service, its in PREFIXES.items() if its == prefix)


_NONE: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


@cache
def _models() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    session = get_session()
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for name in session.get_available_services():
        model = session.get_service_model(name)
        identifier = model.metadata["serviceId"].replace(" ", "").replace("-", "").lower()
        signed = {model.metadata.get("signingName", model.endpoint_prefix), model.endpoint_prefix}
        names, operations = found.get(identifier, _NONE)
        found[identifier] = names | signed, operations | frozenset(model.operation_names)
    return found
