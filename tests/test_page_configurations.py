"""Configurations on the page: under the outcome of their base, in filters, opened, chosen, and compared."""

from pathlib import Path

import pytest
from msgspec import structs

from shared_scenarios.report.write import as_lines
from tests.browser import Opens, shown_rows
from tests.handmade import cell, checkpoint, configured

SAFE = cell("alpha:safe", outcome="sent late; once", timeline=[checkpoint("flushed")])
BESIDE = configured(
    cell("alpha", timeline=[checkpoint("flushed")]), SAFE, cell("beta"),
    *(cell(name, "load") for name in ("alpha", "beta")),
    *(cell(name, "kept") for name in ("alpha", "alpha:safe", "beta")),
)  # fmt: skip


def test_a_configuration_stands_under_its_base_and_opens_beside_it(reader: Opens) -> None:
    page = reader().opens(BESIDE)
    assert page.locator("thead th").count() == 3
    texts = [text.split("\n") for text in page.locator("tr[data-row='flush'] td .entry").all_inner_texts()]
    assert texts == [
        ["●", "outcome 1 of 2:", "sent at once"],
        ["◆", "↳ safe", ", outcome 2 of 2:", "sent late", "once"],
        ["●", "outcome 1 of 2:", "sent at once"],
    ]
    page.locator(".beside").first.click()
    page.wait_for_selector(".opened")
    assert page.evaluate("opened.cells.map(cellKey)") == ["alpha@sqlite", "alpha:safe@sqlite"]
    assert page.locator(".chip").count() == 3


def test_a_configuration_that_changes_nothing_says_so_quietly(reader: Opens) -> None:
    page = reader().opens(BESIDE)
    assert page.locator("tr[data-row='load'] .beside").count() == 0
    assert page.locator("tr[data-row='kept'] .beside.quiet").inner_text().split() == [
        "safe", ",", "changes", "nothing:", "the", "same",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("only=configured", ["flush"]),
        ("only=differs", []),
        ("q=sent%20late", ["flush"]),
        ("q=alpha:safe", ["flush", "kept"]),
        ("only=configured&hide=alpha", []),
        ("only=configured&hide=beta", ["flush"]),
        ("q=sent%20late&hide=alpha:safe", []),
    ],
)
def test_filters_see_what_configurations_do(reader: Opens, query: str, rows: list[str]) -> None:
    assert shown_rows(reader().opens(BESIDE, at=f"#/?{query}")) == rows


def test_a_configuration_that_breaks_a_promise_is_among_the_faults(reader: Opens) -> None:
    broken = cell("alpha:safe", state="promise broken", outcome="lost", broken=["kept"])
    page = reader().opens(configured(cell(), broken, cell(scenario="load")), at="#/?only=faults")
    assert shown_rows(page) == ["flush"]
    assert page.locator(".beside.fault .sign").inner_text() == "✗"


def test_configurations_can_be_left_out_of_sight(reader: Opens) -> None:
    page = reader().opens(BESIDE)
    page.get_by_label("↳ configurations").uncheck(force=True)
    assert page.locator(".beside").count() == 0
    assert "hide=alpha%3Asafe" in page.evaluate("location.hash")
    page.get_by_label("↳ configurations").check(force=True)
    assert page.locator(".beside").count() == 2


def test_a_column_offers_what_was_played_and_nothing_else(reader: Opens) -> None:
    page = reader().opens(BESIDE, at="#/cell/load")
    options = page.get_by_label("Implementation of column 1").locator("option").all_inner_texts()
    assert options == ["alpha", "beta"]


def test_settings_of_a_configuration_stand_below(reader: Opens) -> None:
    header = structs.replace(
        BESIDE.header,
        implementations=[
            structs.replace(one, configuration={"safe": True, "args": {"n": 1}}) if one.cases else one
            for one in BESIDE.header.implementations
        ],
    )
    page = reader().opens(BESIDE._replace(header=header), at="#/cell/flush?show=alpha@sqlite,alpha:safe@sqlite")
    found = [
        text.count('Configured with safe=True, args={"n": 1}.') for text in page.locator(".below").all_inner_texts()
    ]
    assert found == [0, 1]


def test_a_configuration_can_decide(reader: Opens) -> None:
    page = reader().opens(BESIDE, at="#/choose")
    form = page.locator("fieldset.markform", has_text="Title of flush")
    form.get_by_label("must").check(force=True)
    form.get_by_label("sent late; once").check()
    assert page.locator(".deciding ul li").all_inner_texts() == [
        "✗ alpha: sent at once", "✓ alpha:safe: sent late; once", "✗ beta: sent at once",
    ]  # fmt: skip
    page.get_by_text("Read it here").click()
    assert "  - alpha:safe: sent late; once\n" in page.locator(".result-pane pre").inner_text()


def test_what_a_configuration_did_before_is_compared(reader: Opens) -> None:
    now = configured(cell(), cell("alpha:safe", outcome="sent never"))
    page = reader().opens(configured(cell(), SAFE), now, at="#/changes")
    assert page.locator(".changes .scroller tbody td").all_inner_texts()[:2] == ["sent late; once", "sent never"]


def test_a_report_with_configurations_is_compared_when_it_is_given(reader: Opens, tmp_path: Path) -> None:
    newer = tmp_path / "newer.jsonl"
    newer.write_bytes(as_lines(BESIDE))
    page = reader().opens(BESIDE)
    page.set_input_files("#file", newer)
    page.wait_for_selector(".changes")
    assert page.inner_text("#title") == "None of 8 cells behaves otherwise"
