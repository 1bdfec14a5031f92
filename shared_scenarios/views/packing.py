"""Reports as data of the page: every value once, and numbers in the places where it stands."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from shared_scenarios.cell import Cell
from shared_scenarios.report.records import Report, in_order
from shared_scenarios.timeline import Checkpoint, Connection, Event, Intervention, Line, Statement, Waiting

encode = msgspec.json.Encoder(order="deterministic").encode
CELL = ("state", "outcome", "facts", "broken", "reason", "failure", "explanation", "docs", "source", "timeline")
# The fields of an event but its sequence and its lines, as they follow each other in a packed one.
STATEMENT = (
    "connection", "verb", "text", "before", "end", "after", "values", "returned", "affected", "error",
    "role", "actor", "tag", "exact", "group", "fault",
)  # fmt: skip
USUAL = ("work", "answer", None, True, 0, "")


def packed(reports: Sequence[Report], legend: object, caveats: object) -> str:
    """The data of the page, as JSON."""
    pool = Pool()
    bodies = [
        {"header": report.header, "cells": [pool.cell(cell) for cell in in_order(report.header, report.cells)]}
        for report in reports
    ]
    data = {
        "legend": legend, "caveats": caveats, "cell": CELL, "statement": STATEMENT, "usual": USUAL,
        "reports": bodies, "pool": pool.values(),
    }  # fmt: skip
    # The order of a header's databases is the order of the columns: it stays as it is.
    return msgspec.json.encode(data).decode()


class Pool:
    """Values by number. Equal ones have the same number, so that an SQL text or a source stands in the page once."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._stacks: dict[tuple[Line, ...], int] = {}

    def values(self) -> list[msgspec.Raw]:
        """Every value, in the order of the numbers."""
        return [msgspec.Raw(value) for value in self._numbers]

    def number(self, value: object) -> int:
        """The number of a value."""
        return self._numbers.setdefault(encode(value), len(self._numbers))

    def cell(self, cell: Cell) -> list[int]:
        """The numbers of what a cell holds, in the order of `CELL`."""
        return [*(self.number(getattr(cell, name)) for name in CELL[:-1]), self.number(self._timeline(cell.timeline))]

    def _timeline(self, events: Sequence[Event]) -> list[Any]:
        """What happened and the lines that it came from, in turn; then the sequence, where it has overlaps."""
        flat = [number for event in events for number in self._event(event)]
        return [flat, [event.sequence for event in events]] if _overlap(events) else [flat]

    def _event(self, event: Event) -> Iterator[int]:
        if isinstance(event, Statement):
            yield self.number(self._statement(event))
        else:
            yield self.number(_bare(event))
        yield self._where(() if isinstance(event, Intervention | Waiting) else tuple(event.lines))

    def _where(self, lines: tuple[Line, ...]) -> int:
        """The number of a stack of lines. Encoding it takes longer than looking up whether it came before."""
        if lines not in self._stacks:
            n = self.number
            self._stacks[lines] = n([(n(x.file), x.number, n(x.function), n(x.code)) for x in lines])
        return self._stacks[lines]

    def _statement(self, event: Statement) -> tuple[Any, ...]:
        rest = (event.role, event.actor, event.tag, event.exact, event.group, event.fault)
        took = None if event.end is None else event.end - event.sequence
        return (
            event.connection, event.verb, self.number(event.text), event.before, took, event.after,
            event.values, event.returned, event.affected, event.error, *(() if rest == USUAL else rest),
        )  # fmt: skip


def _bare(event: Connection | Checkpoint | Intervention | Waiting) -> Event:
    """The event without what tells where it stands."""
    if isinstance(event, Intervention | Waiting):
        return msgspec.structs.replace(event, sequence=0)
    return msgspec.structs.replace(event, sequence=0, lines=[])


def _overlap(events: Sequence[Event]) -> bool:
    """Whether the sequence is not simply one after the other, as it is where a statement waits for another."""
    expected = 1
    for event in events:
        if event.sequence != expected:
            return True
        end = event.end if isinstance(event, Statement) else None
        expected = (end or event.sequence) + 1
    return False
