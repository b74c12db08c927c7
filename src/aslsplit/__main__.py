"""The command line's door, also for ``python -m aslsplit``."""

import sys


def run() -> int:
    """The exit code of the command that the process was started with."""
    try:
        # Most of a short command's time goes into this import, so it is where Ctrl-C often falls.
        from aslsplit.cli import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
