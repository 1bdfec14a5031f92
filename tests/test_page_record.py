"""The decision record: what a team can put into its repository, as it is."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared_scenarios.report.records import Report
from tests.browser import Opens
from tests.handmade import cell, report

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARKED = "#/choose?marks=m~save-again-after-rollback%252Fplain"


def _record(page: "Page") -> str:
    page.get_by_text("Read it here").click()
    return page.locator(".result-pane pre").inner_text()


def test_evidence_is_reached_from_another_disk_too(reader: Opens, recorded: Report) -> None:
    (driver,) = [line for line in _record(reader().opens(recorded, at=MARKED)).split("\n") if "**must**" in line]
    assert "(index.html#/cell/save-again-after-rollback/plain?" in driver
    assert "file:" not in driver
    assert "`ormatrix show save-again-after-rollback/plain --orm sqlalchemy --orm peewee --database sqlite`" in driver


def test_an_option_that_does_not_meet_a_mark_says_what_it_does(reader: Opens, recorded: Report) -> None:
    written = _record(reader().opens(recorded, at=MARKED)).partition("## Consequences")[2]
    assert "- With django every mark is met.\n" in written
    row = "Saving the same new object again after a rollback: nothing happens in between"
    assert f"- With peewee we live with:\n  - {row}: nothing stored, nothing raised (must)\n" in written


def test_versions_of_other_databases_are_left_out(reader: Opens) -> None:
    given = report(cell(database="sqlite"), cell(database="postgresql"))
    written = _record(reader().opens(given, at="#/choose?db=postgresql&marks=m~flush"))
    assert "on postgresql" in written
    assert "POSTGRESQL 3.0" in written
    assert "SQLITE" not in written


def test_a_command_in_the_record_stays_one_piece_of_code(reader: Opens) -> None:
    page = reader().opens(report(cell("al`pha\n# x")), at="#/choose?marks=m~flush")
    (driver,) = [line for line in _record(page).split("\n") if "**must**" in line]
    assert driver.endswith("`` ormatrix show flush --orm 'al`pha # x' --database sqlite ``")


def test_the_record_is_saved_as_it_is_read(reader: Opens, recorded: Report, tmp_path: Path) -> None:
    page = reader().opens(recorded, at=MARKED)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save decision.md").click()
    assert saved.value.suggested_filename == "decision.md"
    saved.value.save_as(tmp_path / "decision.md")
    assert (tmp_path / "decision.md").read_text(encoding="utf-8") == _record(page)


@pytest.mark.parametrize(
    ("place", "button", "part"),
    [
        ("#/cell/flush", "Copy link", "#/cell/flush"),
        ("#/cell/flush", "Copy", "ormatrix show flush --orm alpha --database sqlite"),
        ("#/choose?marks=m~flush", "Copy", "## Consequences"),
        ("#/choose?marks=m~flush", "Copy link to these marks", "#/choose?marks=m~flush"),
    ],
)
def test_what_is_copied(reader: Opens, place: str, button: str, part: str) -> None:
    page = reader(permissions=["clipboard-read", "clipboard-write"]).opens(report(cell()), at=place)
    page.get_by_role("button", name=button, exact=True).first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert part in page.evaluate("navigator.clipboard.readText()")
