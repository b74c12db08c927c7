"""The documentation says what the code says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aslsplit.findings import RULES
from tests.docs import PAGES, ROOT
from tests.pages import blocks_without_place, fits, mistakes_of, pages_that_run


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), "write it anew: make docs"


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), ROOT / "golden/README.md"]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_codes_are_in_order_and_each_once() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))


@pytest.mark.usefixtures("few_scenarios")
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash to run the commands with")
@pytest.mark.parametrize("page", pages_that_run())
def test_the_commands_of_a_page_do_what_it_says(page: str, tmp_path: Path) -> None:
    assert blocks_without_place(page) == []
    mistakes = mistakes_of(page, tmp_path)
    assert not mistakes, "\n\n".join(mistakes)


@pytest.mark.parametrize(
    ("expected", "shown", "right"),
    [
        ("a b", "a b", True),
        ("a", "a b", False),
        ("a ...", "a b c", True),
        ("... c", "a b c", True),
        ("a ... c", "a b c", True),
        ("a ... b ... d", "a b c d", True),
        ("a ... c", "a b", False),
        ("a ... x ... d", "a b c d", False),
        ("a ... a", "a", False),
        ("...", "", True),
    ],
)
def test_three_dots_stand_for_any_lines(expected: str, shown: str, right: bool) -> None:
    assert fits(expected.split(), shown.split()) is right


def test_the_site_is_built_without_a_complaint(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "tutorial" / "index.html").is_file()
