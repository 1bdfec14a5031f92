"""The pictures of the page in docs/: `python -m tests.screenshots`, from the recorded outcomes."""

import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from shared_scenarios.report.combine import combine
from tests.browser import Reader, chromium
from tests.freshness import COLUMNS, ROOT, newest

WIDE, NARROW = {"width": 1360, "height": 850}, {"width": 360, "height": 740}


class Shot(NamedTuple):
    """A picture: its name, the address it shows, and the reader's screen."""

    name: str
    at: str
    viewport: dict[str, int]
    scheme: str = "light"


SHOTS = (
    Shot("matrix", "#/?only=differs", WIDE),
    Shot("flush", "#/cell/key-before-commit?show=sqlalchemy@sqlite,django@sqlite&at=4", WIDE),
    Shot("helper", "#/cell/read-helper-flushes/object?show=sqlalchemy@sqlite,django@sqlite&at=5", WIDE, "dark"),
    Shot("choose", "#/choose?marks=m~save-again-after-rollback%252Fplain,n~fields-after-rollback%252Fsent", WIDE),
    Shot("phone", "#/cell/save-again-after-rollback/plain?show=peewee@sqlite&at=10", NARROW, "dark"),
)


def take(folder: Path) -> None:
    """Every picture, as a PNG in the folder."""
    report = combine([newest(name) for name in COLUMNS])
    with chromium() as browser, tempfile.TemporaryDirectory() as temporary:
        for shot in SHOTS:
            given: dict[str, Any] = {"viewport": shot.viewport, "color_scheme": shot.scheme}
            page = Reader(browser, Path(temporary), **given).opens(report, at=shot.at)
            if shot.viewport is NARROW:
                page.locator(".stage:visible").first.scroll_into_view_if_needed()
            page.screenshot(path=folder / f"page-{shot.name}.png")
            page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
