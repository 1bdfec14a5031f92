"""On a terminal everything is readable at any width, and nothing in a report gets hold of the terminal."""

import re
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from shared_scenarios.cell import Cell
from shared_scenarios.matrix import compute
from shared_scenarios.report.records import Report
from shared_scenarios.timeline import Failure
from shared_scenarios.views.show import TerminalTimelines
from shared_scenarios.views.terminal import TerminalMatrix
from shared_scenarios.views.timeline import as_text
from tests.handmade import cell, configured, eventful, poisoned, question, report
from tests.played import played

EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m\x7f\r\b\u202e"
WIDTHS = [60, 100, 200]
LONG = "Ω" * 170


def drawn(view: RenderableType, width: int, terminal: bool = False) -> str:
    """What is printed at a width; with colours if it is a terminal."""
    console = Console(
        file=StringIO(), width=width, highlight=False, force_terminal=terminal,
        color_system="standard" if terminal else "auto",
    )  # fmt: skip
    console.print(view)
    printed = console.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO above
    assert all(cell_len(_without_colours(line)) <= width for line in printed.splitlines())
    return str(printed)


def _without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def timelines(given: Report) -> TerminalTimelines:
    return TerminalTimelines(given.header.questions[0], given.cells)


@pytest.mark.parametrize("width", WIDTHS)
def test_matrix_of_all_implementations_fits_with_nothing_cut_off(width: int) -> None:
    printed = drawn(TerminalMatrix(compute(played())), width)
    assert "fields-after-rollback" in printed
    assert "…" not in printed


PLACES: dict[str, tuple[Cell, int]] = {
    "outcome": (cell(outcome=LONG), 1),
    "note": (cell(outcome="", state="error", reason=LONG), 1),
    "name and title of the row": (cell(scenario=LONG), 2),
    "name of the column, and its version": (cell(LONG), 2),
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("one", "times"), PLACES.values(), ids=PLACES)
def test_long_word_wraps_wherever_it_stands(width: int, one: Cell, times: int) -> None:
    printed = drawn(TerminalMatrix(compute(report(one, cell("beta", one.scenario, "later")))), width)
    assert printed.count("Ω") == times * len(LONG)
    assert "…" not in printed


@pytest.mark.parametrize(("width", "across"), [(60, False), (200, True)])
def test_implementations_stand_side_by_side_where_there_is_room(width: int, across: bool) -> None:
    cells = [cell(name, outcome=f"as {name}") for name in ("alpha", "beta", "gamma", "delta")]
    lines = drawn(TerminalMatrix(compute(report(*cells))), width).splitlines()
    assert any("as alpha" in line and "as delta" in line for line in lines) is across


def test_matrix_shows_signs_notes_legend_caveats_versions_and_counts() -> None:
    computed = compute(report(cell(), cell("beta", state="promise broken", outcome="half", broken=["both rows"])))
    printed = drawn(TerminalMatrix(computed), 200)
    for text in ("≠", "✗ half [1]", "[1] flush by beta: broken: both rows.", "≠ implementations differ in this row",
                 "What this can and cannot prove", "alpha 1.0", "1 rows x 2 columns"):  # fmt: skip
        assert text in printed
    assert " ".join(computed.caveats[0].split()) in " ".join(printed.split())


@pytest.mark.parametrize(("width", "said"), [(160, "↳ safe: late"), (60, "↳\u00a0alpha:safe")])
def test_what_a_configuration_changes_is_marked_at_every_width(width: int, said: str) -> None:
    cells = [cell(), cell("alpha:safe", outcome="late"), cell("beta"), cell("gamma")]
    printed = drawn(TerminalMatrix(compute(configured(*cells))), width)
    assert said in printed
    assert "late" in printed


@pytest.mark.parametrize(("width", "together"), [(60, 1), (100, 2), (160, 3)])
def test_timelines_stand_side_by_side(width: int, together: int) -> None:
    lines = drawn(timelines(report(eventful("alpha"), eventful("beta"), eventful("gamma"))), width).splitlines()
    heads = [line for line in lines if "on sqlite" in line]
    assert heads[0].count("on sqlite") == together
    assert sum(line.count("on sqlite") for line in heads) == 3


@pytest.mark.parametrize("width", [60, 100, 160])
def test_show_has_question_code_sql_objects_others_and_why(width: int) -> None:
    printed = drawn(timelines(report(eventful("alpha"))), width)
    flat = " ".join(printed.split())
    for text in ("Title of flush", "Does flush?", "Why flush.", "6 db.flush()", "↳ helpers.py:3 db.send(kol)",
                 "INSERT INTO kols VALUES (?, ?) (1, @ada)", "◆ flushed", "kol: kol#1, pending", "others see: (locked)",
                 "It waits.", "https://example.org/flush"):  # fmt: skip
        assert text in flat


def test_show_says_what_avoids_a_broken_promise() -> None:
    lost = cell(state="promise broken", outcome="lost", broken=["it is stored"])
    ways = {lost.key: ["flush/safely", "alpha:safe"]}
    shown = TerminalTimelines(question("flush"), [lost, cell("beta")], avoided=ways)
    printed = " ".join(drawn(shown, 100).split())
    assert "✗ broken promise: it is stored" in printed
    assert printed.count("Avoided by") == 1
    assert "Avoided by flush/safely, alpha:safe" in printed


@pytest.mark.parametrize("width", [100, 160])
def test_same_checkpoint_stands_on_the_same_line(width: int) -> None:
    lines = drawn(timelines(report(eventful("alpha"), eventful("beta"))), width).splitlines()
    assert [line.count("◆ flushed") for line in lines if "◆" in line] == [2]


def test_checkpoint_that_one_cell_never_reached_is_said_to_be_so() -> None:
    assert "not reached" in drawn(timelines(report(eventful("alpha"), cell("beta", state="crashed", outcome=""))), 100)


@pytest.mark.parametrize("width", [60, 100, 160])
def test_long_lines_of_a_timeline_wrap(width: int) -> None:
    printed = drawn(
        timelines(report(eventful("alpha", outcome="Ω" * 150), eventful("beta", explanation="Ω" * 150))), width
    )
    assert printed.count("Ω") == 300
    assert "…" not in printed


def both(given: Report) -> list[RenderableType]:
    """Everything that a report can be drawn as."""
    return [TerminalMatrix(compute(given)), timelines(given)]


def test_no_escape_codes_where_there_is_no_terminal() -> None:
    for view in both(report(eventful())):
        assert "\x1b" not in drawn(view, 100)
        assert "\x1b" in drawn(view, 100, terminal=True)


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_in_a_report_reaches_the_terminal_raw(terminal: bool) -> None:
    failed = cell("beta", state="error", outcome="", reason="no", broken=["both"], failure=Failure("Error", "bad"))
    for view in both(poisoned(report(eventful(), failed), EVIL)):
        printed = _without_colours(drawn(view, 100, terminal))
        assert "owned" in printed
        assert [letter for letter in printed if not letter.isprintable() and letter != "\n"] == []


def test_nothing_in_a_report_reaches_a_log_raw() -> None:
    text = as_text(poisoned(report(eventful(broken=["both"], reason="no")), EVIL).cells[0])
    assert "owned" in text
    assert [letter for letter in text if not letter.isprintable() and letter != "\n"] == []
