"""The matrix is computed from a report and from nothing else."""

import copy
from typing import Any, get_args

import pytest

from shared_scenarios.cell import FAILED_STATES, Cell, CellState
from shared_scenarios.matrix import MARKS, Entry, Matrix, Row, compute
from shared_scenarios.report.records import Report
from shared_scenarios.timeline import Failure
from tests.handmade import cell, configured, report

Spec = dict[str, Any]
NOT: Spec = {"state": "not applicable", "outcome": "", "reason": "it has no session", "docs": "https://example.org/no"}
BROKEN: Spec = {"state": "promise broken", "outcome": "half stored", "broken": ["both rows or none", "no row is lost"]}
HUNG: Spec = {"state": "timed out", "outcome": "", "reason": "no end after 30 s"}


def matrix(*cells: Cell) -> Matrix:
    return compute(report(*cells))


def entries(row: Row) -> list[Entry]:
    return [entry for entry in row.entries if entry]


def texts(computed: Matrix) -> list[list[str]]:
    return [[entry.text for entry in entries(row)] for row in computed.rows]


def test_rows_are_questions_and_columns_implementations_on_databases() -> None:
    computed = matrix(
        cell("alpha", "flush", "a"), cell("beta", "flush", "b"), cell("alpha", "load", "c"), cell("beta", "load", "d")
    )
    assert [row.name for row in computed.rows] == ["flush", "load"]
    assert [(column.implementation, column.database) for column in computed.columns] == [
        ("alpha", "sqlite"), ("beta", "sqlite"),
    ]  # fmt: skip
    assert texts(computed) == [["a", "b"], ["c", "d"]]


def test_each_database_has_its_own_columns() -> None:
    computed = matrix(cell("alpha", outcome="here"), cell("alpha", outcome="there", database="postgresql"))
    assert texts(computed) == [["here", "there"]]
    assert [column.database for column in computed.columns] == ["sqlite", "postgresql"]


def test_variants_are_rows_of_their_own() -> None:
    assert [row.name for row in matrix(cell(variant="raw-key"), cell(variant="relation")).rows] == [
        "flush/raw-key", "flush/relation",
    ]  # fmt: skip


def test_place_of_a_cell_in_the_report_does_not_matter() -> None:
    cells = [cell("alpha", "flush"), cell("beta", "flush", "other"), cell("alpha", "load"), cell("beta", "load")]
    whole = report(*cells)
    assert compute(Report(whole.header, cells[::-1])) == compute(whole)


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ({}, {}, False),
        ({}, {"outcome": "sent at commit"}, True),
        ({"outcome": "half stored"}, BROKEN, True),
        (BROKEN, BROKEN, False),
        ({}, NOT, False),
        ({}, HUNG, False),
        (NOT, HUNG, False),
        ({}, {"facts": {"statements": 9}}, False),
    ],
    ids=["same", "other outcome", "one breaks a promise", "both break it", "one cannot", "one hangs", "none", "facts"],
)
def test_row_differs_where_outcomes_do(one: Spec, other: Spec, differs: bool) -> None:
    assert matrix(cell("alpha", **one), cell("beta", **other)).rows[0].differs is differs


def test_third_one_alone_makes_a_row_differ() -> None:
    assert matrix(cell("alpha"), cell("beta"), cell("gamma", outcome="later")).rows[0].differs


def test_cell_without_an_outcome_shows_its_state_and_sign() -> None:
    computed = matrix(cell("alpha", **NOT), cell("beta", **HUNG), cell("gamma", **BROKEN), cell("delta"))
    assert texts(computed) == [["not applicable", "timed out", "half stored", "sent at once"]]
    assert [entry.mark for entry in entries(computed.rows[0])] == ["–", "!", "✗", ""]


def test_every_state_has_a_sign_and_every_sign_is_in_the_legend() -> None:
    assert set(MARKS) == set(get_args(CellState))
    signs = [sign for sign, _ in matrix(cell()).legend]
    assert {mark for mark in MARKS.values() if mark} | {"≠", "↳", "[n]"} == set(signs)
    assert len(signs) == len(set(signs))


def test_notes_count_from_one_in_the_order_of_the_matrix() -> None:
    computed = matrix(cell("alpha", **NOT), cell("beta", **HUNG), cell("gamma"))
    assert [entry.note for entry in entries(computed.rows[0])] == [1, 2, 0]
    assert computed.notes == [
        "flush by alpha: not applicable: it has no session https://example.org/no",
        "flush by beta: timed out: no end after 30 s",
    ]


def test_what_holds_for_several_is_said_once() -> None:
    computed = matrix(cell("alpha", **NOT), cell("beta", **HUNG), cell("gamma", **NOT))
    assert [entry.note for entry in entries(computed.rows[0])] == [1, 2, 1]
    assert computed.notes[0].startswith("flush by alpha, gamma: ")


