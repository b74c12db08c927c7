"""One library, one door: each third-party library is imported where the table says, and nowhere else.

The floors of the package itself are held by import-linter, see .importlinter.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "aslsplit"

# Patterns are relative to the package; `*` also stands for folders.
DOORS: dict[str, tuple[str, ...]] = {
    "deepdiff": ("difference/fields.py",),
    "jinja2": ("render/*.py",),
    "jsonata": ("asl/jsonata*.py", "interpreter/jsonata.py"),
    "jsonschema": ("verify/contract_replay.py",),
    "jsonpath_ng": ("asl/path_reader.py",),
    "networkx": ("analysis/graph.py",),
    "pygraphviz": ("render/graphs/layout.py",),
    "rich": ("cli/highlighting.py", "cli/progress.py"),
    "typer": ("cli/*.py",),
    "yaml": ("asl/source.py", "asl/dump.py", "asl/yaml_*.py"),
}

# Of the standard library: what runs other programs, and what reaches the network, which nothing does.
STANDARD_DOORS: dict[str, tuple[str, ...]] = {
    "subprocess": ("disk/git_log.py",),
    "socket": (),
    "urllib.request": (),
    "http": (),
}

SOURCES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES)
def test_third_party_libraries_are_imported_only_through_their_door(source: str) -> None:
    text = (PACKAGE / source).read_text(encoding="utf-8")
    strays = [
        f"{source}:{line} imports {library}, whose door is {' or '.join(DOORS.get(library, ('nowhere yet',)))}"
        for library, line in third_party_imports(text)
        if not any(fnmatchcase(source, door) for door in DOORS.get(library, ()))
    ]
    assert not strays, "\n".join(strays)


@pytest.mark.parametrize("source", SOURCES)
def test_other_programs_and_the_network_have_their_doors(source: str) -> None:
    text = (PACKAGE / source).read_text(encoding="utf-8")
    strays = [
        f"{source} imports {module}"
        for module in imported_modules(text)
        for library, doors in STANDARD_DOORS.items()
        if (module == library or module.startswith(f"{library}.")) and source not in doors
    ]
    assert not strays, "\n".join(strays)


def test_a_relative_or_local_import_does_not_hide_a_library() -> None:
    text = "import yaml.cyaml\nfrom . import jinja2\ndef late():\n    from networkx.algorithms import dag\n"
    assert list(third_party_imports(text)) == [("yaml", 1), ("networkx", 4)]


def imported_modules(text: str) -> Iterator[str]:
    return (module for module, _ in imports(text))


def third_party_imports(text: str) -> Iterator[tuple[str, int]]:
    """Top-level names and lines."""
    for module, line in imports(text):
        top = module.partition(".")[0]
        if top != "aslsplit" and top not in sys.stdlib_module_names:
            yield top, line


def imports(text: str) -> Iterator[tuple[str, int]]:
    """Modules and lines, imports inside functions and under TYPE_CHECKING included."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                continue
        for module in modules:
            yield module, node.lineno
