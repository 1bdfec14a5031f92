"""The page on any screen and on paper, in light and dark: nothing is cut off, and axe-core finds nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared_scenarios.report.records import Report
from shared_scenarios.views.html import draw_html
from tests.browser import OPENED, THREE, VIEWS, Opens, Reader
from tests.handmade import cell, report

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(reader: Opens, recorded: Report, scheme: str, width: int) -> None:
    one = reader(color_scheme=scheme, viewport={"width": width, "height": 800})
    one.opens(recorded, recorded)
    for view in ("#/?theme=autoflush", *VIEWS[1:], "#/changes"):
        one.goes(view)
        assert (view, one.violations()) == (view, [])


@pytest.mark.parametrize("view", [*VIEWS, THREE, "#/changes"])
def test_a_phone_scrolls_one_way(reader: Opens, recorded: Report, view: str) -> None:
    page = reader(viewport={"width": 360, "height": 740}).opens(recorded, recorded, at=view)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_phone_shows_one_answer_at_a_time(reader: Opens, recorded: Report) -> None:
    page = reader(viewport={"width": 360, "height": 740}).opens(recorded, at=OPENED)
    assert [head.is_visible() for head in page.locator(".head").all()] == [True, False]
    page.locator(".tabs").get_by_text("django").click()
    assert [head.is_visible() for head in page.locator(".head").all()] == [False, True]


@pytest.mark.parametrize("view", ["", THREE])
def test_nothing_is_cut_off_in_print(reader: Opens, recorded: Report, view: str) -> None:
    one = reader(viewport={"width": 1000, "height": 700}, color_scheme="dark")
    page = one.opens(recorded, at=view)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 32, 36)"


CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter((one) => !["visible", "clip"].includes(getComputedStyle(one).overflowX) && one.checkVisibility()
    && one.scrollWidth > one.clientWidth + 1 && !one.classList.contains("hidden"))
  .map((one) => one.className || one.tagName)"""


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_texts_of_the_picture_stay_in_their_boxes(reader: Opens, recorded: Report, width: int) -> None:
    page = reader(viewport={"width": width, "height": 850}).opens(recorded, at=THREE)
    assert page.locator(".field:visible").count() > 3
    assert page.evaluate(OVER_THE_EDGE) == []


OVER_THE_EDGE = """() => [...document.querySelectorAll(".place dt, .place dd, .place em, .place h3")].filter(one => {
  const box = one.closest(".place").getBoundingClientRect(), own = one.getBoundingClientRect();
  return own.right > box.right + 1 || own.left < box.left - 1;
}).map(one => one.textContent)"""


@pytest.mark.parametrize("in_sight", [True, False])
def test_nothing_else_runs_until_the_frame_is_painted(reader: Opens, tmp_path: Path, in_sight: bool) -> None:
    """Where nothing is painted, as in a tab in the background, the page is read after a while all the same."""
    page = _unpainted(reader(), tmp_path)
    assert page.locator("style").count() == 1
    assert "1 question, 1 implementation, 1 database." in page.inner_text("#waiting")
    if in_sight:
        page.evaluate("painted()")
    else:
        page.clock.run_for(1000)
    page.wait_for_selector("#waiting", state="detached")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_of_the_frame_jumps_when_the_page_is_ready(reader: Opens, tmp_path: Path, scheme: str) -> None:
    page = _unpainted(reader(color_scheme=scheme), tmp_path)
    before = page.evaluate(FRAME)
    page.evaluate("painted()")
    page.wait_for_selector("#waiting", state="detached")
    assert page.evaluate(FRAME) == before


def _unpainted(one: Reader, folder: Path) -> "Page":
    """A page whose time stands still, until it is told that it was painted."""
    file = folder / "index.html"
    file.write_text(draw_html(report(cell())))
    one.page.clock.install()
    one.page.add_init_script(OBSERVER)
    one.page.goto(file.as_uri())
    return one.page


OBSERVER = """globalThis.PerformanceObserver = class {
  constructor(told) { globalThis.painted = told; }
  observe() {}
  disconnect() {}
}"""
FRAME = """() => ["h1", ".name p", ".top", "body"].map((name) => {
  const one = document.querySelector(name), style = getComputedStyle(one);
  const { x, y, width, height } = one.getBoundingClientRect();
  return [name, x, y, width, name === "body" || height, style.color, style.backgroundColor, style.font];
})"""
