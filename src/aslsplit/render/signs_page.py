"""The signs and their thresholds as a page of the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aslsplit.findings import rule
from aslsplit.signs.sign import Kind

__all__ = ["signs_page"]

_INTRODUCTION = """\
# Signs of sprawl

What `aslsplit inspect` measures. A figure beyond its threshold is exceeded; none of that is an error, and the exit
code is 0. Made from the code by `make docs`; [findings](findings.md) and `aslsplit explain CODE` tell more about each.
"""

_BETWEEN = """\
Another threshold: `--threshold many-domains=5`, as often as needed.

## How each figure is measured

All scopes count, Parallel branches and Map bodies too, and JSONPath and JSONata alike. Nobody is taken to read the
output of the execution.
"""

_MEASURED: Mapping[str, str] = {
    "ASL801": "domains that at least three states work for",
    "ASL802": "the largest sum of the rules of Choice states that lead straight to each other; of a Choice that is "
    "left by one of its rules, those up to that rule",
    "ASL803": "over all groups of equal templates and constants, the size of the group less one. Counted are "
    "`Parameters`, `Result` and `Output` of a Pass, `ResultSelector` and `Output` of the others, from two members on; "
    "literals may differ",
    "ASL804": "over all groups of equal `Retry` or `Catch` lists, the size of the group less one; `Next` and `Comment` "
    "may differ",
    "ASL805": "fields that states may have added when a state begins, where they are most",
    "ASL806": "of those fields, the ones that no state reads from there on, where they are most; with four states or "
    "more behind it on the longest way",
    "ASL807": "transitions on the shortest way from a state that writes a field to a state that reads it or a part of "
    "it, where they are most",
    "ASL808": "two, and the events of the states on the longest way: 5 a Task, 6 one that waits for its answer "
    "(`.sync`, `.sync:2`, `.waitForTaskToken`), 4 a Parallel and all that is in its branches, 4 a Map and, if it is "
    "inline, 2 and what is inside for one item, 1 a Fail, 2 any other",
    "ASL809": "events of the longest round of a loop, or of one item of an inline Map, whichever is more",
    "ASL810": "bytes of the definition as it is written, in percent of 1 MiB, rounded down",
    "ASL811": "of the commits that changed a state, those that changed states of several domains, in percent, rounded "
    "down; from three commits on",
    "ASL812": "states in regions that occur again, here or in other definitions. Where all copies are here, one is the "
    "original and does not count",
    "ASL813": "of four ways to run, those that there are: waiting for an answer from outside; waiting for jobs, in a "
    "loop or for five minutes or more; distributed Maps; Tasks that answer at once, from five on",
    "ASL821": "called definitions at hand that hold one Task or none",
    "ASL822": "calls whose `Input` holds the whole document",
    "ASL823": "places that read more than three fields deep in a child's output, or what is not its output",
    "ASL824": "calls by an ARN with no qualifier, or by a placeholder that names no alias or version",
    "ASL825": "calls in the longest chain of children, as far as their definitions are at hand",
}

_CORPUS = "corpus"
_ORIGINS: Mapping[str, str] = {
    "ASL801": _CORPUS,
    "ASL802": _CORPUS,
    "ASL803": _CORPUS,
    "ASL804": _CORPUS,
    "ASL805": _CORPUS,
    "ASL806": _CORPUS,
    "ASL807": _CORPUS,
    "ASL808": f"{_CORPUS}; the quota is 25,000 events",
    "ASL809": f"{_CORPUS}; 25 events are a thousand rounds until the history is full",
    "ASL810": "half of the quota",
    "ASL811": "judgement: three commits in ten",
    "ASL812": f"{_CORPUS}; the smallest copy has three states",
    "ASL813": "judgement: work, and waiting for it",
    "ASL821": "none is meant to be",
    "ASL822": "none is meant to be",
    "ASL823": "none is meant to be",
    "ASL824": "none is meant to be",
    "ASL825": "one level is what a split makes",
}

_BELOW = """\
*Corpus*: of the machines with ten states or more that we know from public repositories, about nine in ten or more are
within the threshold. It is a place to start a conversation from, and no law.

## What the words mean

- **Domains** go by the words of names, of the state and of the function or machine that it calls, or by
  `domain: payment` in its comment. A word counts that two states share and that names neither an activity nor plumbing.
- **Fields** are those that a state puts under a name, with `ResultPath` or in a template. The fields of a result that
  replaces the whole document are not known.
- **The longest way** goes through each loop once and through catchers too, and nothing on it is tried again; a task
  that fails and is caught leaves as many events as one that succeeds.
- **Copies** are regions of three states or more that are equal up to names, ARNs and literals.
- **History** (`--history`) is the last 200 commits of the file, renames followed, merges left out. A state is changed
  if anything but its comment or its place is. `propose --history` reads the same.
- **Children** are found by name: `${PaymentWorkflowAliasArn}`, `…:stateMachine:Payment:live`, `payment.asl.json` and
  the resource `PaymentStateMachine` of a template are one.
"""


def signs_page(kinds: Sequence[Kind]) -> str:
    table = ["| code | name | counts | at most | in SARIF |", "|---|---|---|--:|---|"]
    table += [
        f"| {kind.code} | `{kind.name}` | {kind.title} | {_limit(kind)} | {rule(kind.code).severity.value} |"
        for kind in kinds
    ]
    measured = ["| name | the figure | at most | where that comes from |", "|---|---|--:|---|"]
    measured += [
        f"| `{kind.name}` | {_MEASURED[kind.code]} | {_limit(kind)} | {_ORIGINS[kind.code]} |" for kind in kinds
    ]
    return "\n".join([_INTRODUCTION, *table, "", _BETWEEN, *measured, "", _BELOW])


def _limit(kind: Kind) -> str:
    return f"{kind.threshold}{kind.unit if kind.unit == '%' else ''}"
