"""The timeline of a cell in lines of text, under its checkpoints; views only give them a place and a colour."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from shared_scenarios.cell import Cell
from shared_scenarios.timeline import Checkpoint, Connection, Event, Failure, Intervention, Line, Look, Rows, Statement

Kind = Literal["code", "sql", "error", "event", "object", "observer"]
Shown = Look | bool | int | float | str | None | list[Look]
LONGEST = 160


class Entry(NamedTuple):
    """One line: what it is, and its text."""

    kind: Kind
    text: str


class Section(NamedTuple):
    """What happened up to a checkpoint and what was seen there; the last one, after all checkpoints, has no name."""

    checkpoint: str
    entries: list[Entry]


def sections(cell: Cell) -> list[Section]:
    """The timeline, cut at its checkpoints."""
    made: list[Section] = []
    entries: list[Entry] = []
    lines: list[Line] = []
    for event in cell.timeline:
        if not isinstance(event, Intervention):
            entries.extend(_code(event.lines, lines))
            lines = event.lines
        entries.extend(_entries(event))
        if isinstance(event, Checkpoint):
            made.append(Section(event.name, entries))
            entries = []
    return [*made, Section("", entries)] if entries else made


def as_text(cell: Cell) -> str:
    """The whole cell as plain text, for a failure message or a log."""
    head = f"{cell.case} by {cell.implementation} on {cell.database}: {cell.outcome or cell.state}"
    return "\n".join([head, *_because(cell), *(line for part in sections(cell) for line in _section_text(part))])


def _because(cell: Cell) -> Iterator[str]:
    yield from (f"broken promise: {promise}" for promise in cell.broken)
    if cell.failure:
        yield f"{cell.failure.type}: {cell.failure.text}"
    if cell.reason:
        yield cell.reason


def _section_text(part: Section) -> Iterator[str]:
    before = [entry for entry in part.entries if entry.kind not in ("object", "observer")]
    seen = [entry for entry in part.entries if entry.kind in ("object", "observer")]
    yield from (f"  {entry.text}" for entry in before)
    if part.checkpoint:
        yield f"-- {part.checkpoint} " + "-" * max(0, 60 - len(part.checkpoint))
    yield from (f"     {entry.text}" for entry in seen)


def _code(lines: list[Line], last: list[Line]) -> Iterator[Entry]:
    """The lines that sent an event, unless the event before came from the very same ones."""
    if lines == last or not lines:
        return
    for depth, line in enumerate(lines):
        if not line.code.startswith("stage.") and not line.code.startswith("with stage.attempt"):
            arrow = "↳ " if depth else ""
            yield Entry("code", f"{arrow}{PurePosixPath(line.file).name}:{line.number}  {line.code}")


def _entries(event: Event) -> Iterator[Entry]:
    if isinstance(event, Statement):
        yield from _statement(event)
    elif isinstance(event, Connection):
        rolled_back = ", its open transaction is rolled back" if event.before == "open" else ""
        yield Entry("event", f"  {event.connection} {event.action}{rolled_back}")
    elif isinstance(event, Intervention):
        yield Entry("event", f"  from outside: {event.what}")
    else:
        yield from _checkpoint(event)


def _statement(event: Statement) -> Iterator[Entry]:
    band = {"none": "┆", "open": "┃", "failed": "╳"}[event.after or event.before]
    values = f"  ({', '.join(_value(value) for value in event.values)})" if event.values else ""
    who = event.connection if event.actor == "answer" else event.actor
    upkeep = "  [housekeeping]" if event.role == "housekeeping" else ""
    yield Entry("sql", f"  {band} {who}: {_short(event.text)}{values}{_result(event)}{upkeep}")
    if event.error:
        yield Entry("error", f"  {band} {_failure(event.error)}")


def _result(event: Statement) -> str:
    if event.returned is not None:
        return f"  -> {_count(event.returned, 'row')}"
    if event.affected is not None:
        return f"  -> {_count(event.affected, 'row')} affected"
    return ""


def _checkpoint(event: Checkpoint) -> Iterator[Entry]:
    if event.error:
        yield Entry("error", f"  raised {_failure(event.error)}")
    for name, seen in event.objects.items():
        yield Entry("object", f"{name}: {_object(seen)}")
    yield Entry("observer", f"others see: {'(locked)' if event.locked else _rows(event.committed)}")


def _failure(error: Failure) -> str:
    code = f" [{error.code}]" if error.code else ""
    return f"{error.type}{code}: {_short(error.text)}"


def _object(seen: Shown) -> str:
    if isinstance(seen, list):
        return "; ".join(_object(one) for one in seen) or "(none)"
    if not isinstance(seen, Look):
        return _value(seen)
    parts = [f"{seen.label}, {seen.state}", ", ".join(f"{name}={_value(value)}" for name, value in seen.fields.items())]
    if seen.changed:
        parts.append(f"not sent: {', '.join(seen.changed)}")
    if seen.expired:
        parts.append(f"expired: {', '.join(seen.expired)}")
    return " · ".join(part for part in parts if part)


def _rows(committed: Rows) -> str:
    parts = [f"{table} {' '.join(_row(row) for row in rows)}" for table, rows in committed.items() if rows]
    return ", ".join(parts) or "no rows"


def _row(row: list[bool | int | float | str | None]) -> str:
    return f"({', '.join(_value(value) for value in row)})"


def _value(value: object) -> str:
    return "NULL" if value is None else str(value)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
