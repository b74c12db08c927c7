"""The moments at which a process changes the disk, and processes that kill themselves at the nth of them.

They are forked: what is to be written need not be worked out anew for each of some hundred of them.
"""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from collections.abc import Callable
from typing import Any

__all__ = ["killed", "watch"]

# What changes the disk, or says that it has been changed.
_ON_DISK = {
    os: (
        "open",
        "write",
        "fsync",
        "ftruncate",
        "replace",
        "rename",
        "unlink",
        "link",
        "symlink",
        "chmod",
        "mkdir",
        "rmdir",
    ),
    shutil: ("copystat",),
}


def killed(act: Callable[[], object], nth: int) -> bool:
    """Whether it came to the ``nth`` moment, counted from 1; otherwise it has done all it had to."""
    child = os.fork()
    if child == 0:
        _end(act, nth)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "it failed, see above"
    return False


def _end(act: Callable[[], object], nth: int) -> None:
    """In the child, which does not return."""
    code = 1
    try:
        _kill_at(nth)
        act()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _kill_at(nth: int) -> None:
    left = nth

    def moment(_: str) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    # What a process has written is there when it is killed, on the disk or not.
    os.fsync = lambda handle: None
    watch(moment, setattr)


def watch(moment: Callable[[str], object], replace: Callable[[Any, str, Any], object]) -> None:
    """``moment`` is told before each of these things, and once more in the middle of writing. ``replace`` puts what
    does so in the place of the real functions."""

    def told(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def telling(*args: Any, **options: Any) -> Any:
            moment(name)
            return real(*args, **options)

        return telling

    def written_in_halves(handle: int, content: bytes) -> int:
        moment("write")
        first = write(handle, content[: len(content) // 2])
        moment("write")
        return first + write(handle, content[len(content) // 2 :])

    write = os.write
    for owner, names in _ON_DISK.items():
        for name in names:
            replace(owner, name, told(name, getattr(owner, name)))
    replace(os, "write", written_in_halves)
