"""What git knows of a file: its log, and what it was in a revision. The only module that runs another program.

Git is called without a shell, on one literal path, and with nothing switched on that a repository could use to run
programs of its own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Version", "commits_of", "contents_at", "files_in", "versions_of"]

MOST_VERSIONS = 200
_SECONDS = 60
_OBJECTS = (b"blob", b"tree", b"commit", b"tag")
_PLAIN_FILES = ("100644", "100755")

# Where git looks for a repository is decided by the file, and not by the hook or the alias that happens to run this.
_NOT_INHERITED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_COMMON_DIR")
_QUIET = ("-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "--no-pager", "--literal-pathspecs")


@dataclass(frozen=True, slots=True)
class Version:
    """``raw`` is None where the commit has no such file."""

    commit: str
    author: str
    raw: bytes | None


class _NoAnswerError(Exception):
    """Why git says nothing, in words that stand for themselves."""


class _RefusedError(_NoAnswerError):
    """Git was asked for what it does not have."""


def versions_of(file: str) -> tuple[Version, ...] | str:
    """The newest versions, oldest first, renames followed, merges left out; or why there are none."""
    path = Path(file)
    try:
        named = _named_commits(path)
        contents = _contents(path.parent, [f"{commit}:{name}" for commit, _, name in named])
    except _NoAnswerError as reason:
        return str(reason)
    if not named:
        return "git has no commit of the file"
    versions = [Version(commit, author, raw) for (commit, author, _), raw in zip(named, contents, strict=True)]
    return tuple(reversed(versions))


def commits_of(folder: str, names: Sequence[str]) -> tuple[str, ...]:
    """The newest commits that changed any of the files, newest first, whether they are still there or not; none where
    git knows nothing. ``names`` are relative to the folder."""
    try:
        log = _git(Path(folder), "log", "--no-merges", f"--max-count={MOST_VERSIONS}", "--format=%H", "--", *names)
    except _NoAnswerError:
        return ()
    return tuple(log.decode("ascii", "replace").split())


def contents_at(folder: str, commits: Sequence[str], name: str) -> tuple[bytes | None, ...]:
    """What the file was in each of these commits; None where it was not."""
    if "\n" in name:
        return tuple(None for _ in commits)
    try:
        return tuple(_contents(Path(folder), [f"{commit}:./{name}" for commit in commits]))
    except _NoAnswerError:
        return tuple(None for _ in commits)


def files_in(named: str, wanted: Callable[[str], bool]) -> tuple[tuple[str, bytes], ...] | str:
    """The file that ``REVISION:PATH`` names the way ``git show`` does, under an empty name; or the wanted files of a
    folder and of those below it, under names relative to it; or why there are none."""
    if named.startswith("-") or "\n" in named:
        return "git has no revision of this name"
    if named.endswith(":."):
        named += "/"
    try:
        (content,) = _contents(Path(), [named])
        return _files_below(named, wanted) if content is None else (("", content),)
    except _NoAnswerError as reason:
        return str(reason)


def _files_below(folder: str, wanted: Callable[[str], bool]) -> tuple[tuple[str, bytes], ...]:
    try:
        tree = _git(Path(), "ls-tree", "-r", "-z", "--full-tree", folder)
    except _RefusedError:
        raise _NoAnswerError("git has no such file or folder") from None
    found: list[tuple[str, str]] = []
    for entry in filter(None, tree.decode("utf-8", "surrogateescape").split("\0")):
        about, name = entry.split("\t", 1)
        mode, _, identity = about.split(" ")
        if mode in _PLAIN_FILES and wanted(name):
            found.append((name, identity))
    contents = _contents(Path(), [identity for _, identity in found])
    return tuple((name, raw) for (name, _), raw in zip(found, contents, strict=True) if raw is not None)


def _named_commits(path: Path) -> list[tuple[str, str, str]]:
    """Commit, author, and what the file was called then, relative to the top of the repository; newest first."""
    log = _git(
        path.parent,
        *("log", "--follow", "--no-merges", f"--max-count={MOST_VERSIONS}", "--format=%x1e%H%x1f%aN%x1f"),
        *("--name-only", "-z", "--", path.name),
    )
    found: list[tuple[str, str, str]] = []
    for record in log.decode("utf-8", "surrogateescape").split("\x1e")[1:]:
        commit, author, name = record.split("\x1f", 2)
        found.append((commit, author, name.strip("\0\n")))
    # Git is asked for several versions by one per line.
    return [one for one in found if "\n" not in one[2]]


def _contents(folder: Path, names: Sequence[str]) -> list[bytes | None]:
    asked = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    answer = _git(folder, "cat-file", "--batch", typed=asked) if names else b""
    contents: list[bytes | None] = []
    at = 0
    for _ in names:
        line_end = answer.index(b"\n", at)
        header = answer[at:line_end].rsplit(b" ", 2)
        at = line_end + 1
        # Of a name that git does not know it says that it is missing, and the name may hold any words.
        known = len(header) == 3 and header[1] in _OBJECTS and header[2].isdigit()
        size = int(header[2]) if known else 0
        contents.append(answer[at : at + size] if known and header[1] == b"blob" else None)
        # A folder's listing follows as a file's content does.
        at += size + 1 if known else 0
    return contents


def _git(folder: Path, *arguments: str, typed: bytes = b"") -> bytes:
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    try:
        done = subprocess.run(
            ["git", *_QUIET, *arguments],
            cwd=folder,
            input=typed,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**environment, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
        )
    except FileNotFoundError:
        raise _NoAnswerError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise _NoAnswerError(f"git did not answer within {_SECONDS} seconds") from None
    except (OSError, ValueError):
        raise _NoAnswerError("git cannot be run") from None
    if done.returncode != 0:
        # What git says further may hold paths of this machine.
        if b"not a git repository" in done.stderr:
            raise _NoAnswerError("the file lies in no git repository")
        if b"does not have any commits" in done.stderr:
            raise _NoAnswerError("git has no commit of the file")
        if b"dubious ownership" in done.stderr:
            raise _NoAnswerError("the repository belongs to somebody else, and git does not trust it")
        raise _RefusedError(f"git cannot read the log (exit code {done.returncode})")
    return done.stdout
