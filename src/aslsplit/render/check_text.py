"""What a check found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from aslsplit.asl.source import Json
from aslsplit.check.checked import Checked, CheckedChild
from aslsplit.render.findings_text import findings_data, findings_markdown, tally

__all__ = ["check_data", "check_markdown", "check_text"]


def check_text(found: Checked) -> str:
    """A line per child; the findings themselves are remarks."""
    width = max((len(child.name) for child in found.children), default=0)
    lines = [f"  {child.name:<{width}}  {_verdict(child)}: {_facts(child)}" for child in found.children]
    return "\n".join([_heading(found), *lines]) + "\n"


def _heading(found: Checked) -> str:
    names = {child.name for child in found.children}
    # Another site of a shared child is called after it.
    count = sum(child.name.rpartition("#")[0] not in names for child in found.children)
    return f"{found.parent} and {'its child' if count == 1 else f'its {count} children' if count else 'no children'}"


def _verdict(child: CheckedChild) -> str:
    return tally(child.findings) or "fits"


def _facts(child: CheckedChild) -> str:
    contract = "no contract" if child.contract is None else f"contract {child.contract}"
    calls = ", ".join(state for state, _ in child.calls)
    return f"{child.file}, {contract}, {f'called by {calls}' if calls else 'not called'}"


def check_data(found: Checked) -> Json:
    return {
        "parent": found.parent,
        "children": [
            {
                "child": child.name,
                "file": child.file,
                "contract": child.contract,
                "calls": [{"state": state, "file": file} for state, file in child.calls],
                "fits": not child.findings,
            }
            for child in found.children
        ],
        "findings": findings_data(found.findings),
    }


def check_markdown(found: Checked) -> str:
    return "\n".join(_page(found)) + "\n"


def _page(found: Checked) -> Iterator[str]:
    yield f"## {_heading(found)}"
    yield ""
    if found.children:
        yield "| child | | file | contract | called by |"
        yield "|---|---|---|---|---|"
        for child in found.children:
            calls = ", ".join(state for state, _ in child.calls)
            yield f"| {child.name} | {_verdict(child)} | {child.file} | {child.contract or ''} | {calls} |"
        yield ""
    yield findings_markdown(found.findings).rstrip("\n") or "Nothing to remark."
