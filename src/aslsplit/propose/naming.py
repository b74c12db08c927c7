"""Names for children, so that the parent reads as a story: after what a child gives back, what is decided behind it,
and the domain that most of its states work for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from aslsplit.analysis.domains import domain_words
from aslsplit.asl.model import StateType
from aslsplit.plan.naming import words_of
from aslsplit.propose.likes import with_inner
from aslsplit.propose.profile import Measures
from aslsplit.propose.selection import Scored

__all__ = ["names_for"]

_LONGEST = 40


def names_for(chosen: Sequence[tuple[Scored, Measures]], taken: Collection[str]) -> tuple[str, ...]:
    """One per region, in order; different without upper and lower case, and from those that are taken."""
    used = {name.casefold() for name in taken}
    found: list[str] = []
    for one, measures in chosen:
        words = list(dict.fromkeys(_words(one, measures)))
        # The most telling word alone, then with a second one that tells it from another child of the same domain.
        tries = [words[:1], *([words[0], other] for other in words[1:])]
        names = [_joined(some) for some in tries if some] or ["part"]
        free = next((name for name in names if name.casefold() not in used), None)
        number = 2
        while free is None:
            numbered = f"{names[0]}-{number}"
            free = numbered if numbered not in used else None
            number += 1
        used.add(free.casefold())
        found.append(free)
    return tuple(found)


def _words(one: Scored, measures: Measures) -> Sequence[str]:
    """Words for a domain, the most telling first, then what else the names of the members share, then the entry."""
    states = [inner for name in one.candidate.members for inner in with_inner(one.scope.states[name])]
    votes: dict[str, float] = {}

    def vote(words: Iterable[str], share: float) -> None:
        for word in words:
            votes[word] = votes.get(word, 0.0) + share

    for state in states:
        vote(dict.fromkeys(domain_words(state.name)), 1.0)
    for domain, count in one.measured.domains:
        vote((domain,), float(count))
    returned = measures.returned(one.candidate.members, one.measured.exits)
    ahead = [to for to in one.measured.exits if to is not None and one.scope.states[to].type is StateType.CHOICE]
    for texts in (returned[:3], ahead):
        vote(dict.fromkeys(word for text in texts for word in domain_words(text)), len(states) / 2)
    telling = [word for word, count in sorted(votes.items(), key=lambda item: -item[1]) if count > 1]
    every = Counter(word.lower() for state in states for word in dict.fromkeys(words_of(state.name)))
    others = [word for word, count in every.most_common() if count > 1 and word not in telling]
    return [word for word in (*telling, *others, *words_of(one.candidate.entry)) if _WORD.search(word)]


_WORD = re.compile(r"[A-Za-z]")


def _joined(words: Sequence[str]) -> str:
    name = "-".join(re.sub(r"[^A-Za-z0-9]+", "-", word).strip("-").lower() for word in words)[:_LONGEST].strip("-")
    return name if name[:1].isalpha() and name.isascii() else f"part-{name}".strip("-") if name.isascii() else "part"
