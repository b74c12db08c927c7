"""The form of a call, by the pattern that the map chooses: what is called, where the answer lies, how a failure of the
child arrives. All that differs between the patterns is asked of this value, and nobody else compares resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from aslsplit.analysis.calls import Waiting
from aslsplit.asl.paths import Stem
from aslsplit.plan.boundaries import Pattern

__all__ = ["CallForm", "Failure", "form_of"]


class Failure(Enum):
    """How the caller learns that the child has failed."""

    DESCRIBED = "the Task fails with States.TaskFailed, and the cause describes the execution as JSON text"
    IN_ANSWER = "the Task succeeds, and the answer has a Status, and Error and Cause where there are any"
    AS_SENT = "the Task fails with the error and the cause that the child has sent"
    UNSEEN = "not at all"


@dataclass(frozen=True, slots=True)
class CallForm:
    """``service`` is the resource without partition. ``output`` is where in the task result the child's output lies, in
    the form that ``answer`` says; None where the task result does not have it. ``start_errors`` are what a start is
    refused with and may succeed after a while: never more, or a child that has failed would run again. ``events`` are
    those of the Task in the history of the caller, as recorded on AWS. ``start`` is the action that the caller's role
    needs, ``watched``: its role must follow the execution as well. ``from_express``: an EXPRESS machine may call so."""

    service: str
    answer: Waiting
    output: Stem | None
    failure: Failure
    start_errors: tuple[str, ...]
    events: int
    start: str
    watched: bool = False
    from_express: bool = False

    def resource(self, partition: str) -> str:
        return f"arn:{partition}:states:::{self.service}"

    @property
    def waits_for_token(self) -> bool:
        return self.answer is Waiting.TOKEN

    @property
    def is_express(self) -> bool:
        """The child is an EXPRESS machine, which has five minutes."""
        return self.failure is Failure.IN_ANSWER

    @property
    def waits(self) -> bool:
        """The caller goes on when the child has ended."""
        return self.answer is not Waiting.STARTED


_START_ERRORS: Final = ("StepFunctions.ExecutionLimitExceeded", "StepFunctions.ExecutionLimitExceededException")
"""Both spellings: AWS's own sample and its naming rule disagree."""

_FORMS: Final[Mapping[Pattern, CallForm]] = {
    "sync": CallForm(
        service="states:startExecution.sync:2",
        answer=Waiting.AS_JSON,
        output=("Output",),
        failure=Failure.DESCRIBED,
        start_errors=_START_ERRORS,
        events=6,
        start="states:StartExecution",
        watched=True,
    ),
    "async": CallForm(
        service="states:startExecution",
        answer=Waiting.STARTED,
        output=None,
        failure=Failure.UNSEEN,
        start_errors=_START_ERRORS,
        events=5,
        start="states:StartExecution",
        from_express=True,
    ),
    "callback": CallForm(
        service="states:startExecution.waitForTaskToken",
        answer=Waiting.TOKEN,
        output=(),
        failure=Failure.AS_SENT,
        # A child that has failed with one of them arrives under the same name.
        start_errors=(),
        events=6,
        start="states:StartExecution",
    ),
    "express": CallForm(
        service="aws-sdk:sfn:startSyncExecution",
        answer=Waiting.AS_TEXT,
        output=("Output",),
        failure=Failure.IN_ANSWER,
        start_errors=("Sfn.ThrottlingException", "Sfn.KmsThrottlingException"),
        events=5,
        start="states:StartSyncExecution",
        from_express=True,
    ),
}


def form_of(pattern: Pattern) -> CallForm:
    return _FORMS[pattern]
