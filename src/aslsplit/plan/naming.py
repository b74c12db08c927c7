"""Names for what is generated: in the monolith's own style, never taken yet, never over 80 characters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

__all__ = ["MAX_STATE_NAME", "NameStyle", "Names", "camel", "style_of", "words_of"]

MAX_STATE_NAME = 80


class NameStyle(Enum):
    """How the words of a state name are joined."""

    PASCAL = "PascalCase"
    CAMEL = "camelCase"
    TITLE = "Title Words"
    SENTENCE = "Sentence words"
    KEBAB = "kebab-case"
    SNAKE = "snake_case"
    UPPER_SNAKE = "UPPER_SNAKE"


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")


def words_of(name: str) -> tuple[str, ...]:
    """
    >>> words_of("processHTTPReply v2")
    ('process', 'HTTP', 'Reply', 'v', '2')
    """
    return tuple(_WORD.findall(name))


def camel(words: Iterable[str]) -> str:
    """
    >>> camel(("payment", "Result"))
    'paymentResult'
    """
    first, *others = [word for word in words if word] or ["value"]
    return first.lower() + "".join(word[:1].upper() + word[1:] for word in others)


def style_of(names: Iterable[str]) -> NameStyle:
    """The style most of the names are written in; PascalCase where that is undecided."""
    votes = dict.fromkeys(NameStyle, 0)
    for name in names:
        found = _style(name)
        if found is not None:
            votes[found] += 1
    return max(votes, key=lambda style: votes[style])


def _style(name: str) -> NameStyle | None:
    if " " in name:
        words = [word for word in name.split() if word[:1].isalpha()]
        capitals = sum(word[0].isupper() for word in words)
        return NameStyle.TITLE if capitals * 2 > len(words) or len(words) < 2 else NameStyle.SENTENCE
    if "-" in name:
        return NameStyle.KEBAB
    if "_" in name:
        return NameStyle.UPPER_SNAKE if name.isupper() else NameStyle.SNAKE
    if len(words_of(name)) < 2:
        return None
    return NameStyle.PASCAL if name[0].isupper() else NameStyle.CAMEL


def join_words(words: Iterable[str], style: NameStyle) -> str:
    parts = [word for word in words if word]
    upper_first = [part[:1].upper() + part[1:] for part in parts]
    match style:
        case NameStyle.PASCAL:
            return "".join(upper_first)
        case NameStyle.CAMEL:
            return camel(parts)
        case NameStyle.TITLE:
            return " ".join(upper_first)
        case NameStyle.SENTENCE:
            return " ".join([upper_first[0], *(part if part.isupper() else part.lower() for part in parts[1:])])
        case NameStyle.KEBAB:
            return "-".join(part.lower() for part in parts)
        case NameStyle.SNAKE:
            return "_".join(part.lower() for part in parts)
        case NameStyle.UPPER_SNAKE:
            return "_".join(part.upper() for part in parts)


_SEPARATORS = {
    NameStyle.TITLE: " ",
    NameStyle.SENTENCE: " ",
    NameStyle.KEBAB: "-",
    NameStyle.SNAKE: "_",
    NameStyle.UPPER_SNAKE: "_",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one machine: its style, and what is taken. ``fresh`` does not take a name, ``taking`` does."""

    style: NameStyle
    taken: frozenset[str]

    def fresh(self, *words: str) -> str:
        """A free name made of these words; a number is added when it is taken already."""
        wanted = join_words([part for word in words for part in words_of(word)], self.style)
        return free(wanted, self.taken, separator=_SEPARATORS.get(self.style, ""))

    def taking(self, names: Collection[str]) -> Names:
        return Names(self.style, self.taken | frozenset(names))


def free(wanted: str, taken: Collection[str], *, separator: str = "") -> str:
    """``wanted``, cut to what AWS allows and numbered when taken."""
    name = wanted[:MAX_STATE_NAME]
    number = 2
    while name in taken:
        suffix = f"{separator}{number}"
        name = wanted[: MAX_STATE_NAME - len(suffix)] + suffix
        number += 1
    return name
