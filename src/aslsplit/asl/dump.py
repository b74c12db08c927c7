"""A document as text that differs from its originals only where its data does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from aslsplit.asl.embedding import read_again
from aslsplit.asl.extents import Json, Pointer
from aslsplit.asl.json_writing import write_json
from aslsplit.asl.origins import Origin, root_original
from aslsplit.asl.source import Source
from aslsplit.asl.yaml_writing import write_yaml

__all__ = ["Origin", "dump"]


def dump(value: Json, origins: Mapping[Pointer, Origin | None], *, like: Source) -> str:
    """The text of ``value``, in the format and style of ``like``.

    ``origins`` says for pointers into ``value`` where that part was taken from. A part without an entry inherits
    from its nearest ancestor; the entry None ends that. Reading the text gives ``value`` again whatever the origins
    say: a part is copied where it equals its original, and written anew where it does not. A definition that stands
    in a template comes with all of that template, if it is the origin of the whole.

    >>> from aslsplit.asl.source import read_source
    >>> source, _ = read_source("-", b'{ "StartAt":"A", "Retry": [1.0,  2] }')
    >>> dump({**source.data, "StartAt": "B"}, {(): Origin(source, ())}, like=source)
    '{ "StartAt":"B", "Retry": [1.0,  2] }'
    """
    root = root_original(origins)
    is_edit = root is not None and root.pointer == () and root.source.text == like.text
    match like.format:
        case "json":
            text = write_json(value, origins, like)
        case "yaml":
            text = write_yaml(value, origins, like, lambda text: _data(like, text, is_edit))
        case _ as unreachable:
            assert_never(unreachable)
    return like.frame.filled(text) if like.frame is not None and is_edit else text


def _data(like: Source, text: str, is_edit: bool) -> Json:
    """What the text means where it is to stand."""
    found = like if is_edit else replace(like, embedded=None)
    source, _ = read_again(found, like.name, text)
    return None if source is None else source.data
