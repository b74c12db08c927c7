"""The page of a report in a real browser: it loads quietly, shows what one asks for, and nothing overlaps or is cut.

Without a Chromium these tests are skipped. Pictures in Mermaid are drawn too if MERMAID_JS names the `mermaid.min.js`
of the npm package.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import SMALL_MACHINE, SMALL_MAP, aslsplit, copy_of_example, small_project

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
CONTROL_TOWER = (
    "awslabs__aws-control-tower-customizations/deployment__custom-control-tower-initiation.template__@1813_1.asl.json"
)
MERMAID_JS = os.environ.get("MERMAID_JS")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look at pages with")

WIDE, MIDDLE, NARROW = (1600, 1000), (900, 1000), (390, 844)

# In the page: the texts that stick out of their state's box, for the pictures that are shown.
STICKING_OUT = """() => [...document.querySelectorAll(".stage .state")].flatMap(g => {
  if (!g.getClientRects().length) return [];
  const box = g.querySelector(":scope > .box").getBBox();
  const out = text => { const own = text.getBBox(); return own.x < box.x || own.y < box.y
    || own.x + own.width > box.x + box.width || own.y + own.height > box.y + box.height; };
  return [...g.querySelectorAll(":scope > text")].filter(out).map(text => text.textContent);
})"""

# Pairs of controls and headings that lie on top of each other.
OVERLAPPING = """() => {
  const parts = "h1, .headline, nav a, .bar button, .bar input, .pane.shown h2, .stage, #state";
  const shown = [...document.querySelectorAll(parts)].map(element => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height);
  const apart = (a, b) => a.right < b.left + 1 || b.right < a.left + 1 || a.bottom < b.top + 1 || b.bottom < a.top + 1;
  return shown.flatMap(([one, a], at) => shown.slice(at + 1).filter(([, b]) => !apart(a, b))
    .map(([other]) => `${one.textContent} / ${other.textContent}`));
}"""

# Cells whose text is wider than they are.
CUT = """() => [...document.querySelectorAll("td, th, p, h1, h2, h3, button")].filter(element =>
  element.getClientRects().length && element.scrollWidth > element.clientWidth + 1
  && getComputedStyle(element).display !== "inline" && !element.closest("thead")).map(element => element.textContent)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not here: make clean, make test")
    with playwright.sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_of(copy_of_example(tmp_path_factory.mktemp("example") / "order-processing"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    folder = tmp_path_factory.mktemp("large")
    shutil.copy(CORPUS / CONTROL_TOWER, folder / "machine.asl.json")
    assert aslsplit("propose", "machine.asl.json", "-o", "boundaries.yaml", folder=folder).code == 0
    return page_of(folder)


def page_of(folder: Path) -> Path:
    ran = aslsplit("report", "boundaries.yaml", "--format", "html", "-o", "report.html", "--cases", "10", folder=folder)
    assert ran.code == 0, ran.err
    return folder / "report.html"


class Page:
    """A page of a browser, with all that it said and asked for."""

    def __init__(self, browser: Any, file: Path, size: tuple[int, int] = WIDE, scheme: str = "light") -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def state(self, name: str) -> Any:
        return self.page.locator(f'.pane.shown .machine.down .state[aria-label^="{name},"]').first

    @property
    def panel(self) -> str:
        return str(self.page.locator("#state").inner_text())

    def close(self) -> None:
        self.page.close()
        assert self.said == []
        assert len(self.asked) == 1, self.asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
@pytest.mark.parametrize("which", ["example", "large"])
def test_nothing_overlaps_or_is_cut(
    browser: Any, request: pytest.FixtureRequest, which: str, size: tuple[int, int], scheme: str
) -> None:
    page = Page(browser, request.getfixturevalue(which), size, scheme)
    page.page.evaluate("document.querySelectorAll('section > details').forEach(details => { details.open = true; })")
    for tab in page.page.locator('[role="tab"]').all():
        tab.click()
        for _ in range(2):
            assert page.page.evaluate(STICKING_OUT) == []
            assert page.page.evaluate(OVERLAPPING) == []
            page.page.locator("#turn").click()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.page.evaluate(CUT) == []
    page.close()


def test_a_click_shows_a_state(browser: Any, example: Path) -> None:
    page = Page(browser, example)
    assert "Choose a state" in page.panel
    page.state("AuthorizePayment").click()
    assert "chosen" in page.state("AuthorizePayment").get_attribute("class").split()
    assert page.page.locator(".pane.shown .machine.down .arrow.lit").count() == 4
    assert all(text in page.panel for text in ("AuthorizePayment", "$.order.totalAmount", "$.auth", '"Type": "Task"'))
    page.page.locator("#state .goto", has_text="NormalizePayment").first.click()
    assert page.panel.splitlines()[1] == "NormalizePayment" or "NormalizePayment\n" in page.panel
    page.page.locator('[role="tab"]', has_text="payment").click()
    page.state("RejectRequest").click()
    assert "Fail, generated" in page.panel
    page.close()


def test_the_keyboard_does_all_that_the_mouse_does(browser: Any, example: Path) -> None:
    page = Page(browser, example)
    keys = page.page.keyboard
    page.page.locator('[role="tab"]').first.focus()
    keys.press("ArrowRight")
    assert page.page.locator('[role="tab"][aria-selected="true"]').inner_text() == "parent"
    page.state("CapturePayment").focus()
    keys.press("Enter")
    assert "CapturePayment" in page.panel
    box, frame = page.state("CapturePayment").bounding_box(), page.page.locator(".pane.shown .stage").bounding_box()
    assert frame["y"] <= box["y"] and box["y"] + box["height"] <= frame["y"] + frame["height"]
    before = page.state("CapturePayment").bounding_box()
    keys.press("+")
    assert page.state("CapturePayment").bounding_box()["width"] > before["width"]
    keys.press("ArrowDown")
    keys.press("Escape")
    assert "Choose a state" in page.panel
    keys.press("t")
    assert page.page.locator("#turn").get_attribute("aria-pressed") == "true"
    page.page.locator("#find").fill("voidpay")
    keys.press("Enter")
    assert "VoidPayment" in page.panel
    # It has moved, so it is found where it is now.
    page.page.locator("#find").fill("ScoreFraud")
    keys.press("Enter")
    assert page.page.locator('[role="tab"][aria-selected="true"]').inner_text() == "payment"
    assert "ScoreFraud" in page.panel
    page.close()


def test_dragging_moves_the_picture_and_chooses_nothing(browser: Any, example: Path) -> None:
    page = Page(browser, example)
    box = page.state("ValidateOrder").bounding_box()
    page.page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] - 40, box["y"] + 70, steps=4)
    page.page.mouse.up()
    moved = page.state("ValidateOrder").bounding_box()
    assert abs(moved["x"] - box["x"] + 60) < 2
    assert abs(moved["y"] - box["y"] - 60) < 2
    assert "Choose a state" in page.panel
    page.close()


