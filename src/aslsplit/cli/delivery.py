"""What becomes of the files that a command would leave: they are written, shown as a diff, or compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aslsplit.cli.options import Remarks
from aslsplit.cli.output import ExitCode, answer, print_findings, say
from aslsplit.findings import Finding, finding, has_errors, printable

if TYPE_CHECKING:
    from aslsplit.disk.workspace import Artifact, Workspace

__all__ = ["deliver"]


def deliver(
    workspace: Workspace,
    artifacts: Sequence[Artifact],
    findings: Sequence[Finding],
    remarks: Remarks,
    *,
    verb: str,
    diff: bool,
    check: bool = False,
) -> int:
    """Nothing happens to the files when there are errors among the findings."""
    if has_errors(findings):
        workspace.still_as_read()
    print_findings(findings, remarks)
    if has_errors(findings):
        return ExitCode.FINDINGS
    changed = workspace.differing(artifacts)
    if diff:
        from aslsplit.render.diff import unified_diff

        answer(
            unified_diff([(item.name, workspace.read_text(item.name), item.text) for item in changed]), remarks.color
        )
    if check:
        stale = tuple(_stale(workspace.shown(item.name), verb) for item in changed)
        print_findings(stale, remarks)
        if not stale and not remarks.quiet:
            say("everything is as it would be written\n")
        return ExitCode.FINDINGS if stale else ExitCode.OK
    if diff:
        return ExitCode.OK
    workspace.write(changed)
    if not remarks.quiet:
        for item in changed:
            say(f"{'removed' if item.text is None else 'wrote'} {printable(workspace.shown(item.name))}\n")
        if not changed:
            say("nothing to do\n")
    return ExitCode.OK


def _stale(name: str, verb: str) -> Finding:
    help = f"run {verb} without --check, and commit it"
    return finding("ASL604", f"{name} is not what would be written", help=help)
