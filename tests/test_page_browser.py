"""The page in a real browser: every control, by mouse and by keyboard, in light and dark, wide and narrow."""

import json

import msgspec

from shared_scenarios.cell import Cell
from shared_scenarios.matrix import Column, Matrix, Row, compute
from shared_scenarios.report.records import Report, in_order
from shared_scenarios.timeline import Event, Statement, Waiting
from shared_scenarios.views.words import configured as configured_lines
from tests.browser import OPENED, PAGE, Opens, shown_rows, until
from tests.handmade import cell, checkpoint, eventful, poisoned, report
from tests.large import large

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>'\"&amp;\u202e"


def test_every_cell_is_unpacked_as_it_was_recorded(reader: Opens, recorded: Report) -> None:
    for given in (recorded, report(eventful()), poisoned(report(eventful()), HOSTILE)):
        page = reader().opens(given)
        unpacked = page.evaluate("() => reports[0].rows.flatMap(row => row.cells.map(cell => rawText(cell)))")
        assert [_cell(text) for text in unpacked] == in_order(given.header, given.cells)


def _cell(text: str) -> Cell:
    return msgspec.convert({"record": "cell", **json.loads(text)}, Cell)


def test_what_is_worked_out_from_sql_agrees_with_the_observer(reader: Opens, recorded: Report) -> None:
    """At every checkpoint of every cell; where it does not, the picture between two checkpoints would be a tale."""
    looks, wrong = reader().opens(recorded).evaluate(WORKED_OUT)
    assert looks > len(recorded.cells)
    assert wrong == []


WORKED_OUT = """() => {
  let looks = 0;
  const wrong = [];
  for (const row of reports[0].rows) for (const cell of row.cells) {
    const timeline = cell.timeline, world = new World(rowsAtFirst(timeline));
    for (const { event, phase } of momentsOf(timeline)) {
      if (event.event === "statement" && phase !== "sent") world.statement(event, keyOf(timeline, event));
      if (event.event === "connection") world.connection(event);
      if (event.event !== "checkpoint" || event.locked) continue;
      const seen = storedRows(event.committed), own = world.committed ?? seen;
      if (own.length !== seen.length || !seen.every(row => own.some(one => matches(one, row)))) {
        wrong.push(`${row.name} by ${cellKey(cell)} at ${event.name}`);
      }
      looks++;
      world.observe(seen);
    }
  }
  return [looks, wrong];
}"""


