"""A report file is read back as it was written, or refused with its name, the cause and the cure."""

import json
import re
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it comes without types

from shared_scenarios.errors import BadReport
from shared_scenarios.report.read import parse_report, read_report
from shared_scenarios.report.records import FORMAT, Report
from shared_scenarios.report.schema import schema
from shared_scenarios.report.write import as_lines
from tests.handmade import cell, configured, edited, eventful, report, signed

WHOLE = report(eventful(), cell("beta", outcome="sent at commit"), cell(scenario="load"), cell("beta", "load"))
CONTENT = as_lines(WHOLE)
LINES = CONTENT.splitlines(keepends=True)
RECORDED = sorted(Path(__file__).with_name("outcomes").rglob("*.jsonl"))


def refusal(content: bytes) -> str:
    """What is said of a file that is no report: its name, the cause, and a hint at the cure."""
    with pytest.raises(BadReport) as refused:
        parse_report(content, "some/report.jsonl")
    assert "some/report.jsonl" in refused.value.message
    assert refused.value.hint.endswith(".")
    return refused.value.message


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "report.jsonl").write_bytes(CONTENT)
    assert read_report(tmp_path / "report.jsonl") == WHOLE


@pytest.mark.parametrize("kinds", [("sqlite", "mariadb"), ("mariadb", "sqlite")])
def test_databases_are_read_in_the_order_in_which_they_were_asked_for(kinds: tuple[str, ...]) -> None:
    cells = [cell(database=kind) for kind in kinds]
    made = report(*cells)
    header = msgspec.structs.replace(made.header, databases={kind: {} for kind in kinds})
    assert list(parse_report(as_lines(Report(header, cells)), "x").header.databases) == list(kinds)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.parent.parent.name)
def test_recorded_outcomes_are_what_would_be_written_today(path: Path) -> None:
    assert as_lines(read_report(path)) == path.read_bytes()


def test_header_comes_first_then_every_cell_then_the_footer_that_counts_them() -> None:
    records = [json.loads(line) for line in LINES]
    assert [record["record"] for record in records] == ["header", "cell", "cell", "cell", "cell", "footer"]
    assert records[-1]["cells"] == 4
    assert records[-1]["states"] == {"observed": 4}


def test_cells_stand_row_by_row_in_whatever_order_they_were_finished() -> None:
    assert as_lines(WHOLE._replace(cells=WHOLE.cells[::-1])) == CONTENT


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.parent.parent.name)
def test_every_line_is_valid_against_the_schema(path: Path) -> None:
    valid = Draft202012Validator(schema())
    for line in [*LINES, *path.read_bytes().splitlines()]:
        valid.validate(json.loads(line))


@pytest.mark.parametrize("change", [{"record": "page"}, {"state": "fine"}, {"scenario": None}, {"timeline": [{}]}])
def test_schema_refuses_what_is_no_line_of_a_report(change: dict[str, object]) -> None:
    assert not Draft202012Validator(schema()).is_valid(json.loads(edited(LINES[1], **change)))


@pytest.mark.parametrize("kept", range(1, len(LINES)))
def test_report_that_ends_after_any_of_its_lines_is_incomplete(kept: int) -> None:
    assert f"incomplete: it ends without a footer, after line {kept}" in refusal(b"".join(LINES[:kept]))


@pytest.mark.parametrize("last", range(1, len(LINES)))
def test_report_that_ends_in_the_middle_of_a_line_says_in_which(last: int) -> None:
    half = LINES[last][: len(LINES[last]) // 2]
    assert f"line {last + 1} cannot be understood (the file ends in the middle" in refusal(
        b"".join(LINES[:last]) + half
    )


def test_report_that_ends_in_its_first_line_is_no_report() -> None:
    assert "is not a report of ormatrix" in refusal(LINES[0][:-20])


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"{}", b"[1, 2]", b"null", b'{"record": "header"}', b'{"record":"header","format":"1"}',
     b"\x00\xff\xfe\x80", b"SQLite format 3\x00", b"<html>", b"[" * 100_000, b"\xef\xbb\xbf" + CONTENT],
    ids=lambda content: repr(content[:20]),
)  # fmt: skip
def test_foreign_file_is_no_report(content: bytes) -> None:
    assert "is not a report of ormatrix" in refusal(content)


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_other_json_is_no_report(value: object) -> None:
    refusal(json.dumps(value).encode())


@pytest.mark.parametrize("path", ["", "missing.jsonl"])
def test_folder_or_missing_file_cannot_be_read(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadReport, match=re.escape(f"{tmp_path / path} cannot be read")):
        read_report(tmp_path / path)


