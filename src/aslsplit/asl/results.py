"""What the integrations of Step Functions answer with."""

from __future__ import annotations

import re

from aslsplit.asl.source import Json

__all__ = ["answers_with_object"]

_OF_A_SERVICE = re.compile(r"arn:[^:]+:states:[^:]*:[^:]*:(?!activity:)[A-Za-z0-9-]+:")


def answers_with_object(resource: Json) -> bool:
    """The task result is the response of a service, which is an object: ``lambda:invoke`` puts what the function
    returns under ``Payload``. A function called by its own ARN, an activity and whoever answers a token may return
    anything. (AWS Step Functions Developer Guide, "Integrating services".)

    >>> answers_with_object("arn:aws:states:::sqs:sendMessage")
    True
    >>> answers_with_object("arn:aws:states:::sqs:sendMessage.waitForTaskToken")
    False
    >>> answers_with_object("arn:aws:lambda:eu-west-1:123456789012:function:Price")
    False
    >>> answers_with_object("arn:aws:states:eu-west-1:123456789012:activity:Pack")
    False
    """
    if not isinstance(resource, str) or _OF_A_SERVICE.match(resource) is None:
        return False
    return not resource.endswith(".waitForTaskToken") and "${" not in resource
