"""What the page makes of its own data, and of another report that is given to it: whole, or not at all."""

from hashlib import sha256
from pathlib import Path

import pytest

from shared_scenarios.errors import BadReport
from shared_scenarios.report.read import parse_report
from shared_scenarios.report.records import Footer
from shared_scenarios.report.write import as_lines, encode
from shared_scenarios.views.html import draw_html
from tests.browser import Opens, until
from tests.handmade import cell, report


def signed(*lines: bytes) -> bytes:
    """These lines with a footer that fits them."""
    footer = Footer(len(lines) - 1, {"observed": len(lines) - 1}, sha256(b"".join(lines)).hexdigest())
    return b"".join(lines) + encode(footer) + b"\n"


WHOLE = as_lines(report(cell(outcome="kept")))


def test_a_page_that_lost_its_end_says_that_it_is_incomplete(reader: Opens, tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    file.write_text(draw_html(report(cell()))[:-5000])
    page = reader().page
    page.goto(file.as_uri())
    page.wait_for_timeout(200)
    assert "1 question, 1 implementation, 1 database." in page.inner_text("#waiting")
    assert "the file is incomplete" in page.inner_text("#waiting")


def test_a_page_whose_data_is_damaged_says_so(reader: Opens, tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    file.write_text(draw_html(report(cell())).replace("<!--", "<!--AAAA", 1))
    page = reader().page
    page.goto(file.as_uri())
    until(page, "document.getElementById('problem').textContent !== ''")
    assert "The data of this page is damaged" in page.inner_text("#problem")
    assert page.locator("#waiting").count() == 0


def test_a_browser_that_cannot_unpack_the_data_is_told(reader: Opens, tmp_path: Path) -> None:
    page = reader().page
    page.add_init_script("delete globalThis.DecompressionStream")
    file = tmp_path / "index.html"
    file.write_text(draw_html(report(cell())))
    page.goto(file.as_uri())
    until(page, "document.getElementById('problem').textContent !== ''")
    assert "Firefox 113" in page.inner_text("#problem")


def test_two_reports_show_what_changed(reader: Opens) -> None:
    before = report(cell("alpha", outcome="kept", facts={"n": 1}), cell("beta"), versions="1.0")
    after = report(cell("alpha", outcome="lost", facts={"n": 2}), cell("beta"), versions="2.0")
    page = reader().opens(before, after, at="#/changes")
    assert page.inner_text("#title") == "1 cell of 2 behave otherwise"
    (row,) = page.locator(".changes .scroller tbody tr").all_inner_texts()
    assert [part in row for part in ("alpha on sqlite", "kept", "lost", "n: 1 → 2")] == [True] * 4
    assert "alpha\t1.0\t2.0" in page.locator(".sides").inner_text()
    page.locator(".changes .scroller tbody a").click()
    page.wait_for_selector(".opened")
    assert "alpha on sqlite, before" in page.locator(".head").first.inner_text()
    assert page.locator(".head .outcome").all_inner_texts() == [
        "▲\noutcome 3 of 3:\nkept",
        "●\noutcome 1 of 3:\nlost",
    ]
    assert ["alpha 1.0" in text for text in page.locator(".versions").all_inner_texts()] == [True, False]


def test_a_report_is_compared_when_it_is_given(reader: Opens, tmp_path: Path) -> None:
    newer = tmp_path / "newer.jsonl"
    newer.write_bytes(as_lines(report(cell(outcome="lost"), created="2027-01-01T00:00:00+00:00")))
    page = reader().opens(report(cell(outcome="kept")))
    page.set_input_files("#file", newer)
    page.wait_for_selector(".changes")
    assert page.locator(".changes .scroller tbody td").all_inner_texts()[:2] == ["kept", "lost"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WHOLE.splitlines(keepends=True)[0], "is incomplete: it ends without a footer, after line 1"),
        (WHOLE[: WHOLE.rindex(b'{"record"')], "is incomplete"),
        (b"{}\n", "is not a report of ormatrix"),
        (b"", "is not a report of ormatrix"),
        (WHOLE[:-20], "line 3 cannot be understood (the file ends in the middle of it)"),
        (WHOLE.replace(b"kept", b"lost"), "was changed after it was written: its digest does not fit"),
        (WHOLE.replace(b'"digest":"', b'"digest":"0'), "was changed after it was written"),
        (signed(WHOLE.splitlines(keepends=True)[0]), "does not hold the cells that its header announces"),
        (WHOLE.replace(b'"cells":1', b'"cells":2'), "does not hold the cells that its header announces"),
        (WHOLE.replace(b'"states":{"observed":1}', b'"states":{"crashed":1}'), "does not hold the cells"),
        (signed(*WHOLE.splitlines(keepends=True)[:2] * 2), "has a header or footer in its middle"),
        (WHOLE + WHOLE, "has a header or footer in its middle"),
        (WHOLE.replace(b'"format":1', b'"format":2'), "has format 2; this page reads format 1"),
        (b"\xff\xfe" + WHOLE, "is not a report of ormatrix"),
    ],
)
def test_a_report_that_is_none_is_refused(reader: Opens, tmp_path: Path, content: bytes, said: str) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_bytes(content)
    page = reader().opens(report(cell()))
    page.set_input_files("#file", wrong)
    until(page, "document.getElementById('problem').textContent !== ''")
    assert said in page.inner_text("#problem")
    assert page.locator("table").count() == 1
    with pytest.raises(BadReport) as refused:
        parse_report(content, "wrong.jsonl")
    assert said.replace("this page", "this ormatrix") in str(refused.value)


def test_where_no_digest_can_be_checked_the_page_says_so(reader: Opens, tmp_path: Path) -> None:
    newer = tmp_path / "newer.jsonl"
    newer.write_bytes(WHOLE)
    one = reader()
    one.page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page = one.opens(report(cell(outcome="lost")))
    page.set_input_files("#file", newer)
    page.wait_for_selector(".changes")
    assert "newer.jsonl: Its digest was not checked" in page.inner_text("#problem")
