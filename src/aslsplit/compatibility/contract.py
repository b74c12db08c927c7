"""A contract as it stands in its three schema files, whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from aslsplit.asl.source import Json, Pointer, Source
from aslsplit.difference.schema_fields import Fields, forms_of

__all__ = ["OTHER_ERRORS", "VERSION", "ContractFiles", "Message"]

OTHER_ERRORS = "or whatever these tasks fail with: "
"""How the schema of the errors begins to tell of those that have no name in it; the tasks follow."""

VERSION = ("meta", "contractVersion")
_TITLE = re.compile(r"(?P<workflow>.*) (?:request|response|errors), version (?P<version>\S+)")


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response: its forms by the entry or the outcome they are for; None where there is one for all.
    ``told_apart`` is false where a form does not say which one it is; then each has a number."""

    source: Source
    forms: Mapping[str | None, Fields]
    told_apart: bool

    @property
    def has_plain_versions(self) -> bool:
        """Every form says the same of the version, and lists the versions that may stand there."""
        listed = {_constants(fields) for fields in self.forms.values()}
        return len(listed) == 1 and None not in listed


@dataclass(frozen=True, slots=True)
class ContractFiles:
    """``pattern`` is how the child is called, where that is known: no schema says it."""

    request: Source
    response: Source
    errors: Source
    pattern: str | None = field(default=None, kw_only=True)

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.request, self.response, self.errors)

    @property
    def requests(self) -> Message:
        return _message(self.request, "entry")

    @property
    def responses(self) -> Message:
        return _message(self.response, "outcome")

    @property
    def version(self) -> str | None:
        """What its answers say; else what the titles say."""
        said = {text for fields in self.responses.forms.values() for text in _constants(fields) or ()}
        if not said:
            said = {found["version"] for found in self._titles()}
        return said.pop() if len(said) == 1 else None

    @property
    def versions_named(self) -> tuple[str, ...]:
        """Every version by which the files call the contract; several are a contradiction."""
        said = [text for fields in self.responses.forms.values() for text in _constants(fields) or ()]
        return tuple(dict.fromkeys((*said, *(found["version"] for found in self._titles()))))

    @property
    def accepts(self) -> tuple[str, ...] | None:
        """The versions that a request may name; None if the contract leaves that open."""
        known = [_constants(fields) for fields in self.requests.forms.values()]
        if not known or any(versions is None for versions in known):
            return None
        return tuple(dict.fromkeys(version for versions in known for version in versions or ()))

    @property
    def place_of_version(self) -> Pointer:
        """In the response."""
        return _place(self.responses)

    @property
    def place_of_window(self) -> Pointer:
        """In the request."""
        return _place(self.requests)

    @property
    def workflow(self) -> str | None:
        return next((found["workflow"] for found in self._titles()), None)

    @property
    def error_names(self) -> tuple[str, ...] | None:
        """Those that the contract names; None if it leaves that open."""
        described = self._error()
        names = described.get("enum", described.get("examples"))
        return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else None

    @property
    def failing_tasks(self) -> tuple[str, ...]:
        """The tasks whose errors come beside those that are named."""
        said = self._error().get("description")
        if not isinstance(said, str) or not said.startswith(OTHER_ERRORS):
            return ()
        return tuple(said.removeprefix(OTHER_ERRORS).split(", "))

    @property
    def surely_has(self) -> frozenset[str]:
        """Of ``Error`` and ``Cause``, what every failure has."""
        required = self.errors.data.get("required")
        return frozenset(required) & {"Error", "Cause"} if isinstance(required, list) else frozenset()

    def _error(self) -> Mapping[str, Json]:
        properties = self.errors.data.get("properties")
        described = properties.get("Error") if isinstance(properties, dict) else None
        return described if isinstance(described, dict) else {}

    def _titles(self) -> Iterator[re.Match[str]]:
        for source in self.sources:
            title = source.data.get("title")
            if isinstance(title, str) and (found := _TITLE.fullmatch(title)):
                yield found


def _place(message: Message) -> Pointer:
    return next((fields[VERSION].pointer for fields in message.forms.values() if VERSION in fields), ("title",))


def _message(source: Source, told_apart_by: str) -> Message:
    (_, common), *alternatives = forms_of(source.data)
    every = [fields if fields is common else _with(common, fields) for _, fields in alternatives] or [common]
    names = [_constant(fields, told_apart_by) for fields in every]
    told_apart = len(every) == 1 or (None not in names and len(set(names)) == len(names))
    if not told_apart:
        names = [str(number) for number in range(1, len(every) + 1)]
    return Message(source, dict(zip(names, every, strict=True)), told_apart)


def _with(common: Fields, form: Fields) -> Fields:
    """What all forms have in common holds in each."""
    joined = {**common, **form}
    for path in common.keys() & form.keys():
        one, other = common[path], form[path]
        says = {**one.says, **other.says}
        joined[path] = replace(other, required=one.required or other.required, says=says)
    return joined


def _constant(fields: Fields, name: str) -> str | None:
    values = _values(fields, (name,))
    return values[0] if values is not None and len(values) == 1 else None


def _constants(fields: Fields) -> tuple[str, ...] | None:
    return _values(fields, VERSION)


def _values(fields: Fields, path: tuple[str, ...]) -> tuple[str, ...] | None:
    found = fields.get(path)
    if found is None:
        return None
    listed = [found.says["const"]] if "const" in found.says else found.says.get("enum")
    if not isinstance(listed, list) or not all(isinstance(value, str) for value in listed):
        return None
    return tuple(listed)
