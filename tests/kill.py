"""A writing process that kills itself before the nth thing it does to the disk.

python tests/kill.py FOLDER NTH [recover]
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aslsplit.workspace import Artifact, Workspace
from aslsplit.writing import recover

WRITTEN = (
    Artifact("parent.json", "new parent\n"),
    Artifact("children/a.json", None),
    Artifact("children/b.json", "new b\n"),
    Artifact("contracts/b/README.md", "new\n"),
    Artifact("old/gone.json", None),
    Artifact("boundaries.lock.yaml", "version: 2\n"),
)

# What changes the disk, or says that it has been changed.
ON_DISK = {
    os: ("fsync", "open"),
    shutil: ("copy2",),
    Path: ("replace", "unlink", "chmod", "mkdir", "rmdir", "symlink_to"),
}


def kill_before(nth: int) -> None:
    done = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **options: Any) -> Any:
            nonlocal done
            done += 1
            if done == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)

        return counting

    for owner, names in ON_DISK.items():
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))


def main() -> None:
    folder, nth = Path(sys.argv[1]), int(sys.argv[2])
    kill_before(nth)
    if sys.argv[3:]:
        recover(folder)
    else:
        Workspace(folder, "").write(WRITTEN)


if __name__ == "__main__":
    main()
