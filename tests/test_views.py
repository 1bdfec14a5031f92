"""Markdown and JSON show the matrix as it is, whatever stands in it."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from shared_scenarios.cell import Cell
from shared_scenarios.matrix import Matrix, compute
from shared_scenarios.timeline import Failure
from shared_scenarios.views.json_view import draw_json
from shared_scenarios.views.markdown import draw_markdown
from tests.handmade import cell, configured, poisoned, report

HOSTILE = [
    "a | b || c",
    "`code` ``more`",
    "<script>alert(1)</script>",
    "<!-- hidden",
    "&lt;b&gt; &amp; &#124;",
    "**bold** _it_ ~~gone~~ [link](javascript:x) ![i](x)",
    "back\\slash \\| and \\\\| end\\",
    "# title > quote - item",
    "https://example.org/?a=1|<b>",
]


def matrix(*cells: Cell) -> Matrix:
    return compute(report(*cells))


def parsed(*cells: Cell) -> list[Token]:
    """What a Markdown reader makes of the page."""
    return MarkdownIt("commonmark").enable("table").parse(draw_markdown(matrix(*cells)))


def texts(tokens: list[Token], place: str) -> list[str]:
    """The text of each table cell (`td`, `th`) or list item (`li`), as a reader sees it."""
    inline = {"li": "paragraph_open"}.get(place, f"{place}_open")
    return [_text(tokens[at + 1]) for at, token in enumerate(tokens) if token.type == inline]


def _text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type != "html_inline")


def kinds(tokens: list[Token]) -> set[str]:
    """Every kind of markup on the page, and every tag."""
    every = [child for token in tokens for child in [token, *(token.children or [])]]
    return {child.type + (child.content if child.type.startswith("html") else "") for child in every}


@pytest.mark.parametrize("text", HOSTILE)
def test_outcome_is_shown_letter_by_letter(text: str) -> None:
    row = texts(parsed(cell("alpha", outcome=text), cell("beta", outcome="harmless")), "td")
    assert row[0] == "≠"
    assert row[2:] == [text, "harmless"]


@pytest.mark.parametrize("text", HOSTILE)
def test_reason_and_exception_are_shown_letter_by_letter(text: str) -> None:
    failed = cell(outcome="", state="error", failure=Failure("ValueError", f"no {text}"), reason="answers.py:7")
    assert f"flush by alpha: error: ValueError: no {text} answers.py:7" in texts(parsed(failed), "li")


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_shown_letter_by_letter(text: str) -> None:
    tokens = parsed(cell(f"x{text}", f"y{text}"))
    assert texts(tokens, "th")[2] == f"x{text}"
    assert texts(tokens, "td")[1] == f"Title of y{text}y{text}"


@pytest.mark.parametrize("text", ["two\nlines", "tab\tand\r\nreturn", "line\u2028separator", "\n\n# title", "a\n| b |"])
def test_line_breaks_end_no_cell(text: str) -> None:
    tokens = parsed(cell(outcome=text), cell("beta", outcome="harmless"))
    assert texts(tokens, "td")[2:] == [" ".join(text.split()), "harmless"]
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_report_becomes_markup(text: str) -> None:
    plain = kinds(parsed(cell(), cell("beta", state="error", outcome="", reason="plain")))
    hostile = cell("beta", state="error", outcome="", reason=text)
    assert kinds(parsed(cell(outcome=text), hostile)) <= plain


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]) | st.sampled_from("|\\`<&*_[]\n ")))
def test_any_outcome_fills_one_cell_of_its_row(text: str) -> None:
    row = texts(parsed(cell(outcome=f"x{text}"), cell("beta", outcome="harmless")), "td")
    assert len(row) == 4
    assert row[3] == "harmless"


def test_nothing_in_a_report_reaches_a_terminal_raw() -> None:
    page = draw_markdown(compute(poisoned(report(cell(outcome="", state="error", reason="no")), "\x1b[2J\x9b\x07")))
    assert [letter for letter in page if not letter.isprintable() and letter != "\n"] == []
    assert draw_markdown(matrix(cell(outcome="\x1b[2J"))).count("x1b") == 1


def test_address_becomes_a_link_as_it_is() -> None:
    page = draw_markdown(matrix(cell(state="not applicable", outcome="", docs="https://example.org/a_b.html#c_d")))
    assert "<https://example.org/a_b.html#c_d>" in page


def test_page_names_versions_time_notes_legend_and_caveats() -> None:
    computed = matrix(cell(state="crashed", outcome="", reason="signal SIGSEGV"))
    page = draw_markdown(computed)
    for text in (
        "Python 3.11.7, alpha 1.0, SQLITE 3.0",
        computed.created,
        "1. flush by alpha: crashed: signal SIGSEGV",
    ):
        assert text in page
    for text in (*computed.caveats, *(f"`{sign}` {meaning}" for sign, meaning in computed.legend)):
        assert text in page


def test_rows_stand_under_their_theme_and_those_that_differ_are_marked() -> None:
    page = draw_markdown(matrix(cell(), cell("beta", outcome="later"), cell(scenario="load"), cell("beta", "load")))
    assert "## When SQL is sent" in page
    assert "| ≠ | Title of flush<br>`flush` | sent at once | later |" in page
    assert "|  | Title of load<br>`load` | sent at once | sent at once |" in page


SAFE = [cell("alpha:safe", outcome="sent | late"), cell("alpha:safe", "load")]


def test_what_a_configuration_changes_stands_under_the_outcome_of_its_base() -> None:
    page = draw_markdown(compute(configured(cell(), cell(scenario="load"), cell("beta"), cell("beta", "load"), *SAFE)))
    assert "|  | question | alpha | beta |" in page
    assert "| sent at once<br>↳ safe: sent \\| late | sent at once |" in page
    assert "| sent at once<br>safe: the same | sent at once |" in page
    assert "; 1 cells changed by a configuration." in page


def test_where_a_configuration_changes_something_is_said() -> None:
    there = [cell(name, database="mariadb") for name in ("alpha", "alpha:safe")]
    page = draw_markdown(compute(configured(cell(), SAFE[0], *there)))
    assert "| sent at once<br>↳ safe on sqlite: sent \\| late<br>safe on mariadb: the same |" in page


def test_what_is_applicable_to_neither_is_not_said_of_the_configuration() -> None:
    not_applicable = {"state": "not applicable", "outcome": "", "reason": "no session"}
    page = draw_markdown(compute(configured(cell(**not_applicable), cell("alpha:safe", **not_applicable))))
    assert "safe:" not in page


def test_json_is_the_whole_matrix_and_reads_back_as_it() -> None:
    computed = matrix(cell(outcome="a\x1b[31m|\n"), cell("beta", state="crashed", outcome="", reason="signal 9"))
    assert msgspec.json.decode(draw_json(computed), type=Matrix) == computed
    assert draw_json(computed).endswith("}\n")
