"""Split a monolithic AWS Step Functions state machine into a parent and children, and prove that nothing changed.

What stands here is for programs, and stable (docs/reference/api.md). Modules below may change with any version.

>>> import aslsplit
>>> aslsplit.explain_finding("ASL302").name
'several-entries'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aslsplit.version import __version__

if TYPE_CHECKING:
    from aslsplit.api import (
        Files,
        Result,
        check_children,
        derive_permissions,
        diff_contracts,
        diff_definitions,
        extract_children,
        inline_child,
        inspect_definitions,
        plan_children,
        propose_children,
        verify_children,
    )
    from aslsplit.disk.workspace import Artifact
    from aslsplit.errors import (
        AslSplitError,
        BoundaryError,
        DefinitionError,
        InputError,
        OutputError,
        ProofError,
    )
    from aslsplit.findings import Finding, Rule, Severity, Span
    from aslsplit.findings import rule as explain_finding

__all__ = [
    "Artifact",
    "AslSplitError",
    "BoundaryError",
    "DefinitionError",
    "Files",
    "Finding",
    "InputError",
    "OutputError",
    "ProofError",
    "Result",
    "Rule",
    "Severity",
    "Span",
    "__version__",
    "check_children",
    "derive_permissions",
    "diff_contracts",
    "diff_definitions",
    "explain_finding",
    "extract_children",
    "inline_child",
    "inspect_definitions",
    "plan_children",
    "propose_children",
    "verify_children",
]

_ERRORS: Final = ("AslSplitError", "BoundaryError", "DefinitionError", "InputError", "OutputError", "ProofError")
_HOMES: Final = {
    **dict.fromkeys(__all__, "aslsplit.api"),
    **dict.fromkeys(_ERRORS, "aslsplit.errors"),
    **dict.fromkeys(("Finding", "Rule", "Severity", "Span", "explain_finding"), "aslsplit.findings"),
    "Artifact": "aslsplit.disk.workspace",
}


def __getattr__(name: str) -> Any:
    """Whoever wants only the version does not wait for the rest to be imported."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), "rule" if name == "explain_finding" else name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
