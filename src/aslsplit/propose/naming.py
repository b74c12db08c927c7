"""Names for children, so that the parent reads as a story: the domain that most members work for, else their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from aslsplit.analysis.domains import domain_words
from aslsplit.plan.naming import words_of
from aslsplit.propose.likes import with_inner
from aslsplit.propose.selection import Scored

__all__ = ["names_for"]

_LONGEST = 40


def names_for(chosen: Sequence[Scored], taken: Collection[str]) -> tuple[str, ...]:
    """One per region, in order; different without upper and lower case, and from those that are taken."""
    used = {name.casefold() for name in taken}
    found: list[str] = []
    for one in chosen:
        words = list(dict.fromkeys(_words(one)))
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


def _words(one: Scored) -> Sequence[str]:
    """Domains by the number of states, then what else the names of the members share, then the name of the entry."""
    states = [inner for name in one.candidate.members for inner in with_inner(one.scope.states[name])]
    counted = Counter(word for state in states for word in dict.fromkeys(domain_words(state.name)))
    shared = [word for word, count in counted.most_common() if count > 1]
    domains = [name for name, count in one.measured.domains if count > 1]
    every = Counter(word.lower() for state in states for word in dict.fromkeys(words_of(state.name)))
    others = [word for word, count in every.most_common() if count > 1 and word not in shared]
    return [word for word in (*domains, *shared, *others, *words_of(one.candidate.entry)) if _WORD.search(word)]


_WORD = re.compile(r"[A-Za-z]")


def _joined(words: Sequence[str]) -> str:
    name = "-".join(re.sub(r"[^A-Za-z0-9]+", "-", word).strip("-").lower() for word in words)[:_LONGEST].strip("-")
    return name if name[:1].isalpha() and name.isascii() else f"part-{name}".strip("-") if name.isascii() else "part"
