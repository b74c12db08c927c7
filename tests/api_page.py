"""The reference of the Python interface, made from its docstrings and signatures."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

import aslsplit

__all__ = ["api_page"]

_BEFORE = """\
# Python

Made from the code by `make docs`. What is listed here is [stable](../stability.md): `from aslsplit import …`. All other
modules may change with any version.

There are functions for most verbs, with the same words for the same things, on the same files. None prints anything,
and none writes: what `extract` would write is a value first. In a folder with the example:

```pycon
>>> import aslsplit
>>> planned = aslsplit.plan_children("boundaries.yaml", ["inventory"])
>>> planned.ok
True
>>> [remark.code for remark in planned.findings]
['ASL503']
>>> [field["path"] for field in planned.data["children"][0]["contract"]["entries"][0]["request"]]
['$.order.items', '$.order.orderId', '$.order.warehousePreference']

>>> files = aslsplit.extract_children("boundaries.yaml", ["inventory"])
>>> print(files.diff().splitlines()[0])
diff --git a/order-orchestrator.asl.json b/order-orchestrator.asl.json
>>> files.write()[:2]
('order-orchestrator.asl.json', 'children/inventory.asl.json')

>>> verified = aslsplit.verify_children("boundaries.yaml", cases=20)
>>> verified.data["proofs"]
{'static': True, 'structural': True, 'execution': True, 'replay': True}
```

What is wrong with a file is a `Finding` in the result, as long as there can be a result. Where there is none, an
exception has the findings:

```pycon
>>> try:
...     aslsplit.plan_children("boundaries.yaml", ["inventroy"])
... except aslsplit.AslSplitError as error:
...     print(error.exit_code, [remark.message for remark in error.findings])
2 ['boundaries.yaml has no child "inventroy"']
```

A `data` is what the verb prints with `--format json`. It has only the types of JSON, so it can be kept or sent.
"""

_GROUPS: Mapping[str, Callable[[Any], bool]] = {
    "Functions": inspect.isfunction,
    "Results": lambda value: inspect.isclass(value) and not issubclass(value, Exception),
    "Exceptions": lambda value: inspect.isclass(value) and issubclass(value, Exception),
}


def api_page() -> str:
    parts = [_BEFORE]
    public = {name: getattr(aslsplit, name) for name in aslsplit.__all__ if not name.startswith("_")}
    for title, belongs in _GROUPS.items():
        parts += [f"## {title}", ""]
        for name, value in public.items():
            if belongs(value):
                parts += _described(name, value)
    return "\n".join(parts).rstrip() + "\n"


def _described(name: str, value: Any) -> Iterator[str]:
    yield from (f"### {name}", "")
    if inspect.isfunction(value):
        yield from ("```python", *_signature(name, value), "```", "")
    elif issubclass(value, Exception):
        yield from (f"{_text(value)} Exit code {value.exit_code}.", "")
        return
    yield from (_text(value), "")
    if inspect.isclass(value):
        for member, type_ in inspect.get_annotations(value).items():
            if not member.startswith("_") and value.__module__ != "enum":
                yield f"- `{member}: {type_}`"
        for member, one in vars(value).items():
            if member.startswith("_") or not (isinstance(one, property) or inspect.isfunction(one)):
                continue
            call = "" if isinstance(one, property) else "()"
            yield f"- `{member}{call}`: {_text(one)}"
        if issubclass(value, Enum):
            yield from (f"- `{one.name}`: `{one.value!r}`" for one in value)
        yield ""


def _signature(name: str, value: Any) -> Iterator[str]:
    signature = inspect.signature(value)
    line = f"{name}{signature}".replace("'", "")
    if len(line) <= 100:
        yield line
        return
    yield f"{name}("
    keyword_only = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            yield "    *,"
            keyword_only = True
        yield f"    {parameter},".replace("'", "")
    yield f") -> {signature.return_annotation}"


def _text(value: Any) -> str:
    return re.sub(r"``([^`]*)``", r"`\1`", " ".join(inspect.cleandoc(value.__doc__ or "").split()))