def test_matrix_shows_every_outcome(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    shown = page.locator("td .entry").evaluate_all("entries => entries.map(entry => entry.title)")
    matrix = compute(recorded)
    assert shown == [text for row in matrix.rows for column in matrix.columns for text in _texts(matrix, row, column)]


def _texts(matrix: Matrix, row: Row, column: Column) -> list[str]:
    """What stands in a cell: the outcome, and what configurations make of it."""
    own = row.entries[matrix.columns.index(column)]
    lines = configured_lines(matrix, row, column.implementation)
    return [*([own.text] if own else []), *(line.entry.text for line in lines)]


def test_only_what_differs_is_what_the_matrix_says(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at="#/?only=differs")
    assert shown_rows(page) == [row.name for row in compute(recorded).rows if row.differs]


def test_filters_stand_in_the_address(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    page.fill("#search", "flush")
    page.select_option("#theme", "autoflush")
    page.select_option("#only", "differs")
    page.get_by_label("peewee", exact=True).uncheck(force=True)
    filtered = shown_rows(page)
    assert 0 < len(filtered) < len(recorded.header.questions)
    assert page.locator("thead th").count() == len(compute(recorded).columns)
    address = page.evaluate("location.hash")
    again = reader().opens(recorded, at=address)
    assert shown_rows(again) == filtered
    assert again.input_value("#search") == "flush"


def test_only_faults(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    page.select_option("#only", "faults")
    assert all(page.locator(f"tr[data-row='{name}'] .fault").count() for name in shown_rows(page))


def test_nothing_fits(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    page.fill("#search", "no such word")
    page.get_by_role("link", name="Show everything").click()
    assert len(shown_rows(page)) == len(recorded.header.questions)


def test_one_database_of_several(reader: Opens) -> None:
    cells = [cell("alpha", outcome="kept", database="sqlite"), cell("alpha", outcome="lost", database="postgresql")]
    page = reader().opens(report(*cells))
    assert page.locator(".entry small").all_inner_texts() == ["sqlite", "postgresql"]
    page.get_by_label("postgresql").check(force=True)
    assert page.locator(".entry").all_inner_texts() == ["=\nall the same:\nlost"]
    assert "db=postgresql" in page.evaluate("location.hash")


def test_cell_is_reached_by_its_address(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at=f"{OPENED}&at=3")
    assert page.locator(".head select").evaluate_all("all => all.map(one => one.value)") == [
        "sqlalchemy", "sqlite", "django", "sqlite",
    ]  # fmt: skip
    assert page.locator("#scrubber").input_value() == "3"
    assert page.locator(".item.now").count() > 0


def test_row_that_is_not_there_is_named(reader: Opens, recorded: Report) -> None:
    assert "no row called nowhere/at-all" in reader().opens(recorded, at="#/cell/nowhere/at-all").inner_text("main")


def test_scrubber_by_buttons_keys_and_dragging(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at=f"{OPENED}&at=0")
    at = page.locator("#scrubber")
    page.get_by_label("Step forward").click()
    page.keyboard.press("ArrowRight")
    assert at.input_value() == "2"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("]")
    assert page.locator(".checkpoint.now").inner_text() == "◆ loaded"
    assert "at=" + at.input_value() in page.evaluate("location.hash")
    box = at.bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert at.input_value() == at.get_attribute("max")
    page.get_by_label("To the beginning").click()
    assert page.locator(".item.done").count() == 0


def test_scrubber_plays_to_the_end(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at=f"{OPENED}&at=0")
    page.clock.install()
    page.get_by_label("Play", exact=True).click()
    page.clock.run_for(60_000)
    assert page.locator("#scrubber").input_value() == page.locator("#scrubber").get_attribute("max")
    assert page.get_by_label("Play", exact=True).count() == 1


def test_picture_tells_a_written_row_from_a_committed_one(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at="#/cell/key-before-commit?show=sqlalchemy@sqlite&at=0")
    page.get_by_role("button", name="◆ sent").first.click()
    assert page.locator(".transaction .row.new").count() == 1
    assert page.locator(".committed .row").count() == 0
    assert "others do not see it" in page.inner_text(".story")
    page.get_by_role("button", name="◆ committed").first.click()
    assert page.locator(".transaction .row").count() == 0
    assert page.locator(".committed .row.everyone").count() == 1


def test_a_statement_that_waits_is_seen_waiting(reader: Opens) -> None:
    page = reader().opens(report(cell(timeline=_two_writers())), at="#/cell/flush?at=3")
    assert page.locator(".item.now .band").get_attribute("data-state") == "waiting"
    assert page.inner_text(".transaction .caption") == "waits for another connection"
    page.get_by_label("Step forward").click()
    assert "everyone" in page.inner_text(".story")
    page.get_by_label("Step forward").click()
    assert page.inner_text(".transaction .caption") == "open: only this connection sees it"


def _two_writers() -> list[Event]:
    """The second is sent before the first commits, and returns after it."""
    update = "UPDATE kols SET is_vip = ? WHERE id = ?"
    return [
        Statement(1, "c1", "UPDATE", update, "none", 2, "open", [1, 1], affected=1),
        Statement(3, "c2", "BEGIN", "BEGIN", "none", 4, "open"),
        Statement(5, "c2", "UPDATE", update, "open", 9, "open", [0, 1], affected=1),
        Waiting(6, "c2", "c1", "COMMIT"),
        Statement(7, "c1", "COMMIT", "COMMIT", "open", 8, "none"),
        checkpoint("written", {"kols": [[1, "@ada", True, None]], "tweets": []}, sequence=10),
    ]


def test_all_three_answers_can_stand_side_by_side(reader: Opens, recorded: Report) -> None:
    page = reader(viewport={"width": 1600, "height": 1000}).opens(recorded, at=OPENED)
    page.get_by_role("button", name="compare another").click()
    until(page, "opened.cells.length === 3")
    page.get_by_label("Implementation of column 3").select_option("peewee")
    until(page, "opened.cells[2].implementation === 'peewee'")
    page.get_by_label("Remove django").click()
    until(page, "opened.cells.length === 2")
    assert "show=sqlalchemy%40sqlite%2Cpeewee%40sqlite" in page.evaluate("location.hash")


def test_below_stand_explanation_source_command_and_evidence(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at=OPENED)
    text = page.locator(".below").first.inner_text()
    assert "autoflush=False" in text
    assert "ormatrix show read-helper-flushes/object --orm sqlalchemy --database sqlite" in text
    assert "SQLAlchemy 2.1" in text
    assert page.locator(".below a").first.get_attribute("href", timeout=1000) == (
        "https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing"
    )
    page.get_by_text("Raw evidence").first.click()
    assert json.loads(page.locator(".below pre").first.inner_text())["implementation"] == "sqlalchemy"


def test_keyboard_alone_is_enough(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type("helper")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('entry')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#scrubber")
    before = page.locator("#scrubber").input_value()
    page.keyboard.press("ArrowRight")
    assert page.locator("#scrubber").input_value() != before
    page.keyboard.press("Escape")
    page.wait_for_selector("#search")
    assert page.input_value("#search") == "helper"


def test_hostile_text_stays_text(reader: Opens) -> None:
    one = reader()
    page = one.opens(poisoned(report(eventful("alpha"), eventful("beta", outcome="other")), HOSTILE))
    assert HOSTILE.replace("\u202e", "\\u202e") in page.inner_text("main")
    for link in (".entry", "text=Choose"):
        page.locator(link).first.click()
        page.wait_for_timeout(100)
        assert page.locator("main script, main img, main style").count() == 0
        assert "owned" not in page.title().replace(HOSTILE, "")
        page.go_back()


def test_ten_thousand_cells(reader: Opens) -> None:
    page = reader().opens(large(278, 12, ("sqlite", "postgresql", "mariadb")))
    assert len(shown_rows(page)) == 278
    page.fill("#search", "scenario-277")
    assert shown_rows(page) == ["scenario-277"]


def test_marks_stand_in_the_address_and_in_the_record(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at="#/choose")
    form = page.locator("fieldset.markform", has_text="An object's fields after a rollback: the change had been sent")
    form.get_by_label("must").check(force=True)
    form.get_by_label("keeps the rolled-back value").check()
    rows = page.locator(".result-pane table").first.locator("tbody tr").all_inner_texts()
    assert {row.split("\t")[0] for row in rows if "1 of 1" in row} == {
        "django",
        "django-async",
        "peewee",
        "peewee-async",
    }
    again = reader().opens(recorded, at=page.evaluate("location.hash"))
    again.get_by_text("Read it here").click()
    written = again.locator(".result-pane pre").inner_text()
    for part in (
        "## Context",
        "## Decision drivers",
        "## Options",
        "## Outcome",
        "## Consequences",
        "#/cell/fields-after",
    ):
        assert part in written


def test_facts_besides_behaviour_stand_apart_with_source_and_date(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at="#/choose")
    known = json.loads((PAGE / "known.json").read_text())
    cells = page.locator(".known tbody td")
    assert sorted(cells.all_inner_texts()) == sorted(
        f"{fact['says']}\n\n{fact['source'].removeprefix('https://')}, read {fact['read']}" for fact in known
    )
    assert "Not measured" in page.inner_text(".known")


def test_the_version_of_a_column_is_that_of_its_orm(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded)
    columns = {column.implementation for column in compute(recorded).columns}
    players = [one for one in recorded.header.implementations if one.name in columns]
    own = [next(v for name, v in one.versions.items() if one.name.startswith(name.lower())) for one in players]
    assert page.locator("thead th small").all_inner_texts() == own


def test_a_cell_without_a_result_says_so(reader: Opens) -> None:
    crashed = cell("alpha", outcome="", state="crashed", reason="the process ended with signal 11")
    page = reader().opens(report(crashed, cell("beta", timeline=[checkpoint("flushed")])))
    assert page.locator(".entry.failed").inner_text().split() == ["!", "crashed:", "crashed"]
    page.locator(".entry.failed").click()
    page.wait_for_selector(".reason")
    assert "signal 11" in page.inner_text(".reason")


def test_a_story_begins_where_all_have_written(reader: Opens, recorded: Report) -> None:
    page = reader().opens(recorded, at="#/cell/key-before-commit?show=sqlalchemy@sqlite,django@sqlite,peewee@sqlite")
    assert page.locator(".transaction .row.new").count() == 3
    assert page.locator(".committed .row").count() == 0


def test_a_long_name_breaks_between_its_words(reader: Opens) -> None:
    page = reader().opens(report(cell(outcome="raises TransactionManagementError; at once")))
    assert page.locator(".entry b").inner_html() == "raises Transaction<wbr>Management<wbr>Error"
    assert page.locator(".entry b").inner_text() == "raises TransactionManagementError"
