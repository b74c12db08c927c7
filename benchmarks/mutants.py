"""What can be mutated, the sample that is drawn of it, and a mutant put in the place of the original."""

from __future__ import annotations

import importlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.file_mutation import Mutation, create_mutations

import aslsplit

__all__ = ["PACKAGES", "SOURCE", "Mutant", "difference", "drawn", "modules", "path_of", "put_in"]

SOURCE = Path(aslsplit.__file__).parent
PACKAGES = ("analysis", "rewrite")

AT_LEAST = 5
"""So many mutants are drawn of each module, if it has them."""


PLAIN = (bool, int, str, type(None))


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    module: str
    function: str
    line: int
    kind: str
    lines: tuple[int, int]
    """All of the function's."""

    code: str
    """The whole module, mutated."""


def modules() -> list[str]:
    return sorted(
        path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        for package in PACKAGES
        for path in (SOURCE / package).rglob("*.py")
        if path.stat().st_size
    )


def path_of(module: str) -> Path:
    return SOURCE / (module.replace(".", "/") + ".py")


def mutants_of(module: str) -> Iterator[Callable[[], Mutant]]:
    """Each still to be written out, which is the expensive part."""
    text = path_of(module).read_text("utf-8")
    tree, mutations, _, _ = create_mutations(str(path_of(module)), text)
    wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
    positions, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
    counts: Counter[str] = Counter()
    for mutation in mutations:
        function = mutation.contained_by_top_level_function
        # mutmut takes any statement of a class for a method.
        if not isinstance(function, cst.FunctionDef):
            continue
        body = parents.get(function)
        holder = parents.get(body) if body else None
        name = f"{holder.name.value}.{function.name.value}" if isinstance(holder, cst.ClassDef) else function.name.value
        counts[name] += 1
        label = f"{module}.{name}#{counts[name]}"
        start, whole = positions[mutation.original_node].start.line, positions[function]
        # By its type such a line cannot be reached.
        if "assert_never(" in text.splitlines()[start - 1]:
            continue

        lines = (whole.start.line, whole.end.line)
        yield partial(_made, tree, mutation, label, module, name, start, lines)


def _made(
    tree: cst.Module, mutation: Mutation, label: str, module: str, function: str, line: int, lines: tuple[int, int]
) -> Mutant:
    mutated = tree.deep_replace(mutation.original_node, mutation.mutated_node)
    assert isinstance(mutated, cst.Module)
    return Mutant(label, module, function, line, type(mutation.original_node).__name__, lines, mutated.code)


def drawn(size: int, seed: int) -> tuple[list[Mutant], int]:
    """By seed, from each module in proportion; also how many there are in all."""
    every = {module: list(mutants_of(module)) for module in modules()}
    total = sum(map(len, every.values()))
    result: list[Mutant] = []
    for module, found in every.items():
        share = min(len(found), max(AT_LEAST, round(size * len(found) / total)))
        result += [make() for make in random.Random(f"{seed} {module}").sample(found, share)]
    return result, total


def difference(mutant: Mutant) -> str:
    old = path_of(mutant.module).read_text("utf-8").splitlines()
    lines = unified_diff(old, mutant.code.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def put_in(mutant: Mutant) -> None:
    """The function stays the same object, wherever it was imported, and runs the mutated code."""
    module = importlib.import_module(f"aslsplit.{mutant.module}")
    scratch = ModuleType(module.__name__)
    scratch.__dict__.update({"__file__": module.__file__, "__package__": module.__package__})
    exec(compile(mutant.code, str(path_of(mutant.module)), "exec"), scratch.__dict__)
    original, mutated = _function(module, mutant.function), _function(scratch, mutant.function)
    original.__code__ = mutated.__code__
    # An object that the module itself made must stay the one that all others know.
    if all(isinstance(value, PLAIN) for value in mutated.__defaults__ or ()):
        original.__defaults__ = mutated.__defaults__
    if all(isinstance(value, PLAIN) for value in (mutated.__kwdefaults__ or {}).values()):
        original.__kwdefaults__ = mutated.__kwdefaults__


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "__func__", found)
    assert isinstance(found, FunctionType), name
    return found
