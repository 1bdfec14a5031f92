"""A broken promise on the page: what avoids it is a link to the answer that does."""

import pytest

from shared_scenarios.report.records import Report
from tests.browser import Opens
from tests.handmade import BROKEN, avoided, cell

LOST = cell(variant="plain", **BROKEN)
KEPT = cell(variant="safely", outcome="stored")
AT = "#/cell/flush/plain?show=alpha@sqlite"


def test_what_avoids_it_is_a_link_to_the_same_implementation_there(reader: Opens) -> None:
    page = reader().opens(avoided(LOST, KEPT, cell("beta", variant="plain"), cell("beta", variant="safely")), at=AT)
    assert page.inner_text(".avoided") == "Avoided by flush/safely."
    page.click(".avoided a")
    page.wait_for_function("location.hash.startsWith('#/cell/flush/safely')")
    assert page.evaluate("opened.cells.map(cellKey)") == ["alpha@sqlite"]


def test_a_configuration_that_avoids_it_opens_beside_it(reader: Opens) -> None:
    page = reader().opens(avoided(LOST, cell("alpha:safe", variant="plain")), at=AT)
    page.click("text=alpha:safe >> xpath=ancestor-or-self::a")
    page.wait_for_function("opened.cells.length === 2")
    assert page.evaluate("opened.cells.map(cellKey)") == ["alpha@sqlite", "alpha:safe@sqlite"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (avoided(LOST), ["Avoided by flush/safely."]),
        (avoided(LOST, cell(variant="safely", **BROKEN)), []),
        (avoided(cell(variant="plain"), KEPT), []),
    ],
    ids=["row is not here", "broken there too", "nothing is broken"],
)
def test_nothing_is_a_link_that_leads_nowhere(reader: Opens, made: Report, said: list[str]) -> None:
    page = reader().opens(made, at=AT)
    page.wait_for_selector(".below")
    assert page.locator(".avoided").all_inner_texts() == said
    assert page.locator(".avoided a").count() == 0
