"""SNS, SQS, EventBridge."""

from __future__ import annotations

from typing import Final

from aslsplit.iam.rules import Rows, allow, anywhere, given

__all__ = ["MESSAGING"]

MESSAGING: Final[Rows] = {
    "sns:publish": (
        allow("sns:Publish", "{TopicArn?}", "{TargetArn?}"),
        given("PhoneNumber", anywhere("sns:Publish", "a telephone number is no resource")),
    ),
    "sqs:sendMessage": (allow("sqs:SendMessage", "{QueueUrl}"),),
    "events:putEvents": (allow("events:PutEvents", "events:region:account:event-bus/{Entries.EventBusName=default}"),),
}