@pytest.mark.parametrize(("format", "cure"), [(FORMAT + 1, "Install a newer ormatrix"), (0, "Write it again")])
def test_report_of_another_format_is_refused_whatever_else_it_holds(format: int, cure: str) -> None:  # noqa: A002
    with pytest.raises(BadReport, match=f"has format {format}; this ormatrix reads format {FORMAT}") as refused:
        parse_report(b'{"record":"header","format":%d,"novelty":[]}\nwhatever' % format, "new.jsonl")
    assert refused.value.hint.startswith(cure)


DOCTORED = {
    "another outcome": [LINES[0], LINES[1].replace(b"sent at once", b"sent at last"), *LINES[2:]],
    "another fact": [LINES[0], LINES[1].replace(b'"statements":2', b'"statements":3'), *LINES[2:]],
    "other versions": [LINES[0].replace(b"3.11.7", b"3.11.8"), *LINES[1:]],
    "a cell removed": [*LINES[:2], *LINES[3:]],
    "a cell doubled": [*LINES[:2], *LINES[1:]],
    "a cell in the place of another": [*LINES[:2], LINES[1], *LINES[3:]],
    "lines swapped": [LINES[0], LINES[2], LINES[1], *LINES[3:]],
    "an empty line": [*LINES[:2], b"\n", *LINES[2:]],
}


@pytest.mark.parametrize("lines", DOCTORED.values(), ids=DOCTORED)
def test_doctored_report_is_refused(lines: list[bytes]) -> None:
    assert re.search("was changed after it was written|cannot be understood", refusal(b"".join(lines)))


@pytest.mark.parametrize("name", ["a cell removed", "a cell doubled", "a cell in the place of another"])
def test_doctored_report_with_a_digest_that_fits_still_lacks_what_its_header_announces(name: str) -> None:
    assert "does not hold the cells that its header announces" in refusal(signed(DOCTORED[name]))


SPARSE = as_lines(configured(cell(), cell("alpha:safe"), cell(scenario="load"))).splitlines(keepends=True)


def test_cells_that_nobody_was_asked_for_are_not_missing() -> None:
    assert [one.key[:3] for one in parse_report(b"".join(SPARSE), "x").cells] == [
        ("flush", "", "alpha"), ("flush", "", "alpha:safe"), ("load", "", "alpha"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        [*SPARSE[:2], *SPARSE[3:]],
        [SPARSE[0].replace(b'"cases":["flush"]', b'"cases":["load"]'), *SPARSE[1:]],
        [SPARSE[0].replace(b'"cases":["flush"]', b'"cases":["flush","load"]'), *SPARSE[1:]],
        [SPARSE[0].replace(b'"cases":["flush"]', b'"cases":[]'), *SPARSE[1:]],
        [SPARSE[0].replace(b'"cases":["flush"]', b'"cases":["flush"],"databases":["mariadb"]'), *SPARSE[1:]],
    ],
    ids=["cell removed", "asked of another", "asked of one more", "asked of all", "asked elsewhere"],
)
def test_doctored_configuration_with_a_digest_that_fits_is_refused(lines: list[bytes]) -> None:
    assert lines[0] != SPARSE[0] or len(lines) < len(SPARSE)
    footer = edited(lines[-1], cells=len(lines) - 2, states={"observed": len(lines) - 2})
    assert "does not hold the cells that its header announces" in refusal(signed([*lines[:-1], footer]))


@pytest.mark.parametrize("change", [{"cells": 3}, {"states": {"observed": 3, "crashed": 1}}, {"digest": "0" * 64}])
def test_footer_that_counts_otherwise_is_refused(change: dict[str, object]) -> None:
    refusal(b"".join(LINES[:-1]) + edited(LINES[-1], **change))


@pytest.mark.parametrize("content", [CONTENT * 2, LINES[0] + CONTENT, signed([*LINES, *LINES])])
def test_two_files_put_together_point_to_the_command_that_does_it(content: bytes) -> None:
    with pytest.raises(BadReport, match="header or footer in its middle: two files put together") as refused:
        parse_report(content, "both.jsonl")
    assert "ormatrix combine" in refused.value.hint


def test_report_with_something_after_its_footer_is_incomplete() -> None:
    assert "ends without a footer" in refusal(CONTENT + LINES[1])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(CONTENT) - 1), st.binary(max_size=3)), min_size=1, max_size=4))
def test_changed_bytes_give_the_report_as_it_was_or_none(changes: list[tuple[int, bytes]]) -> None:
    content = CONTENT
    for place, put in changes:
        content = content[:place] + put + content[place + 1 :]
    with suppress(BadReport):
        assert parse_report(content, "fuzzed") == WHOLE
