"""The reference of the documentation, made from the code: verbs and options, keys of the boundary map, limits."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any, get_args, get_origin

from typer.models import ArgumentInfo, OptionInfo

from aslsplit.asl.limits import limits
from aslsplit.findings import RULES
from tests.command_line import commands

__all__ = ["boundary_map_page", "cli_page", "limits_page"]

_CLI = """\
# Commands

Made from the code by `make docs`; `aslsplit VERB --help` prints the same.

What was asked for goes to stdout, remarks about it to stderr. Exit codes: 0 done or nothing to do, 1 findings, 2 wrong
use or unreadable input, 3 a bug of `aslsplit`; nothing is written then. `-` in the place of a file reads it from
standard input. Colours and the width of text go by the terminal: a file or a pipe always gets the same bytes.

`aslsplit --install-completion` teaches your shell the verbs, their options, the children of a map, signs and codes.
"""


def cli_page() -> str:
    verbs = commands()
    parts = [_CLI, " · ".join(f"[{name}](#{name.replace(' ', '-')})" for name in verbs), ""]
    for name, verb in verbs.items():
        parts += [f"## {name}", "", *_verb(name, verb)]
    return "\n".join(parts).rstrip() + "\n"


def _verb(name: str, verb: Callable[..., Any]) -> Iterator[str]:
    parameters = inspect.signature(verb, eval_str=True).parameters.values()
    described = [(parameter, _info(parameter)) for parameter in parameters]
    arguments = [(parameter, info) for parameter, info in described if isinstance(info, ArgumentInfo)]
    named = " ".join(info.metavar or parameter.name.upper() for parameter, info in arguments)
    yield from ("```", f"aslsplit {name} [OPTIONS] {named}", "```", "")
    for paragraph in inspect.cleandoc(verb.__doc__ or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            lines = [line.strip() for line in paragraph.removeprefix("\b\n").splitlines()]
            titles = [line for line in lines if not line.startswith("aslsplit ")]
            yield from (*titles, *([""] if titles else []), "```sh", *(line for line in lines if line not in titles))
            yield from ("```", "")
        else:
            yield from (paragraph, "")
    yield from ("| argument or option | meaning | default |", "|---|---|---|")
    for parameter, info in described:
        yield f"| {_written(parameter, info)} | {_cell(info.help or '')} | {_default(parameter, info)} |"
    yield ""


def _info(parameter: inspect.Parameter) -> ArgumentInfo | OptionInfo:
    (info,) = [one for one in get_args(parameter.annotation) if isinstance(one, (ArgumentInfo, OptionInfo))]
    return info


def _written(parameter: inspect.Parameter, info: ArgumentInfo | OptionInfo) -> str:
    if isinstance(info, ArgumentInfo):
        return f"`{info.metavar or parameter.name.upper()}`"
    # In an annotation the first name lies where a default would.
    declared = [name for name in (info.default, *(info.param_decls or ())) if isinstance(name, str)]
    names = ", ".join(f"`{name}`" for name in declared)
    return f"{names} {_cell(_value(parameter, info))}".strip()


def _value(parameter: inspect.Parameter, info: OptionInfo) -> str:
    kinds = [kind for kind in _kinds(get_args(parameter.annotation)[0]) if kind is not type(None)]
    if kinds == [bool]:
        return ""
    if issubclass(kinds[0], StrEnum):
        return " or ".join(f"`{member.value}`" for member in kinds[0])
    return f"`{info.metavar or {int: 'NUMBER', str: 'TEXT'}[kinds[0]]}`"


def _kinds(annotation: Any) -> list[type[Any]]:
    if get_origin(annotation) is None:
        return [annotation]
    return [kind for part in get_args(annotation) for kind in _kinds(part)]


def _default(parameter: inspect.Parameter, info: ArgumentInfo | OptionInfo) -> str:
    if isinstance(info.show_default, str):
        return info.show_default
    value = parameter.default
    if value in (None, False, inspect.Parameter.empty):
        return ""
    return f"`{value.value if isinstance(value, StrEnum) else value}`"


_MAP = """\
# The boundary map

A YAML file, by custom `boundaries.yaml`, that names the children. This page is made by `make docs` from the JSON Schema
that ships as `aslsplit/plan/boundaries.schema.json`. Editors complete and check the file with it:

