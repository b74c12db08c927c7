"""Processes that kill themselves before, in the middle of, or after the nth thing that they do to the disk.

They are forked: what is to be written need not be worked out anew for each of some hundred of them.
"""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from collections.abc import Callable
from typing import Any

__all__ = ["ON_DISK", "killed"]

# What changes the disk, or says that it has been changed.
ON_DISK = {
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
    moments = 0

    def moment() -> None:
        nonlocal moments
        moments += 1
        if moments == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **options: Any) -> Any:
            moment()
            return real(*args, **options)

        return counting

    def written_in_halves(handle: int, content: bytes) -> int:
        moment()
        first = write(handle, content[: len(content) // 2])
        moment()
        return first + write(handle, content[len(content) // 2 :])

    write = os.write
    for owner, names in ON_DISK.items():
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))
    # What a process has written is there when it is killed, on the disk or not.
    os.fsync = counted(lambda handle: None)
    os.write = written_in_halves  # type: ignore[assignment]
