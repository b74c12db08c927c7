"""``python -m aslsplit`` is the command line."""

import sys

from aslsplit.cli import main

sys.exit(main())
