"""Reads a report, or says why it is none: truncated, foreign, too new, or changed after it was written."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from shared_scenarios.cell import Cell
from shared_scenarios.errors import BadReport
from shared_scenarios.report.records import FORMAT, Footer, Header, Report, expected, states

Record = Header | Cell | Footer
_decode = msgspec.json.Decoder(Record).decode
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # the last one by brackets without end
AGAIN = "Write it again with `ormatrix run`."


def read_report(path: Path) -> Report:
    """The report in a file; BadReport with the file's name, the line and the cause if it cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadReport(f"{path} cannot be read: {error.strerror}", "Name a report.jsonl that a run wrote.") from error
    return parse_report(content, str(path))


def parse_report(content: bytes, name: str) -> Report:
    """The report in these bytes; `name` is what errors call them."""
    lines = content.splitlines(keepends=True)
    _must_be_known(lines, name)
    records = [_record(line, name, number) for number, line in enumerate(lines, 1)]
    header, footer = records[0], records[-1]
    if not isinstance(header, Header):
        raise BadReport(f"{name} does not begin with a report's header", AGAIN)
    if not isinstance(footer, Footer):
        raise BadReport(f"{name} is incomplete: it ends without a footer, after line {len(lines)}", AGAIN)
    cells = _cells(records[1:-1], name)
    if sha256(b"".join(lines[:-1])).hexdigest() != footer.digest:
        raise BadReport(f"{name} was changed after it was written: its digest does not fit", AGAIN)
    return _complete(Report(header, cells), footer, name)


def _must_be_known(lines: Sequence[bytes], name: str) -> None:
    """The first line alone tells whether this is a report, and of which format."""
    try:
        first = msgspec.json.decode(lines[0]) if lines else None
    except UNREADABLE:
        first = None
    if not isinstance(first, dict) or first.get("record") != "header" or not isinstance(first.get("format"), int):
        raise BadReport(f"{name} is not a report of ormatrix", "Name a report.jsonl that `ormatrix run` wrote.")
    if first["format"] != FORMAT:
        cure = "Install a newer ormatrix to read it." if first["format"] > FORMAT else AGAIN
        raise BadReport(f"{name} has format {first['format']}; this ormatrix reads format {FORMAT}", cure)


def _record(line: bytes, name: str, number: int) -> Record:
    try:
        record: Record = _decode(line)
    except UNREADABLE as error:
        whole = "" if line.endswith(b"\n") else " (the file ends in the middle of it)"
        raise BadReport(f"{name}, line {number} cannot be understood{whole}: {error}", AGAIN) from error
    return record


def _cells(records: Sequence[Record], name: str) -> list[Cell]:
    cells = [record for record in records if isinstance(record, Cell)]
    if len(cells) != len(records):
        raise BadReport(
            f"{name} has a header or footer in its middle: two files put together?", "Use `ormatrix combine`."
        )
    return cells


def _complete(report: Report, footer: Footer, name: str) -> Report:
    keys = [cell.key for cell in report.cells]
    counted = (footer.cells, footer.states) == (len(keys), states(report.cells))
    if not counted or sorted(keys) != sorted(expected(report.header)):
        raise BadReport(f"{name} does not hold the cells that its header announces", AGAIN)
    return report
