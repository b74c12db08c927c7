"""The signs and their thresholds as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from aslsplit.findings import rule
from aslsplit.signs.sign import Kind

__all__ = ["signs_page"]

_INTRODUCTION = """\
# Signs of sprawl

What `aslsplit inspect` measures. A figure beyond its threshold is exceeded; none of that is an error, and the exit
code is 0. Made from the code by `make docs`; [findings](findings.md) and `aslsplit explain CODE` tell more about each.
"""

_BELOW = """\
Another threshold: `--threshold many-domains=5`, as often as needed.

Of the machines with ten states or more that we know from public repositories, about nine in ten are within each of
the thresholds up to ASL813. They are places to start a conversation from, and no law.

How it is measured:

- **Domains** go by the words of names, of the state and of the function or machine that it calls, or by
  `domain: payment` in its comment. A word counts that two states share and that names neither an activity nor plumbing.
- **Fields** are those that a state puts under a name, with `ResultPath` or in a template. The fields of a result that
  replaces the whole document are not known.
- **Events** are those of an execution that succeeds at the first attempt, on the longest way, with each loop gone
  through once and each Map with one item.
- **Copies** are regions of three states or more that are equal up to names, ARNs and literals.
- **History** (`--history`) is the last 200 commits of the file, renames followed, merges left out. A state is changed
  if anything but its comment or its place is.
- **Children** are found by name: `${PaymentWorkflowAliasArn}`, `…:stateMachine:Payment:live` and `payment.asl.json` are
  one.
"""


def signs_page(kinds: Sequence[Kind]) -> str:
    rows = [
        f"| {kind.code} | `{kind.name}` | {kind.title} | {kind.threshold}{kind.unit if kind.unit == '%' else ''} "
        f"| {rule(kind.code).severity.value} |"
        for kind in kinds
    ]
    table = ["| code | name | counts | at most | in SARIF |", "|---|---|---|--:|---|", *rows]
    return "\n".join([_INTRODUCTION, *table, "", _BELOW])
