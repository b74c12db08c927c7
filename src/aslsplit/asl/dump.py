"""A document as text that differs from its originals only where its data does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from aslsplit.asl.extents import Json, Pointer
from aslsplit.asl.json_writing import write_json
from aslsplit.asl.origins import Origin
from aslsplit.asl.source import Source
from aslsplit.asl.yaml_writing import write_yaml

__all__ = ["Origin", "dump"]


def dump(value: Json, origins: Mapping[Pointer, Origin | None], *, like: Source) -> str:
    """The text of ``value``, in the format and style of ``like``.

    ``origins`` says for pointers into ``value`` where that part was taken from. A part without an entry inherits
    from its nearest ancestor; the entry None ends that. Reading the text gives ``value`` again whatever the origins
    say: a part is copied where it equals its original, and written anew where it does not.

    >>> from aslsplit.asl.source import read_source
    >>> source, _ = read_source("-", b'{ "StartAt":"A", "Retry": [1.0,  2] }')
    >>> dump({**source.data, "StartAt": "B"}, {(): Origin(source, ())}, like=source)
    '{ "StartAt":"B", "Retry": [1.0,  2] }'
    """
    match like.format:
        case "json":
            return write_json(value, origins, like)
        case "yaml":
            return write_yaml(value, origins, like)
        case _ as unreachable:
            assert_never(unreachable)
