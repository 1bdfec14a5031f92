"""Every control of the page by itself: the buttons, keys and links that the other tests do not need."""

from pathlib import Path

import pytest

from shared_scenarios.report.records import Report
from shared_scenarios.report.write import as_lines
from shared_scenarios.timeline import Checkpoint, Event, Look, Statement
from tests.browser import OPENED, Opens, shown_rows, until
from tests.handmade import cell, report

DROP = """content => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], "other.jsonl"));
  dispatchEvent(new DragEvent("dragover", { dataTransfer: transfer, cancelable: true }));
  const lit = document.body.classList.contains("dropping");
  dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
  return lit && !document.body.classList.contains("dropping");
}"""


@pytest.mark.parametrize(
    ("press", "before", "after"),
    [
        ("To the beginning", 4, 0),
        ("Step back", 4, 3),
        ("Step forward", 4, 5),
        ("To the next checkpoint", 0, 2),
        ("sent", 0, 5),
        ("[", 4, 2),
        ("[", 2, 0),
        ("]", 2, 5),
        ("ArrowLeft", 4, 3),
        ("ArrowRight", 4, 5),
        ("ArrowRight", 7, 7),
        ("ArrowLeft", 0, 0),
    ],
)
def test_a_step(reader: Opens, recorded: Report, press: str, before: int, after: int) -> None:
    at = f"#/cell/key-before-commit?show=sqlalchemy@sqlite,django@sqlite&at={before}"
    page = reader().opens(recorded, at=at)
    if press[0] in "[]A":
        page.keyboard.press(press)
    else:
        page.locator(".player").get_by_role("button", name=press, exact=True).click()
    assert page.input_value("#scrubber") == str(after)
    assert f"at={after}" in page.evaluate("location.hash")
    assert str(page.get_attribute("#scrubber", "aria-valuetext")).startswith(f"step {after} of 7")


def test_a_key_plays_and_pauses(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at=f"{OPENED}&at=0")
    page.clock.install()
    page.keyboard.press("p")
    page.clock.run_for(1500)
    page.keyboard.press("p")
    page.clock.run_for(5000)
    assert page.input_value("#scrubber") == "1"


def test_the_line_that_runs_is_lit_with_its_statement(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at="#/cell/key-before-commit?show=sqlalchemy@sqlite&at=3")
    assert page.locator(".listing .now code").inner_text().strip() == "session.flush()"
    assert [text.split()[1] for text in page.locator(".item.code.now").all_inner_texts()] == ["session.flush()"]
    assert page.locator(".item.sql.now .verb").all_inner_texts() == ["INSERT"]


def test_statements_stand_in_the_order_in_which_the_database_received_them(reader: Opens, recorded: Report) -> None:
    given = [one for one in recorded.cells if one.case == "read-helper-flushes/object" and one.timeline][:3]
    for one in given:
        page = reader().opens(recorded, at=f"#/cell/{one.case}?show={one.implementation}@sqlite")
        sent = [event.verb for event in one.timeline if isinstance(event, Statement)]
        assert page.locator(".item.sql .verb").all_inner_texts() == sent


def test_fields_that_change_expire_or_are_not_sent_look_so(reader: Opens) -> None:
    first = Look("Kol", "persistent", {"id": 1, "is_vip": False}, 1, "kol#1")
    second = Look("Kol", "persistent", {"id": 1, "is_vip": True}, 1, "kol#1", changed=["is_vip"])
    third = Look("Kol", "expired", {"id": 1}, 1, "kol#1", expired=["is_vip"])
    timeline: list[Event] = [
        Checkpoint(at, name, {"kols": [], "tweets": []}, {"kol": look})
        for at, (name, look) in enumerate((("a", first), ("b", second), ("c", third)), 1)
    ]
    page = reader().opens(report(cell(timeline=timeline)), at="#/cell/flush?at=1")
    found = []
    for _ in timeline:
        field = page.locator(".object .field", has_text="is_vip")
        found.append((page.inner_text(".object em"), field.get_attribute("class"), field.locator("dd").inner_text()))
        page.get_by_label("Step forward").click()
    assert found == [
        ("persistent", "field", "false"),
        ("persistent", "field unsent fresh", "true\nnot sent"),
        ("expired", "field expired", "expired"),
    ]


BAND = "one => getComputedStyle(one).borderLeft + getComputedStyle(one).background"