def test_same_words_about_another_question_are_another_note() -> None:
    computed = matrix(cell("alpha", "flush", **NOT), cell("alpha", "load", **NOT))
    assert [entries(row)[0].note for row in computed.rows] == [1, 2]


def test_what_an_implementation_is_without_is_said_once_for_all_questions_about_it() -> None:
    without: Spec = {**NOT, "reason": "it is asked only of implementations with asyncio", "docs": ""}
    computed = matrix(cell("alpha", "flush", **without), cell("alpha", "load", **without))
    assert [entries(row)[0].note for row in computed.rows] == [1, 1]
    assert computed.notes == ["flush, load by alpha: not applicable: it is asked only of implementations with asyncio"]


def test_note_of_a_broken_promise_names_each_of_them_and_explains() -> None:
    broken = cell(**BROKEN, explanation="Nobody said BEGIN.", docs="https://example.org/begin")
    assert matrix(broken).notes == [
        "flush by alpha: broken: both rows or none; no row is lost. Nobody said BEGIN. https://example.org/begin"
    ]


@pytest.mark.parametrize("state", FAILED_STATES)
def test_note_of_a_failed_cell_says_how_it_failed(state: CellState) -> None:
    failed = cell(outcome="", state=state, failure=Failure("ValueError", "no  such\nthing"), reason="answers.py:7")
    assert matrix(failed).notes == [f"flush by alpha: {state}: ValueError: no such thing answers.py:7"]


def test_counts_are_of_rows_of_differences_and_of_each_state() -> None:
    computed = matrix(
        cell("alpha", "flush"), cell("beta", "flush", **BROKEN), cell("alpha", "load", **NOT), cell("beta", "load")
    )
    assert computed.counts == {
        "rows": 2, "rows that differ": 1, "observed": 2, "promise broken": 1, "not applicable": 1,
    }  # fmt: skip


def test_same_report_gives_the_same_matrix_and_stays_as_it_is() -> None:
    given = report(cell("alpha", **NOT), cell("beta", **BROKEN))
    before = copy.deepcopy(given)
    assert compute(given) == compute(given)
    assert given == before


def test_matrix_carries_versions_and_caveats() -> None:
    computed = matrix(cell())
    assert computed.implementations[0].versions == {"alpha": "1.0"}
    assert computed.databases == {"sqlite": {"SQLITE": "3.0"}}
    assert computed.caveats


def computed_with(*cells: Cell) -> Matrix:
    return compute(configured(*cells))


SAFE = cell("alpha:safe", outcome="sent at commit")


def test_a_configuration_stands_in_the_cell_of_its_base_and_has_no_column() -> None:
    computed = computed_with(cell("alpha"), SAFE, cell("beta"), cell("alpha", "load"), cell("beta", "load"))
    assert [column.implementation for column in computed.columns] == ["alpha", "beta"]
    assert [player.name for player in computed.configurations] == ["alpha:safe"]
    assert [[(one.implementation, one.entry.text, one.changed) for one in row.configured] for row in computed.rows] == [
        [("alpha:safe", "sent at commit", True)], [],
    ]  # fmt: skip


def test_what_a_configuration_does_makes_no_row_differ() -> None:
    computed = computed_with(cell("alpha"), SAFE, cell("beta"))
    assert not computed.rows[0].differs
    assert computed.counts == {"rows": 1, "rows that differ": 0, "changed by a configuration": 1, "observed": 3}


def test_a_configuration_that_changes_nothing_on_a_database_has_the_entry_of_its_base() -> None:
    computed = computed_with(cell("alpha", **NOT), cell("alpha:safe", **NOT))
    (same,) = computed.rows[0].configured
    assert (same.changed, same.entry) == (False, computed.rows[0].entries[0])
    assert computed.notes == ["flush by alpha: not applicable: it has no session https://example.org/no"]
    assert "changed by a configuration" not in computed.counts


def test_a_configuration_compares_with_its_base_on_the_same_database() -> None:
    there = [cell(name, outcome="sent at commit", database="postgresql") for name in ("alpha", "alpha:safe")]
    computed = computed_with(cell("alpha"), SAFE, *there)
    assert [(one.database, one.changed) for one in computed.rows[0].configured] == [
        ("sqlite", True), ("postgresql", False),
    ]  # fmt: skip


def test_a_configuration_without_its_base_has_a_column_with_holes() -> None:
    computed = computed_with(SAFE, cell("beta"), cell("beta", "load"))
    assert [column.implementation for column in computed.columns] == ["alpha:safe", "beta"]
    assert [[entry and entry.text for entry in row.entries] for row in computed.rows] == [
        ["sent at commit", "sent at once"], [None, "sent at once"],
    ]  # fmt: skip
