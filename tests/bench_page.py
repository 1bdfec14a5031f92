"""Speed of the page in Chromium: `python -m tests.bench_page`. Load on the machine shows in all but the ratio."""

import random
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from shared_scenarios.report.records import Report
from shared_scenarios.views.html import draw_html
from tests.browser import chromium
from tests.large import large

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

MAKINGS = 7
PAIRS = 40
EMPTY = '<!doctype html><html lang="en"><meta charset="utf-8"><title>empty</title><p>empty</p>'
PAINTED = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))
  .observe({ type: "paint", buffered: true }))"""
OPENING = """async () => {
  const times = [];
  for (const row of reports[0].rows.slice(0, 20)) {
    const start = performance.now();
    location.hash = openAddress(emptyAddress(), row, []);
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    times.push(performance.now() - start);
  }
  return times;
}"""
STEPPING = """() => Array.from({ length: 60 }, (_, step) => {
  const start = performance.now();
  opened.scrubber.go(step % (opened.axis.length + 1));
  document.body.getBoundingClientRect();
  return performance.now() - start;
})"""


def main() -> None:
    """First paint against that of an empty page, in turn; opening a cell; a step of the scrubber."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        empty, page = Path(folder, "empty.html"), Path(folder, "index.html")
        empty.write_text(EMPTY)
        given = large(70, 12, ("sqlite", "postgresql", "mariadb"))
        page.write_text(draw_html(given))
        _say("the page of a large report is made, s", median(_made(given) for _ in range(MAKINGS)), 0.3)
        window = browser.new_context()
        window.new_page()  # a window that has just been opened is busy with itself: all pages are tabs of this one
        _pair(window, page, empty)  # the first pages of a browser are slower than all later ones
        pairs = [_pair(window, page, empty) for _ in range(PAIRS)]
        _say("first paint / that of an empty page", median(one / other for one, other in pairs), 1.3)
        shown = _opened(window, page)
        shown.wait_for_selector("#waiting", state="detached")
        _say("a cell opened, ms", median(shown.evaluate(OPENING)), 100)
        _say("a step of the scrubber, ms of a frame's 16.7", median(shown.evaluate(STEPPING)), 16.7)


def _made(given: Report) -> float:
    start = time.perf_counter()
    draw_html(given)
    return time.perf_counter() - start


def _pair(window: "BrowserContext", page: Path, empty: Path) -> tuple[float, float]:
    """One beside the other, in an order left to chance: the first of two is slower where the machine is busy."""
    files = [page, empty]
    random.shuffle(files)
    found = {file: _painted(window, file) for file in files}
    return found[page], found[empty]


def _opened(window: "BrowserContext", file: Path) -> "Page":
    page = window.new_page()
    page.goto(file.as_uri(), wait_until="commit")
    return page


def _painted(window: "BrowserContext", file: Path) -> float:
    page = _opened(window, file)
    at: float = page.evaluate(PAINTED)
    page.close()
    return at


def _say(what: str, value: float, bound: float) -> None:
    print(f"{what}: {value:.2f} (at most {bound:g}){'' if value <= bound else '   <-- over'}", flush=True)


if __name__ == "__main__":
    main()
