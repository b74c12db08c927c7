"""Map states: the objects that a distributed one reads and writes, and the executions that it starts of its machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aslsplit.asl.model import QueryLanguage, ScopeKind, State
from aslsplit.asl.source import Json
from aslsplit.iam.arns import Place
from aslsplit.iam.calls import Owner
from aslsplit.iam.integration import Call, resource_of
from aslsplit.iam.need import OWN_NAME, Found, Gap, Need
from aslsplit.iam.payload import Payload, Unsaid
from aslsplit.iam.rules import Allow, allow, found_for

__all__ = ["needs_of_map"]

_OBJECT: Final = allow("s3:GetObject", "s3:::{Bucket}/{Key*}")
_EVERY_OBJECT: Final = allow("s3:GetObject", "s3:::{Bucket}/{Prefix*}*")
_LISTED: Final = allow("s3:ListBucket", "s3:::{Bucket}")
_WRITTEN: Final = allow(
    "s3:AbortMultipartUpload GetObject ListMultipartUploadParts PutObject", "s3:::{Bucket}/{Prefix*}/*"
)

_START: Final = ("states:StartExecution",)
_WATCH: Final = ("states:DescribeExecution", "states:StopExecution")
_REDRIVE: Final = ("states:RedriveExecution",)


def needs_of_map(state: State, owner: Owner) -> Iterator[Found]:
    if any(scope.kind is ScopeKind.DISTRIBUTED for scope in state.scopes):
        yield from _runs(state, owner)
    yield from _reads(state, owner.place)
    yield from _writes(state, owner.place)


def _runs(state: State, owner: Owner) -> Iterator[Found]:
    """Each item, or batch of items, is an execution of the same machine, under the label of the Map."""
    if owner.arn is None:
        yield Gap("ASL561", OWN_NAME, (*_START, *_WATCH, *_REDRIVE))
        return
    label = state.body.get("Label")
    label = label if isinstance(label, str) else "*"
    yield Need(_START, (owner.arn,))
    yield Need(_WATCH, (owner.place.arn(f"states:region:account:execution:{owner.name}:*"),))
    yield Need(_REDRIVE, (owner.place.arn(f"states:region:account:execution:{owner.name}/{label}:*"),))


def _reads(state: State, place: Place) -> Iterator[Found]:
    reader = state.body.get("ItemReader")
    if not isinstance(reader, dict):
        return
    payload, config = _payload(reader, state.query_language), reader.get("ReaderConfig")
    match resource_of(str(reader.get("Resource"))):
        case Call("s3", "getObject"):
            # An inventory is a list of files beside it, which its manifest names.
            is_manifest = isinstance(config, dict) and config.get("InputType") == "MANIFEST"
            yield from _found(_OBJECT, payload, place)
            if is_manifest:
                yield Gap("ASL564", "the files that the manifest names", ("s3:GetObject",))
        case Call("s3", "listObjectsV2"):
            prefix = payload.value("Prefix")
            listed = list(_found(_LISTED, payload, place))
            yield from (_below(found, prefix) for found in listed)
            if isinstance(config, dict) and config.get("Transformation") == "LOAD_AND_FLATTEN":
                yield from _found(_EVERY_OBJECT, payload, place)
        case _:
            yield Gap("ASL562", f"what {reader.get('Resource')} needs to read items")


def _below(found: Found, prefix: str | Unsaid) -> Found:
    if isinstance(found, Need) and isinstance(prefix, str):
        return Need(found.actions, found.resources, {"StringLike": {"s3:prefix": [prefix]}})
    return found


def _writes(state: State, place: Place) -> Iterator[Found]:
    writer = state.body.get("ResultWriter")
    # With WriterConfig alone the results stay in the state's output.
    if not isinstance(writer, dict) or "Resource" not in writer:
        return
    if resource_of(str(writer["Resource"])) == Call("s3", "putObject", sdk=False, waits=False):
        yield from _found(_WRITTEN, _payload(writer, state.query_language), place)
    else:
        yield Gap("ASL562", f"what {writer['Resource']} needs to write results")


def _payload(holder: dict[str, Json], language: QueryLanguage) -> Payload:
    return Payload(holder.get("Arguments" if language == "JSONata" else "Parameters"), language)


def _found(row: Allow, payload: Payload, place: Place) -> Iterator[Found]:
    return found_for((row,), payload, place, waits=False)