@pytest.mark.parametrize("state", ["none", "open", "failed"])
def test_a_band_tells_the_state_of_the_transaction(reader: Opens, state: str) -> None:
    other = [one for one in ("none", "open", "failed") if one != state]
    looks = []
    for one in (state, *other):
        sent = Statement(1, "c1", "SELECT", "SELECT 1", one, 2, one, returned=1)  # type: ignore[arg-type]
        page = reader().opens(report(cell(timeline=[sent])), at="#/cell/flush")
        looks.append(page.locator(".item .band").evaluate(BAND))
    assert looks[0] not in looks[1:]


def test_an_answer_is_shown_and_left_out_by_its_name(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at=OPENED)
    page.locator(".chip", has_text="peewee,").click()
    until(page, "opened.cells.length === 3")
    page.locator(".chip", has_text="django,").click()
    until(page, "opened.cells.map(cellKey).join() === 'sqlalchemy@sqlite,peewee@sqlite'")


def test_neighbours_of_a_row(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at=OPENED)
    names = page.evaluate("reports[0].rows.map(row => row.name)")
    place = names.index("read-helper-flushes/object")
    for link, name in (("next", names[place + 1]), ("previous", names[place])):
        page.get_by_role("link", name=link).click()
        until(page, f"opened.row.name === {name!r}")
        assert page.evaluate("document.activeElement === document.body || document.activeElement.id === 'title'")


def test_theme_alone_filters(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    page.select_option("#theme", "autoflush")
    own = [one for one in recorded.header.questions if one.theme == "autoflush"]
    assert shown_rows(page) == [f"{one.scenario}/{one.variant}".removesuffix("/") for one in own]


def test_marks_are_about_the_database_that_is_chosen(reader: Opens) -> None:
    cells = [cell(outcome="kept"), cell(outcome="lost", database="postgresql")]
    page = reader().opens(report(*cells), at="#/choose?marks=m~flush")
    assert "kept" in page.locator(".markform .outcomes").inner_text()
    page.get_by_label("postgresql").check(force=True)
    until(page, "document.querySelector('.result-pane h2').textContent.endsWith('postgresql')")
    assert "lost" in page.locator(".markform .outcomes").inner_text()


def test_a_row_on_which_all_meet_the_mark_does_not_decide(reader: Opens) -> None:
    page = reader().opens(report(cell("alpha"), cell("beta")), at="#/choose?marks=m~flush")
    assert page.locator(".deciding").count() == 0
    assert "None: all meet the same marks." in page.inner_text(".result-pane")


def test_a_report_is_compared_when_it_is_dropped(reader: Opens) -> None:
    page = reader().opens(report(cell(outcome="kept")))
    newer = report(cell(outcome="lost"), created="2027-01-01T00:00:00+00:00")
    assert page.evaluate(DROP, as_lines(newer).decode())
    page.wait_for_selector(".changes")
    assert page.locator(".changes .scroller tbody td").all_inner_texts()[:2] == ["kept", "lost"]


def test_focus_and_place_after_a_change_of_view(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.evaluate("scrollTo(0, 3000)")
    page.locator("tr:not(.theme) .entry").nth(60).evaluate("one => one.click()")
    until(page, "document.activeElement.id === 'title' && scrollY === 0")
    page.keyboard.press("Escape")
    until(page, "shownView === 'matrix' && scrollY === 3000")


OUTLINE = """one => {
  const style = getComputedStyle(one.matches(".switch input") ? one.nextSibling : one);
  return style.outlineStyle + style.outlineWidth;
}"""


def test_focus_is_seen(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.locator(":focus").evaluate(OUTLINE) == "solid3px"


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_asks_for_that(reader: Opens, recorded: Report, motion: str, moves: bool) -> None:
    page = reader(reduced_motion=motion).opens(recorded, at="#/cell/key-before-commit?show=sqlalchemy@sqlite&at=3")
    names = page.locator(".picture *").evaluate_all("all => all.map(one => getComputedStyle(one).animationName)")
    assert any(name != "none" for name in names) == moves


def test_evidence_is_copied_whole(reader: Opens, recorded: Report) -> None:
    page = reader(permissions=["clipboard-read", "clipboard-write"]).opens(recorded, at=OPENED)
    page.get_by_text("Raw evidence").first.click()
    page.get_by_role("button", name="Copy the evidence").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".below pre").first.inner_text()


def test_the_policy_of_the_page_refuses_what_would_leave_it(reader: Opens, tmp_path: Path) -> None:
    one = reader()
    page = one.opens(report(cell()))
    assert page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')") == "refused"
    assert "Content Security Policy" in " ".join(one.wrong)
    one.wrong.clear()
