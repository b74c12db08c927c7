"""Rules about how large and intricate what is read may be: ASL127 to ASL129. ``asl/limits.py`` has the figures."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

_ALL = "docs/reference/limits.md lists all limits."

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL127",
        name="too-many-states",
        severity=Severity.ERROR,
        what="The machine has more states than any that can be deployed or looked over.",
        why=(
            "Step Functions accepts definitions of up to 1 MB. The questions that aslsplit asks of a scope cost more "
            "with each state in it, and a definition of this size is a generated file that went wrong."
        ),
        example="a loop in a generator that wrote State1 to State100000",
        remedy=f"Check that this is the file you meant. {_ALL}",
    ),
    Rule(
        code="ASL128",
        name="reference-beyond-limits",
        severity=Severity.ERROR,
        what="A path, an intrinsic function or a JSONata expression is longer, or nested deeper, than is read.",
        why=(
            "What a state reads has to be known exactly, and nobody writes references of this size by hand. Reading "
            "stops before it takes longer than anybody waits."
        ),
        example="$.a[?(@.b == $.c[?(@.d == $.e[?(…)])])]          # filters in filters, more than 20 brackets deep",
        remedy=f"Take the reference apart: compute a part of it in a Pass state before. {_ALL}",
    ),
    Rule(
        code="ASL129",
        name="intricate-pattern",
        severity=Severity.ERROR,
        what=(
            "A regular expression in a filter or a JSONata expression repeats what can itself repeat or choose, so "
            "that there are more ways to try it than can be tried."
        ),
        why=(
            "On a text that nearly fits, such an expression runs practically for ever: here, where both sides are run "
            "to compare them, and in the machine. Ways are counted from above, so an expression may be refused that "
            "would come to an end."
        ),
        example="$.orders[?(@.id =~ /(a+)+b/)]",
        remedy=(
            "Write it without a repetition inside a repetition, and without alternatives of several characters inside "
            "one: `a+b` for `(a+)+b`. Of alternatives that are single characters a set does the same."
        ),
    ),
)
