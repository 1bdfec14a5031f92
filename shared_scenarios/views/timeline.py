"""The timeline of a cell in lines of text, under its checkpoints; views only give them a place and a colour."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from shared_scenarios.cell import Cell
from shared_scenarios.timeline import (
    Checkpoint,
    Connection,
    Event,
    Failure,
    Intervention,
    Look,
    Rows,
    Scalar,
    Statement,
    Waiting,
)
from shared_scenarios.views.code import Code
from shared_scenarios.views.steps import Part, lines_run, steps
from shared_scenarios.views.words import printable

Kind = Literal["code", "sql", "error", "event", "object", "observer"]
Shown = Look | bool | int | float | str | None | list[Look]
LONGEST = 160
COLUMNS = ("id", "twitter_handle", "is_vip", "last_checked_at", "text", "kol_id")  # of rows, as the observer reads them
BANDS = {"none": "┆", "open": "┃", "failed": "╳"}  # the state of the transaction, along the side


class Entry(NamedTuple):
    """One line: what it is, and its text."""

    kind: Kind
    text: str


class Section(NamedTuple):
    """What happened up to a checkpoint and what was seen there; the last one, after all checkpoints, has no name."""

    checkpoint: str
    entries: list[Entry]


def sections(cell: Cell) -> list[Section]:
    """The timeline, cut at its checkpoints, with the lines of code that ran."""
    made: list[Section] = []
    entries: list[Entry] = []
    code = Code(cell)
    for event in steps(cell.timeline):
        ran = lines_run(event)
        if ran is not None:
            entries.extend(Entry("code", printable(line)) for line in code.up_to(ran, isinstance(event, Checkpoint)))
        entries.extend(Entry(entry.kind, printable(entry.text)) for entry in _entries(event))
        if isinstance(event, Checkpoint):
            made.append(Section(printable(event.name), entries))
            entries = []
    return [*made, Section("", entries)] if entries else made


def as_text(cell: Cell) -> str:
    """The whole cell as plain text, for a failure message or a log."""
    head = f"{cell.case} by {cell.implementation} on {cell.database}: {cell.outcome or cell.state}"
    parts = (line for part in sections(cell) for line in _section_text(part))
    return "\n".join([*map(printable, [head, *_because(cell)]), *parts])


def _because(cell: Cell) -> Iterator[str]:
    yield from (f"broken promise: {promise}" for promise in cell.broken)
    if cell.failure:
        yield f"{cell.failure.type}: {cell.failure.text}"
    if cell.reason:
        yield cell.reason


def _section_text(part: Section) -> Iterator[str]:
    before = [entry for entry in part.entries if entry.kind not in ("object", "observer")]
    seen = [entry for entry in part.entries if entry.kind in ("object", "observer")]
    yield from (entry.text for entry in before)
    if part.checkpoint:
        yield f"-- {part.checkpoint} " + "-" * max(0, 60 - len(part.checkpoint))
    yield from (f"   {entry.text}" for entry in seen)


def _entries(event: Event | Part) -> Iterator[Entry]:
    if isinstance(event, Statement):
        yield from _sent(event, BANDS[event.after or event.before], _result(event))
        yield from _error(event)
    elif isinstance(event, Part) and event.over:
        who, band = event.statement.connection, BANDS[event.statement.after or event.statement.before]
        yield Entry("event", f"     {band} {who} goes on: {event.statement.verb}{_result(event.statement)}")
        yield from _error(event.statement)
    elif isinstance(event, Part):
        yield from _sent(event.statement, BANDS[event.statement.before], "")
    elif isinstance(event, Connection):
        rolled_back = ", its open transaction is rolled back" if event.before == "open" else ""
        yield Entry("event", f"     {event.connection} {event.action}{rolled_back}")
    elif isinstance(event, Intervention):
        yield Entry("event", f"     from outside: {event.what}")
    elif isinstance(event, Waiting):
        released = f", until its {event.released_by}" if event.released_by else ""
        yield Entry("event", f"     {event.connection} waits for the {event.holder}{released}")
    else:
        yield from _checkpoint(event)


def _sent(event: Statement, band: str, result: str) -> Iterator[Entry]:
    who = event.connection if event.actor == "answer" else event.actor
    if event.role == "housekeeping":
        yield Entry("event", f"     {band} {who}: (housekeeping) {_short(event.text, 40)}{result}")
    else:
        values = f"  ({', '.join(_value(value) for value in event.values)})" if event.values else ""
        yield Entry("sql", f"     {band} {who}: {_short(event.text)}{values}{result}")


def _error(event: Statement) -> Iterator[Entry]:
    if event.error:
        yield Entry("error", f"     {BANDS[event.after or event.before]} {_failure(event.error)}")


def _result(event: Statement) -> str:
    if event.tag:
        return f"  -> the server answers {event.tag}"
    if event.returned is not None:
        return f"  -> {_count(event.returned, 'row')}"
    if event.affected is not None:
        return f"  -> {_count(event.affected, 'row')} affected"
    return ""


def _checkpoint(event: Checkpoint) -> Iterator[Entry]:
    if event.error:
        yield Entry("error", f"     raised {_failure(event.error)}")
    for name, seen in event.objects.items():
        yield Entry("object", f"  {name}: {_object(seen)}")
    yield Entry("observer", f"  others see: {'(locked)' if event.locked else _rows(event.committed)}")


def _failure(error: Failure) -> str:
    code = f" [{error.code}]" if error.code else ""
    return f"{error.type}{code}: {_short(error.text)}".lstrip()


def _object(seen: Shown) -> str:
    if isinstance(seen, list):
        return "; ".join(_object(one) for one in seen) or "(none)"
    if not isinstance(seen, Look):
        return _value(seen)
    parts = [f"{seen.label}, {seen.state}", ", ".join(f"{name}={_value(value)}" for name, value in _fields(seen))]
    if seen.changed:
        parts.append(f"not sent: {', '.join(seen.changed)}")
    if seen.expired:
        parts.append(f"expired: {', '.join(seen.expired)}")
    return " · ".join(part for part in parts if part)


def _fields(seen: Look) -> list[tuple[str, object]]:
    """The same fields always in one order, whichever ORM names them and whether or not they come from a file."""
    known = [(name, seen.fields[name]) for name in COLUMNS if name in seen.fields]
    return known + sorted((name, value) for name, value in seen.fields.items() if name not in COLUMNS)


def _rows(committed: Rows) -> str:
    kols = [_kol(*row) for row in committed.get("kols", [])]
    tweets = [_tweet(*row) for row in committed.get("tweets", [])]
    more = [_row(table, row) for table, rows in committed.items() if table not in ("kols", "tweets") for row in rows]
    return "; ".join([*kols, *tweets, *more]) or "no rows"


def _kol(key: object, handle: object, is_vip: object, checked: object) -> str:
    return f"kol {key} {handle} is_vip={is_vip}" + (f" last_checked_at={checked}" if checked is not None else "")


def _tweet(key: object, text: object, kol: object) -> str:
    return f"tweet {key} of kol {kol} {_value(text)}"


def _row(table: str, row: list[Scalar]) -> str:
    return f"{table} {', '.join(_value(value) for value in row)}"


def _value(value: object) -> str:
    return "NULL" if value is None else str(value)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _short(text: str, longest: int = LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
