"""The lock file: which children were extracted, what was recorded about them, and the digests of what was written.

Children are put back by what their record says, so a record that was tampered with would change the machine without
a word. Each record therefore carries a seal, its own digest: one per child, so that two branches can be merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from aslsplit.asl.dump import dump
from aslsplit.asl.source import Json, Pointer, Source, format_pointer, read_source
from aslsplit.findings import Finding, Span, finding
from aslsplit.plan.generated import AnsweringNames
from aslsplit.rewrite.record import ChildRecord, Function, Run, digest
from aslsplit.rewrite.site import Layout, Literal, SiteRecord

__all__ = ["NO_LOCK", "Lock", "LockedChild", "Named", "lock_text", "read_lock", "unusable_lock"]

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Named:
    """A child of another map, which is named relative to the folder of this one."""

    map: str
    child: str


@dataclass(frozen=True, slots=True)
class LockedChild:
    """``digest`` is of the child's file, ``definition_digest`` of the definition that the monolith and the map made it,
    ``contract_digest`` of its contract. The last two do not depend on what the file looks like."""

    file: str
    digest: str
    definition_digest: str
    contract_version: str
    contract_digest: str
    record: ChildRecord
    elsewhere: tuple[Named, ...] = ()
    """The children of other maps for which it was written as well."""

    served_by: Named | None = None
    """The child of another map that stands in for this one."""

    @property
    def is_child(self) -> bool:
        """And not another site of one, of which the rest is said as well."""
        return self.record.site is None or self.record.site.of is None

    @property
    def is_written(self) -> bool:
        """Beside this lock file, and not beside that of another map."""
        return self.is_child and self.served_by is None


@dataclass(frozen=True, slots=True)
class Lock:
    parent: str | None = None
    parent_digest: str | None = None
    children: Mapping[str, LockedChild] = field(default_factory=dict)


NO_LOCK = Lock()


def lock_text(lock: Lock) -> str:
    content: dict[str, Json] = {
        "version": _VERSION,
        "parent": {"file": lock.parent, "digest": lock.parent_digest},
        "children": {name: {**_child_data(child), "seal": _seal(name, child)} for name, child in lock.children.items()},
    }
    like, _ = read_source("lock.yaml", b"version: 1\n", "yaml")
    assert like is not None
    return "# Written by aslsplit: what was extracted, and how it was found. Keep it under version control.\n" + dump(
        content, {}, like=like
    )


def read_lock(source: Source) -> tuple[Lock | None, tuple[Finding, ...]]:
    """Only what ``lock_text`` wrote is a lock; anything else is one finding, since nobody writes it by hand."""
    try:
        return _lock(source.data), ()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        match error:
            case KeyError():
                what = f"the lock file lacks {error}"
            case _Unsealed():
                what = str(error)
            case _:
                what = "the lock file has something else where a record should be"
        return None, (unusable_lock(what, source.span(())),)


def unusable_lock(what: str, span: Span | None) -> Finding:
    return finding("ASL605", what, span=span, help="restore it from version control; it is written by aslsplit only")


class _Unsealed(ValueError):
    pass


def _seal(name: str, child: LockedChild) -> str:
    return digest([name, _child_data(child)])


def _child_data(child: LockedChild) -> dict[str, Json]:
    record = child.record
    return {
        "file": child.file,
        "digest": child.digest,
        "definition": child.definition_digest,
        "contract": {"version": child.contract_version, "digest": child.contract_digest},
        "scope": format_pointer(record.scope),
        "entries": dict(record.entries),
        "states": [{"after": run.after, "names": list(run.states)} for run in record.runs],
        "responses": dict(record.responses),
        "succeeds": list(record.succeeds),
        "checks": list(record.checks),
        "generated": dict(record.generated),
        **({"functions": [_function_data(function) for function in record.functions]} if record.functions else {}),
        **({} if record.caller is None else {"caller": record.caller}),
        **({} if record.site is None else {"site": _site_data(record.site)}),
        **({} if record.answering is None else {"answering": asdict(record.answering)}),
        **({"elsewhere": [asdict(named) for named in child.elsewhere]} if child.elsewhere else {}),
        **({} if child.served_by is None else {"served_by": asdict(child.served_by)}),
    }


def _site_data(site: SiteRecord) -> dict[str, Json]:
    return {
        "number": site.number,
        **({} if site.of is None else {"of": site.of}),
        **({"names": dict(site.names)} if site.names else {}),
        "literals": [
            {"at": list(literal.at), "text": literal.text, "key": literal.key, "value": literal.value}
            for literal in site.literals
        ],
        **({"layouts": [_layout_data(layout) for layout in site.layouts]} if site.layouts else {}),
        **({"text": site.text} if site.text else {}),
    }


def _layout_data(layout: Layout) -> dict[str, Json]:
    return {"at": list(layout.at), "keys": list(layout.keys), "own": dict(layout.own)}


def _function_data(function: Function) -> dict[str, Json]:
    return {"at": list(function.at), "text": function.text, "written": function.written}


def _lock(data: Json) -> Lock:
    if isinstance(data["version"], bool) or data["version"] != _VERSION:
        raise ValueError(data["version"])
    children: dict[str, LockedChild] = {}
    for name, recorded in data["children"].items():
        child = children[_text(name)] = _child(recorded)
        if recorded["seal"] != _seal(name, child):
            raise _Unsealed(f'what the lock file records about "{name}" was changed since it was written')
    for child in children.values():
        site = child.record.site
        if site is not None and site.of is not None and not children[site.of].is_child:
            raise ValueError(site.of)
        seen: set[str | None] = {None}
        while (caller := child.record.caller) not in seen:
            seen.add(caller)
            child = children[_text(caller)]
        if caller is not None:
            raise ValueError(caller)
    parent = data["parent"]
    return Lock(_text(parent["file"]), _text(parent["digest"]), children)


def _child(data: Json) -> LockedChild:
    record = ChildRecord(
        scope=_pointer(_text(data["scope"])),
        entries={_text(name): _text(state) for name, state in data["entries"].items()},
        runs=tuple(Run(_text_or_none(run["after"]), _texts(run["names"])) for run in data["states"]),
        responses={_text(name): _text_or_none(target) for name, target in data["responses"].items()},
        succeeds=_texts(data["succeeds"]),
        checks=_texts(data["checks"]),
        generated={_text(name): _text(value) for name, value in data["generated"].items()},
        functions=tuple(_function(part) for part in data.get("functions", ())),
        caller=_text_or_none(data.get("caller")),
        site=_site(data["site"]) if "site" in data else None,
        answering=_answering(data.get("answering")),
    )
    contract = data["contract"]
    return LockedChild(
        _text(data["file"]),
        _text(data["digest"]),
        _text(data["definition"]),
        _text(contract["version"]),
        _text(contract["digest"]),
        record,
        tuple(_named(named) for named in data.get("elsewhere", ())),
        _named(data["served_by"]) if "served_by" in data else None,
    )


def _named(data: Json) -> Named:
    return Named(_text(data["map"]), _text(data["child"]))


def _answering(data: Json) -> AnsweringNames | None:
    return None if data is None else AnsweringNames(*(_text(data[part.name]) for part in fields(AnsweringNames)))


def _function(data: Json) -> Function:
    return Function(_place(data["at"]), _text(data["text"]), _text(data["written"]))


def _site(data: Json) -> SiteRecord:
    (number,) = _place([data["number"]])
    if not isinstance(number, int):
        raise TypeError(number)
    return SiteRecord(
        number=number,
        of=_text_or_none(data.get("of")),
        names={_text(name): _text(own) for name, own in data.get("names", {}).items()},
        literals=tuple(
            Literal(_place(one["at"]), _text(one["text"]), _place([one["key"]])[0], one["value"])
            for one in data["literals"]
        ),
        layouts=tuple(
            Layout(_place(one["at"]), _texts(one["keys"]), {_text(key): value for key, value in one["own"].items()})
            for one in data.get("layouts", ())
        ),
        text=_text(data.get("text", "")),
    )


def _place(at: Json) -> Pointer:
    if not isinstance(at, list) or not at or not all(type(part) in (str, int) for part in at):
        raise TypeError(at)
    return tuple(at)


def _pointer(text: str) -> Pointer:
    """The inverse of ``format_pointer`` for pointers to scopes, in which only branch numbers are indices."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]
    before = [None, *parts]
    return tuple(int(part) if before[i] == "Branches" and part.isdigit() else part for i, part in enumerate(parts))


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _text_or_none(value: Json) -> str | None:
    return None if value is None else _text(value)


def _texts(values: Json) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(values)
    return tuple(_text(value) for value in values)