def test_on_paper_every_machine_is_there(browser: Any, example: Path) -> None:
    page = Page(browser, example)
    page.page.emulate_media(media="print")
    shown = page.page.locator(".stage .machine.down:visible").count()
    assert shown == page.page.locator('[role="tab"]').count() == 5
    assert page.page.locator(".stage .machine.right:visible").count() == 0
    assert page.page.locator(".bar:visible, nav:visible").count() == 0
    page.close()


def test_no_name_is_taken_for_markup(browser: Any, tmp_path: Path) -> None:
    evil = "</script><b onclick=alert(1)>"
    script = "<img src=x onerror=window.taken=1>"
    text = str(SMALL_MACHINE).replace("Refuse", script).replace("Paid?", evil)
    machine = {**eval(text), "Comment": "--><script>window.taken=1</script>"}
    boundaries = {**SMALL_MAP, "children": {"pay": {"states": ["Pay", evil], "description": script, "owner": evil}}}
    page = Page(browser, page_of(small_project(tmp_path / "evil", machine, boundaries)))
    page.state(evil).click()
    assert page.page.locator("#state h3").inner_text() == evil
    assert page.page.evaluate("window.taken") is None
    assert page.page.locator("b, img, [onclick], [onerror]").count() == 0
    assert page.page.locator("script").count() == 2
    page.close()


@pytest.mark.skipif(MERMAID_JS is None, reason="MERMAID_JS does not name the mermaid.min.js of the npm package")
@pytest.mark.parametrize("which", ["example", "large"])
def test_mermaid_draws_the_graphs_of_a_comment(browser: Any, request: pytest.FixtureRequest, which: str) -> None:
    folder = request.getfixturevalue(which).parent
    ran = aslsplit("report", "boundaries.yaml", "--cases", "10", folder=folder)
    assert len(ran.out.encode()) <= 65_536
    graphs = re.findall(r"^```mermaid\n(.*?)^```$", ran.out, re.DOTALL | re.MULTILINE)
    assert len(graphs) >= 5
    page = browser.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(path=MERMAID_JS)
    page.evaluate("mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")
    for number, graph in enumerate(graphs):
        drawn = page.evaluate(
            "async ([id, text]) => { document.body.innerHTML = (await mermaid.render(id, text)).svg; "
            "return document.querySelectorAll('.node').length; }",
            [f"graph{number}", graph],
        )
        nodes = len(re.findall(r"^ *(?:s\d+[\[({]|start\(\()", graph, re.MULTILINE))
        assert drawn == nodes
    page.close()
