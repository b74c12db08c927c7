"""The ignore file: remarks about changed contracts of which people have said that they may be, with their reasons."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aslsplit.asl.source import Json, Pointer, Source, format_pointer
from aslsplit.compatibility.remark import Remark
from aslsplit.compatibility.versions import version_of
from aslsplit.findings import RULES, Finding, Span, finding

__all__ = ["IGNORE_FILE", "Excuse", "about_excuses", "read_excuses"]

IGNORE_FILE: Final = ".aslsplit-contract-ignore.yaml"
_KEYS: Final = ("rule", "contract", "pointer", "reason", "until")
_NEEDED: Final = ("rule", "contract", "reason")


@dataclass(frozen=True, slots=True)
class Excuse:
    """``pointer`` leads to the value that the remark is about; None is any value. ``until`` is the first version of the
    contract for which it no longer holds."""

    rule: str
    child: str
    pointer: str | None
    reason: str
    until: str | None
    place: Span

    def covers(self, remark: Remark) -> bool:
        return remark.finding.code == self.rule and self.pointer in (None, remark.finding.pointer)

    def has_expired(self, version: str | None) -> bool:
        if self.until is None:
            return False
        end, reached = version_of(self.until), version_of(version)
        if end is None or reached is None:
            return self.until == version
        return reached.significant >= end.significant


def read_excuses(source: Source) -> tuple[tuple[Excuse, ...], tuple[Finding, ...]]:
    """All that can be read, and what is wrong with the rest."""
    reader = _Reader(source, [])
    entries = reader.entries()
    found = tuple(excuse for pointer, entry in entries if (excuse := reader.excuse(pointer, entry)) is not None)
    return found, tuple(reader.findings)


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    findings: list[Finding]

    def entries(self) -> Iterator[tuple[Pointer, Json]]:
        data = self.source.data
        for key in data:
            if key not in ("version", "ignore"):
                self._report((key,), f'there is no key "{key}" here', "the keys are version and ignore", key=True)
        if isinstance(data.get("version"), bool) or data.get("version") != 1:
            self._report(("version",), "version is not 1, the only one there is", "begin with `version: 1`")
        entries = data.get("ignore", [])
        if not isinstance(entries, list):
            self._report(("ignore",), "ignore is no list", f"list what is to be ignored, with {', '.join(_KEYS)}")
            return
        yield from ((("ignore", number), entry) for number, entry in enumerate(entries))

    def excuse(self, pointer: Pointer, entry: Json) -> Excuse | None:
        before = len(self.findings)
        if not isinstance(entry, dict):
            self._report(pointer, "an entry is no mapping", f"write {', '.join(_KEYS)}")
            return None
        for key, value in entry.items():
            at = (*pointer, key)
            if key not in _KEYS:
                near = difflib.get_close_matches(key, _KEYS, n=1)
                help = f'did you mean "{near[0]}"?' if near else f"the keys are {', '.join(_KEYS)}"
                self._report(at, f'there is no key "{key}" here', help, key=True)
            elif not isinstance(value, str) or not value.strip():
                self._report(at, f"{key} is no text", 'write it as text, such as "2.0" in quotes')
        for key in _NEEDED:
            if key not in entry:
                self._report(pointer, f'an entry has no "{key}"', f"write {', '.join(_NEEDED)} in each")
        rule = entry.get("rule")
        if isinstance(rule, str) and rule.strip() and rule not in _CODES:
            near = difflib.get_close_matches(rule.upper(), _CODES, n=3)
            help = f"near it: {', '.join(near)}" if near else "aslsplit explain CTR101 explains one of them"
            self._report((*pointer, "rule"), f'there is no rule "{rule}" about changed contracts', help)
        if len(self.findings) > before:
            return None
        return Excuse(
            entry["rule"],
            entry["contract"],
            entry.get("pointer"),
            entry["reason"],
            entry.get("until"),
            self.source.span(pointer),
        )

    def _report(self, pointer: Pointer, message: str, help: str, *, key: bool = False) -> None:
        place = self.source.span(pointer, key=key)
        self.findings.append(finding("ASL430", message, span=place, pointer=format_pointer(pointer), help=help))


_CODES: Final = tuple(rule.code for rule in RULES if rule.code.startswith("CTR"))


def about_excuses(
    excuses: Sequence[Excuse], excused: Iterable[tuple[str, str | None, Sequence[Remark]]]
) -> Iterator[Finding]:
    """``excused``: the children that were compared, the new versions of their contracts, and what was ignored of
    them."""
    looked_at = {child: (version, remarks) for child, version, remarks in excused}
    for excuse in excuses:
        version, remarks = looked_at.get(excuse.child, (None, ()))
        what = f'{excuse.rule} of "{excuse.child}"' + (f" at {excuse.pointer}" if excuse.pointer is not None else "")
        if excuse.has_expired(version):
            text = f"{what} was to be ignored until version {excuse.until}, and the contract is {version} now"
            help = "take the entry out, or write until when it holds from now on"
            yield finding("ASL432", text, span=excuse.place, help=help)
        elif not any(excuse.covers(remark) for remark in remarks):
            there = "such remark" if excuse.child in looked_at else f'contract of "{excuse.child}"'
            text = f"{what} is to be ignored, and there is no {there}"
            yield finding("ASL431", text, span=excuse.place, help="take the entry out")
