"""What one state reads, what it makes of the document and the variables, and what having run it proves.

The phases follow AWS's order (input, work, result, output); a catcher starts from the state's raw input. Anything
that cannot be resolved reads the whole value, and keeps its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aslsplit.analysis.pathset import HERE, WHOLE, Paths, at_root, merge
from aslsplit.analysis.shapes import Shape
from aslsplit.asl.model import State, Transition
from aslsplit.asl.paths import CONTEXT, AccessPath, Stem
from aslsplit.asl.source import Pointer

__all__ = ["Effects", "Passage", "Read", "demanded", "proved", "proved_promptly", "sends_token"]


@dataclass(frozen=True, slots=True)
class Read:
    """One reference, in terms of what was there when the state began.

    ``deep``: what is inside the value matters, not only that it is there. ``sure``: evaluated whenever control gets
    this far, so that a missing value would have failed the execution (``States.Runtime``) and its being read proves
    that it is present. ``prompt``: nothing evaluated before it in the state can fail in another way, so that it is
    read even if the state fails. ``opaque`` is the reason when a whole value is read because nothing narrower is known.
    """

    path: AccessPath
    pointer: Pointer
    deep: bool = True
    sure: bool = True
    prompt: bool = True
    opaque: str | None = None

    @property
    def paths(self) -> Paths:
        return at_root(self.path.root, WHOLE if self.deep else HERE, self.path.stem)

    @property
    def captures_context(self) -> bool:
        """Means something else inside a child execution (``asl-facts`` on the context object)."""
        head = self.path.stem[:1]
        return self.path.root == CONTEXT and head not in (("State",), ("Task",))


@dataclass(frozen=True, slots=True)
class Passage:
    """One transition: what is read on this way only, and what the document and the variables have become.

    ``proves`` are paths that exist when this way is taken although they need not have been read (``IsPresent``).
    ``put_at`` is where a result is put into the document, whatever ``OutputPath`` makes of it afterwards.
    """

    transition: Transition
    document: Shape
    variables: Mapping[str, Shape] = field(default_factory=dict)
    reads: tuple[Read, ...] = ()
    proves: tuple[AccessPath, ...] = ()
    put_at: Stem = ()


@dataclass(frozen=True, slots=True)
class Effects:
    """``before`` is read ahead of the state's work and hence on every way out; ahead of a catcher, if it is prompt.
    ``inner`` is what the scopes inside want of what was there when the state began, ``inputs`` are the documents they
    start with. ``external``: the outside world sees the state run. ``fallible``: it may fail although nothing it reads
    is missing (a function refuses its arguments, no rule matches), so that what comes behind it may never be read.
    ``merged`` are values that JSONata merges something into, each with where it does."""

    state: State
    before: tuple[Read, ...]
    passages: tuple[Passage, ...]
    inner: Paths = field(default_factory=dict)
    inputs: tuple[Shape, ...] = ()
    external: bool = False
    fallible: bool = False
    merged: tuple[tuple[AccessPath, Pointer], ...] = ()

    @property
    def reads(self) -> tuple[Read, ...]:
        """Every reference of the state itself, without those of its inner scopes."""
        return tuple(dict.fromkeys((*self.before, *(read for way in self.passages for read in way.reads))))


def demanded(reads: tuple[Read, ...]) -> Paths:
    return merge(*(read.paths for read in reads))


def proved(reads: tuple[Read, ...]) -> tuple[AccessPath, ...]:
    """The paths that must exist once these reads have succeeded. Indefinite paths prove nothing: they give ``[]``."""
    return tuple(read.path for read in reads if read.sure and read.path.definite)


def proved_promptly(reads: tuple[Read, ...]) -> tuple[AccessPath, ...]:
    """Those of the paths that must exist even if a function refused its arguments while the state read."""
    return proved(tuple(read for read in reads if read.prompt))


def sends_token(reads: Iterable[Read]) -> bool:
    """Whoever has the token of a Task may end it with anything, even one that waits for a job."""
    return any(read.path.root == CONTEXT and read.path.stem[:1] in ((), ("Task",)) for read in reads)