```yaml
# yaml-language-server: $schema=./boundaries.schema.json
version: 1
monolith: order-processing.asl.json
children:
  payment:
    states: [FraudCheck, "AuthorizePayment*"]
```

Paths of the document are written as in a definition, `$.order.id`. Names of files are relative to the folder of the map
and stay inside it, but for `map`, which names the file of another boundary map.
"""

# Names of parts of the schema that have a meaning of their own; the others are lists of keys.
_KINDS = {
    "text": "text", "texts": "list of texts", "file": "file", "folder": "folder", "contractVersion": "version",
    "documentPath": "path", "documentPaths": "list of paths", "documentOrVariablePath": "path or variable",
    "site": "mapping", "elsewhere": "mapping", "childName": "name of a child", "otherMap": "file",
}  # fmt: skip


def boundary_map_page() -> str:
    schema = json.loads((files("aslsplit.plan") / "boundaries.schema.json").read_text(encoding="utf-8"))
    definitions, properties = schema["$defs"], schema["properties"]
    parts = [_MAP, "## The file", "", *_keys(schema, definitions)]
    for name, title in (("meta", "meta"), ("defaults", "defaults")):
        parts += [f"## {title}", "", properties[name]["description"], "", *_keys(properties[name], definitions)]
    for name, title in (
        ("child", "children.NAME"),
        ("contract", "children.NAME.contract"),
        ("assume", "children.NAME.assume"),
        ("wiring", "wiring"),
        ("logs", "wiring.logs"),
        ("deployment", "wiring.deployment"),
        ("alarms", "wiring.alarms"),
        ("site", "children.NAME.shared[]"),
        ("elsewhere", "children.NAME.shared[] of another map"),
        ("servedBy", "children.NAME.served_by"),
    ):
        parts += [f"## {title}", "", definitions[name]["description"], "", *_keys(definitions[name], definitions)]
    return "\n".join(parts).rstrip() + "\n"


def _keys(holder: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| key | value | default | meaning |", "|---|---|---|---|")
    for name, given in holder["properties"].items():
        referred = given.get("$ref", "").rpartition("/")[2]
        if referred == "planned":
            continue
        full = {**definitions.get(referred, {}), **given}
        required = " (required)" if name in holder.get("required", ()) else ""
        default = f"`{_written_default(full['default'])}`" if "default" in full else ""
        yield f"| `{name}`{required} | {_cell(_kind(full))} | {default} | {_cell(full.get('description', ''))} |"
    yield ""


def _written_default(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _kind(value: Mapping[str, Any]) -> str:
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return " or ".join(f"`{one}`" for one in value["enum"])
    for ways in ("oneOf", "anyOf"):
        # Of a mapping that has keys of its own it says which of them go together.
        if ways in value and "properties" not in value:
            return ", or ".join(dict.fromkeys(_kind(one) for one in value[ways]))
    referred = value.get("$ref", "").rpartition("/")[2]
    if referred in _KINDS:
        return _KINDS[referred]
    kinds = {"object": "mapping", "array": "list", "string": "text", "integer": "number", "boolean": "true or false"}
    kind = kinds[value["type"]]
    if kind == "list":
        one = _kind(value["items"])
        return f"list, each a {one}" if " or " in one else f"list of {one}s"
    return kind


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_LIMITS = """\
# Limits

Made from the code by `make docs`. They lie at or beyond what Step Functions accepts, and keep a text that is no
definition, or one that was made to do harm, from taking all memory or for ever.
[Why they are as they are](../decisions/0037-limits.md).

What is beyond a limit is refused with its finding, before anything is written. Where only running an expression shows
it, that execution ends undecided and proves nothing, as that of a machine in an endless loop.

| what | at most | beyond it |
|---|---|---|
"""


def limits_page() -> str:
    rows = (
        f"| {limit.of} | {str(f'{limit.most:,}').replace(',', ' ')} | {_beyond(limit.code)} |\n" for limit in limits()
    )
    return _LIMITS + "".join(rows)


def _beyond(code: str | None) -> str:
    if code is None:
        return "the execution ends undecided"
    (name,) = (rule.name for rule in RULES if rule.code == code)
    return f"[{code}](../findings.md#{code.lower()}-{name})"
