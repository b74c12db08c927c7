"""The generated pages of the documentation: ``python -m tests.docs`` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from aslsplit.findings import RULES
from aslsplit.render.findings_page import findings_page
from aslsplit.render.signs_page import signs_page
from aslsplit.signs.measure import KINDS
from tests.api_page import api_page
from tests.reference_pages import boundary_map_page, cli_page, limits_page
from tests.session import session_svg

ROOT = Path(__file__).parents[1]

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/findings.md": lambda: findings_page(RULES),
    "docs/reference/api.md": api_page,
    "docs/reference/boundary-map.md": boundary_map_page,
    "docs/reference/cli.md": cli_page,
    "docs/reference/limits.md": limits_page,
    "docs/session.svg": session_svg,
    "docs/signs.md": lambda: signs_page(KINDS),
}


def main() -> None:
    for name, page in PAGES.items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
