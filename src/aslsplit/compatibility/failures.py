"""How the child can fail: names that callers catch and alarms wait for."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.source import Pointer
from aslsplit.compatibility.contract import ContractFiles
from aslsplit.compatibility.remark import Order, Remark, remark

__all__ = ["about_errors"]

_ERROR: Pointer = ("properties", "Error")


def about_errors(child: str, before: ContractFiles, after: ContractFiles) -> Iterator[Remark]:
    source = after.errors
    was, now = before.error_names or (), after.error_names or ()
    for name in now:
        if name not in was:
            place = next((at for at in _places(after, name) if at in source.extents), _ERROR)
            text = f'"{child}" may fail with {name}, which is new'
            yield remark("CTR301", text, source, place, ("Error",), Order.PARENT_FIRST)
    for name in was:
        if name not in now:
            yield remark("CTR302", f'"{child}" no longer names the error {name}', source, _ERROR, ("Error",))
    for task in after.failing_tasks:
        if task not in before.failing_tasks:
            text = f'"{child}" may fail with whatever {task} fails with'
            yield remark("CTR307", text, source, (*_ERROR, "description"), ("Error",), Order.PARENT_FIRST)
    for task in before.failing_tasks:
        if task not in after.failing_tasks:
            yield remark("CTR308", f'"{child}" no longer fails with the errors of {task}', source, _ERROR, ("Error",))
    for name, lost, gained in (("Error", "CTR303", "CTR304"), ("Cause", "CTR305", "CTR306")):
        what = "name" if name == "Error" else "cause"
        if name in before.surely_has and name not in after.surely_has:
            text = f'"{child}" may now fail without a {what}'
            yield remark(lost, text, source, ("properties", name), (name,), Order.PARENT_FIRST)
        elif name in after.surely_has and name not in before.surely_has:
            text = f'"{child}" now always fails with a {what}'
            yield remark(gained, text, source, ("properties", name), (name,), Order.CHILD_FIRST)


def _places(files: ContractFiles, name: str) -> Iterator[Pointer]:
    described = files.errors.data["properties"]["Error"]
    for key in ("enum", "examples"):
        listed = described.get(key)
        if isinstance(listed, list) and name in listed:
            yield (*_ERROR, key, listed.index(name))
