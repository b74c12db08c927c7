"""What a contract says of itself: its version, the window of versions that it takes, whose contract it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aslsplit.asl.source import Pointer, Source
from aslsplit.compatibility.contract import VERSION, ContractFiles
from aslsplit.compatibility.remark import Order, Remark, remark
from aslsplit.compatibility.versions import Extent, is_raised_enough, next_version, version_of

__all__ = ["about_call", "about_version", "about_window"]


def about_version(child: str, before: ContractFiles, after: ContractFiles, extent: Extent) -> Iterator[Remark]:
    """``extent`` is how much of the contract changed."""
    source, place = after.response, after.place_of_version
    named = after.versions_named
    if len(named) > 1:
        text = f'the files of "{child}" call the contract {" and ".join(named)}'
        yield remark("CTR416", text, source, place, VERSION, help="give them all the same version")
        return
    old, new = before.version, after.version
    changed = extent in (Extent.COMPATIBLE, Extent.BREAKING)
    proposed = next_version(old, extent)
    help = None if proposed is None else f"call it {proposed}"
    if old == new:
        if changed and old is not None:
            code = "CTR402" if extent is Extent.BREAKING else "CTR403"
            text = f'the contract of "{child}" is still version {old}, and the change is {extent.value}'
            yield remark(code, text, source, place, VERSION, help=help or "give it a new version")
        elif changed:
            yield _untold(child, "names no version", source, place)
        return
    one, other = version_of(old), version_of(new)
    if one is None or other is None:
        yield _untold(child, f"was version {old or 'unknown'} and is {new or 'unknown'}", source, place)
    elif other.significant < one.significant:
        text = f'the version of the contract of "{child}" went back from {old} to {new}'
        yield remark("CTR405", text, source, place, VERSION, help=help)
    elif not changed:
        text = f'the contract of "{child}" is version {new} now, and says what version {old} said'
        yield remark("CTR401", text, source, place, VERSION)
    elif not is_raised_enough(one, other, extent):
        text = f'the contract of "{child}" went from {old} to {new}, and the change is {extent.value}'
        yield remark("CTR404", text, source, place, VERSION, help=help)


def _untold(child: str, what: str, source: Source, place: Pointer) -> Remark:
    text = f'the contract of "{child}" {what}: whether that was raised enough cannot be told'
    help = "versions such as 1.0 and 2.0 say how much changed"
    return remark("CTR406", text, source, place, VERSION, help=help)


def about_window(child: str, before: ContractFiles, after: ContractFiles, breaking: Sequence[str]) -> Iterator[Remark]:
    """``breaking`` are the rules by which callers of the old version break."""
    source, place = after.request, after.place_of_window
    was, now = before.accepts, after.accepts
    if now is None:
        return
    if after.version is not None and after.version not in now:
        text = f'"{child}" takes {_listed(now)}, and not {after.version}, which is its own version'
        yield remark("CTR409", text, source, place, VERSION, help=f"add {after.version} to it")
    if was is not None:
        for version in was:
            if version not in now:
                order = Order.PARENT_FIRST if after.version in was else Order.TOGETHER
                text = f'"{child}" no longer takes callers that send version {version}'
                help = f"or keep {version} in the window"
                yield remark("CTR407", text, source, place, VERSION, order, help)
        for version in now:
            if version not in was:
                text = f'"{child}" takes callers that send version {version}, which is new'
                yield remark("CTR408", text, source, place, VERSION, Order.CHILD_FIRST)
    if before.version in now and before.version != after.version and breaking:
        text = f'"{child}" takes callers that send version {before.version}, and breaks them: {", ".join(breaking)}'
        help = f"take {before.version} out of the window, or make the change compatible"
        yield remark("CTR410", text, source, place, VERSION, help=help)


def about_call(child: str, before: ContractFiles, after: ContractFiles) -> Iterator[Remark]:
    title: Pointer = ("title",)
    if before.workflow != after.workflow and before.workflow is not None and after.workflow is not None:
        text = f'"{child}" was {before.workflow} and is {after.workflow}'
        yield remark("CTR411", text, after.request, title, (), Order.CHILD_FIRST, "and let callers name the new one")
    if before.pattern != after.pattern and before.pattern is not None and after.pattern is not None:
        text = f'"{child}" was called with the pattern {before.pattern} and is with {after.pattern}'
        yield remark("CTR413", text, after.request, title, (), Order.TOGETHER)


def _listed(versions: Sequence[str]) -> str:
    return " and ".join(versions) or "no version"
