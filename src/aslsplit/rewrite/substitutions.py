"""What a template has to fill in once a child is a file of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from aslsplit.asl.cloudformation import meaning_of_token
from aslsplit.asl.fields import scopes_in
from aslsplit.asl.placeholders import Placeholder, tokens_in
from aslsplit.asl.source import Embedded, Json
from aslsplit.findings import Finding, Span, finding
from aslsplit.rewrite.extract import ExtractedChild

__all__ = ["terraform_name", "tokens_to_fill_in", "unfilled", "uses_of_tokens"]


def tokens_to_fill_in(child: ExtractedChild, embedded: Embedded) -> dict[str, str | None]:
    """The tokens in the states that moved, and what the template fills in for each, as far as that is known."""
    found: dict[str, str | None] = {}
    answering = child.plan.generated.child.answering
    moved = [child.states[name] for name in child.moved_from]
    for body in (*moved, *(child.definition["States"][name] for name in answering.sending)) if answering else moved:
        for text in _texts(body):
            given = dict(text.fills or ()) if isinstance(text, Placeholder) else {}
            for token in tokens_in(text):
                meaning = given.get(token) or embedded.variables.get(token)
                if meaning is None and embedded.substitutes:
                    meaning = meaning_of_token(token)
                found[token] = found.get(token) or meaning
    return found


def uses_of_tokens(definition: Json) -> dict[str, list[str]]:
    """Every token in a definition, with the fields that hold it, as ``State: Parameters.TableName``."""
    found: dict[str, list[str]] = {}
    above = ((name, text) for key in definition if key != "States" for name, text in _fields(definition[key], key))
    for field, text in (*above, *_in_states(definition["States"])):
        for token in dict.fromkeys(tokens_in(text)):
            found.setdefault(token, []).append(field)
    return found


def _in_states(states: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name, body in states.items():
        scopes = list(scopes_in(body))
        holders = {field for field, _ in scopes}
        for field, value in body.items():
            if field not in holders:
                yield from _fields(value, f"{name}: {field}")
        for _, scope in scopes:
            yield from _in_states(scope["States"])


def _fields(value: Json, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from _fields(part, f"{place}.{name}")


def unfilled(child: ExtractedChild, embedded: Embedded, file: str, place: Span | None) -> Iterator[Finding]:
    """``file`` is the child's. The remark stands at its ``place`` in the boundary map."""
    boundary = child.plan.boundary
    if embedded.kind == "serverless":
        yield finding(
            "ASL125",
            f"{file} is to be included by the template, which has no machine for it yet",
            span=place,
            help=f"add under stateMachines\n{boundary.workflow}:\n  definition: ${{file({file})}}\n"
            f"and say in the boundary map by which alias_arn the parent calls it, now {boundary.alias_arn}",
        )
        return
    if embedded.kind == "terraform":
        yield from _unfilled_in_terraform(child, embedded, file, place)
        return
    yield from _untranslatable(child, embedded, place)
    tokens = tokens_to_fill_in(child, embedded)
    unknown = [token for token in tokens_in(boundary.alias_arn) if token not in embedded.variables]
    parts: list[str] = []
    ways_out: list[str] = []
    if tokens:
        parts.append(f"{file} holds {_counted(tokens)} that the template filled in before")
        lines = (f"  {_key(name)}: {tokens[name] or '…'}" for name in sorted(tokens))
        ways_out += ["give the resource of the child", "DefinitionSubstitutions:", *lines]
    if unknown:
        parts.append(f"the template does not fill in ${{{unknown[0]}}}, by which the parent calls it, yet")
        ways_out.append(_for_parent(unknown[0], embedded))
    if parts:
        yield finding("ASL125", "; ".join(parts), span=place, help="\n".join(ways_out))


def _unfilled_in_terraform(
    child: ExtractedChild, embedded: Embedded, file: str, place: Span | None
) -> Iterator[Finding]:
    """A heredoc reads references, ``templatefile`` only what it is handed."""
    boundary, tokens = child.plan.boundary, tokens_to_fill_in(child, embedded)
    parts: list[str] = []
    ways_out: list[str] = []
    if tokens:
        parts.append(f"{file} holds {_counted(tokens)} that Terraform filled in before")
        read = f'definition = templatefile("${{path.module}}/{file}", {{'
        ways_out += ["give the resource of the child", read, *_handed(sorted(tokens)), "})"]
    unknown = [token for token in tokens_in(boundary.alias_arn) if "." not in token]
    if unknown:
        parts.append(f"Terraform has no ${{{unknown[0]}}}, by which the parent calls it")
        ways_out.append(f"say where the ARN is: alias_arn: ${{aws_sfn_alias.{terraform_name(boundary.name)}.arn}}")
    if parts:
        yield finding("ASL125", "; ".join(parts), span=place, help="\n".join(ways_out))


def _handed(tokens: Sequence[str]) -> Iterator[str]:
    """The variables of ``templatefile``, as nested objects where a reference has several names."""
    roots: dict[str, list[str]] = {}
    for token in tokens:
        if _REFERENCE.fullmatch(token):
            roots.setdefault(token.split(".")[0], []).append(token)
        else:
            yield f"  # and whatever ${{{token}}} is made of"
    for root, found in roots.items():
        yield f"  {root} = {_nested(found, 1)}"


def _nested(references: Sequence[str], depth: int) -> str:
    below: dict[str, list[str]] = {}
    for reference in references:
        names = reference.split(".")
        if len(names) == depth:
            return reference
        below.setdefault(names[depth], []).append(reference)
    return "{ " + ", ".join(f"{name} = {_nested(found, depth + 1)}" for name, found in below.items()) + " }"


def terraform_name(name: str) -> str:
    """How the resources of a child are called in Terraform."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name)


def _untranslatable(child: ExtractedChild, embedded: Embedded, place: Span | None) -> Iterator[Finding]:
    for name in child.moved_from:
        reasons = (_reason(text, embedded) for text in _texts(child.states[name]))
        if reason := next(filter(None, reasons), None):
            message = f'"{name}" holds {reason}'
            yield finding("ASL123", message, span=place, help="leave the state out, or write it another way")


def _reason(text: str, embedded: Embedded) -> str | None:
    is_function = isinstance(text, Placeholder) and text.fills is not None
    if (embedded.substitutes or is_function) and (found := _ESCAPED.search(text)):
        return f"{found.group()}, which means something else without Fn::Sub around it"
    for _, meaning in (text.fills or ()) if isinstance(text, Placeholder) else ():
        function, _, argument = meaning.partition(" ")
        if function in _LISTS or (function == "!Ref" and argument in embedded.lists):
            return f"{meaning}, which is a list; a token in a file is text"
    return None


_LISTS: Final = ("!Split", "!GetAZs", "!Cidr")
_ESCAPED: Final = re.compile(r"\$\{![^}]*\}")
_REFERENCE: Final = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_.-]+")


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _texts(part)


def _counted(tokens: dict[str, str | None]) -> str:
    return "one token" if len(tokens) == 1 else f"{len(tokens)} tokens"


def _key(token: str) -> str:
    return token if _PLAIN_KEY.fullmatch(token) else f'"{token}"'


def _for_parent(token: str, embedded: Embedded) -> str:
    if embedded.substitutes:
        return f"make {token} a parameter, or a variable of Fn::Sub: the ARN of the alias of the child"
    return f"give {embedded.resource} DefinitionSubstitutions with {token}: the ARN of the alias of the child"
