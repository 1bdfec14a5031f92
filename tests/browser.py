"""A real browser for the page: Debian's Chromium, driven by Playwright; and axe-core, which `make lint` installs."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shared_scenarios.report.records import Report
from shared_scenarios.views.html import draw_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGE = Path(__file__).parents[1] / "shared_scenarios" / "views" / "page"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox", "--disable-gpu",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
OPENED = "#/cell/read-helper-flushes/object?show=sqlalchemy@sqlite,django@sqlite"
THREE = "#/cell/key-before-commit?show=sqlalchemy@sqlite,django@sqlite,peewee@sqlite&at=4"
VIEWS = ("", OPENED, "#/choose?marks=m~key-before-commit", "#/cell/nowhere")
AXE = Path(os.environ.get("ORMATRIX_AXE", PAGE / "node_modules" / "axe-core" / "axe.min.js"))


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A browser of its own. Skips where there is none, and says what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


class Reader:
    """Somebody who reads a page in a browser; whatever goes wrong on it is remembered."""

    def __init__(self, browser: "Browser", folder: Path, **given: Any) -> None:
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **given}
        self.page: Page = browser.new_page(**settings)
        self.folder = folder
        self.wrong: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def opens(self, *reports: Report, at: str = "") -> "Page":
        """The page of these reports at an address, ready."""
        return self.opens_text(draw_html(*reports), at)

    def opens_text(self, text: str, at: str = "") -> "Page":
        """A page as it stands in its file."""
        file = self.folder / "index.html"
        file.write_text(text, encoding="utf-8")
        self.page.goto(file.as_uri() + at)
        self.page.wait_for_selector("#waiting", state="detached")
        return self.page

    def goes(self, address: str) -> None:
        """Follows a link to another place of the page."""
        self.page.evaluate("address => { location.hash = address; }", address)
        until(self.page, f"parseAddress({address!r}).view === shownView")

    def violations(self) -> list[str]:
        """What axe-core finds wrong, at any level that it knows."""
        if not AXE.is_file():
            pytest.skip("axe-core is not here: make lint installs it")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("() => axe.run()")
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


Opens = Callable[..., Reader]


def until(page: "Page", condition: str, tries: int = 200) -> None:
    """Waits until the expression is true. Playwright's own way of waiting is refused by the page's policy."""
    for _ in range(tries):
        if page.evaluate(f"() => Boolean({condition})"):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"this was never true: {condition}")


def shown_rows(page: "Page") -> list[str]:
    found: list[str] = page.locator("tbody tr:not(.theme)").evaluate_all("rows => rows.map(row => row.dataset.row)")
    return found
