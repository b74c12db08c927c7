"""A deterministic interpreter of the Amazon States Language.

It exists to compare machines by what they do: the same input and the same answers of the called services give the
same trace, every time. Waiting and retry delays pass in virtual time.
"""

from aslsplit.interpreter.compare import neutral_cause
from aslsplit.interpreter.execution import run
from aslsplit.interpreter.nested import called_from, child_of
from aslsplit.interpreter.trace import (
    Answer,
    ChildCall,
    Error,
    Execution,
    ItemRun,
    Result,
    Status,
    Step,
    TaskAnswer,
    TaskCall,
    TimedOut,
)
from aslsplit.interpreter.values import ScopePath

__all__ = [
    "Answer",
    "ChildCall",
    "Error",
    "Execution",
    "ItemRun",
    "Result",
    "ScopePath",
    "Status",
    "Step",
    "TaskAnswer",
    "TaskCall",
    "TimedOut",
    "called_from",
    "child_of",
    "neutral_cause",
    "run",
]
