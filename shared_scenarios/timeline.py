"""The evidence of one cell: what the three witnesses wrote down, in order, and questions to ask of it.

Everything here is plain data. It is made once while an answer plays, stored in the report file, and read
again by scenarios, views and tests; nothing in it reaches back to an ORM or a database.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

Scalar = bool | int | float | str | None
Rows = dict[str, list[list[Scalar]]]
State = Literal["none", "open", "failed"]
Action = Literal[
    "opened", "refused", "closed", "left open", "asked to cancel", "cut", "ended by the server"
]  # fmt: skip
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
ENDS = ("COMMIT", "ROLLBACK")
WRITER = "second writer"
_WORD = re.compile(r"\w+")


def touches(text: str, name: str) -> bool:
    """Whether a statement names a table or a column, quoted or bare."""
    return name in _words(text)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of the answer, or of a helper that it called: `file` is relative to the implementation's root."""

    file: str
    number: int
    function: str
    code: str


class Failure(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An exception as it was raised. `code` is the database's own: an SQLSTATE or an SQLite result name."""

    type: str
    text: str
    code: str | None = None


class Look(msgspec.Struct, omit_defaults=True):
    """One object, seen without touching it.

    `state` is the ORM's own word. `fields` holds the values that the object carries in memory, `expired` the names
    it would have to load, `changed` the names not yet sent. `label` is given by the stage, the same for the same
    object within a timeline; values that JSON has no form for become text there.
    """

    type: str
    state: str
    fields: dict[str, Any]
    key: Any = None
    label: str = ""
    expired: list[str] = []
    changed: list[str] = []


class Statement(msgspec.Struct, tag="statement", tag_field="event", omit_defaults=True):
    """One statement as the database received it; `sequence` is its start, `end` its return.

    `tag` is the server's word for what it did, where that is not the statement's own verb: PostgreSQL answers the
    COMMIT of a failed transaction with `ROLLBACK`. `exact` is False where no answer told the state `after`.
    Statements of one `group` were sent together and stand or fall together. `fault` tells what was done to the line.
    """

    sequence: int
    connection: str
    verb: str
    text: str
    before: State
    end: int | None = None
    after: State | None = None
    values: list[Scalar] = []
    returned: int | None = None
    affected: int | None = None
    error: Failure | None = None
    lines: list[Line] = []
    role: Literal["work", "housekeeping"] = "work"
    actor: str = "answer"
    tag: str | None = None
    exact: bool = True
    group: int = 0
    fault: str = ""

    def touches(self, table: str) -> bool:
        """Whether the statement names `table`, quoted or bare."""
        return touches(self.text, table)

    def waits(self, waiting: "Waiting") -> bool:
        """Whether it is this statement that waits there."""
        until = float("inf") if self.end is None else self.end
        return waiting.connection == self.connection and self.sequence < waiting.sequence < until


class Connection(msgspec.Struct, tag="connection", tag_field="event", omit_defaults=True):
    """A connection was opened, closed (`before` tells in which state) or left open at the end of the answer.

    `error` is the server's, where it refused the connection or ended it.
    """

    sequence: int
    connection: str
    action: Action
    before: State = "none"
    lines: list[Line] = []
    error: Failure | None = None


class Checkpoint(msgspec.Struct, tag="checkpoint", tag_field="event", omit_defaults=True):
    """All three witnesses looked: `objects` in memory, rows `committed` as a second connection sees them.

    `error` is what the attempt that ends here raised. `locked` says that the observer was refused a look.
    """

    sequence: int
    name: str
    committed: Rows
    objects: dict[str, Look | Scalar | list[Look]] = {}
    error: Failure | None = None
    locked: bool = False
    lines: list[Line] = []


class Intervention(msgspec.Struct, tag="intervention", tag_field="event"):
    """Something the scenario did to the answer from outside, e.g. made its next COMMIT fail."""

    sequence: int
    what: str


class Waiting(msgspec.Struct, tag="waiting", tag_field="event", omit_defaults=True):
    """From here on the statement that is running on `connection` waits for what `holder` has locked.

    `released_by` is the verb of the statement of the holder with which the waiting ended.
    """

    sequence: int
    connection: str
    holder: str
    released_by: str = ""


Event = Statement | Connection | Checkpoint | Intervention | Waiting


class Timeline:
    """The events of one cell, oldest first, with the questions that readings ask."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self._points = {event.name: event for event in events if isinstance(event, Checkpoint)}
        self._sent = [
            event
            for event in events
            if isinstance(event, Statement) and event.actor == "answer" and event.role == "work"
        ]

    def at(self, name: str) -> Checkpoint:
        """The checkpoint `name`; KeyError if the answer never reached it."""
        return self._points[name]

    def look(self, name: str, subject: str) -> Look:
        """The object `subject` at checkpoint `name`; TypeError if a plain value was shown there."""
        seen = self.at(name).objects[subject]
        if not isinstance(seen, Look):
            raise TypeError(f"{subject!r} at {name!r} is {seen!r}, not an object")
        return seen

    def checkpoints(self) -> list[Checkpoint]:
        """Every checkpoint reached."""
        return list(self._points.values())

    def statements(self, *verbs: str, table: str = "", after: str = "", until: str = "") -> list[Statement]:
        """The answer's own statements: of these verbs, on this table, sent between two checkpoints."""
        start = self.at(after).sequence if after else 0
        stop = self.at(until).sequence if until else float("inf")
        return [
            statement
            for statement in self._sent
            if start < statement.sequence < stop
            and (not verbs or statement.verb in verbs)
            and (not table or statement.touches(table))
        ]

    def others(self, *verbs: str, after: str = "") -> list[Statement]:
        """Statements of these verbs that were not the answer's, after a checkpoint."""
        start = self.at(after).sequence if after else 0
        sent = [e for e in self.events if isinstance(e, Statement) and e.actor != "answer" and e.sequence > start]
        return [statement for statement in sent if not verbs or statement.verb in verbs]

    def begins(self, until: str = "") -> list[Statement]:
        """Statements with which a transaction began: a BEGIN, or whatever came first where there is none."""
        return [s for s in self.statements(until=until) if s.before == "none" and s.after == "open"]

    def rows(self, name: str, table: str) -> list[list[Scalar]]:
        """The rows of `table` that others saw at checkpoint `name`, ordered by id."""
        return self.at(name).committed[table]

    def connections(self) -> list[str]:
        """Every connection on which the answer did anything, in the order of appearance."""
        seen = [e.connection for e in self.events if isinstance(e, (Statement, Connection)) and _is_answers(e)]
        return list(dict.fromkeys(seen))


def _is_answers(event: Statement | Connection) -> bool:
    return isinstance(event, Connection) or event.actor == "answer"
