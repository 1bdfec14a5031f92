"""Which connections there are to an SQLite file, and whether any goes past the witness."""

import os
import sqlite3
import sys
from threading import get_ident
from typing import Any, Protocol
from weakref import ref

from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.timeline import Connection, Statement


class Recorded(Protocol):
    """A connection that is recorded. `play` is the cell it belongs to."""

    name: str
    play: int
    closed: bool

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open on it."""


class Wire:
    """Sees every connection to the file at `path`, whichever ORM, driver or thread opens it."""

    def __init__(self, recorder: Recorder, path: str) -> None:
        self.recorder, self.path = recorder, os.path.abspath(path)  # noqa: PTH100  # of text: a Path takes longer
        self._ours = 0  # the thread that opens a connection of the harness
        self._opened: list[ref[Recorded]] = []
        self._strangers = 0

    def watch(self) -> None:
        """Notice connections that go past it, too; later, because imports are full of audit events."""
        if not _AUDITED:
            sys.addaudithook(_audit)
            _AUDITED.append(self)

    def opened(self, connection: "Recorded") -> None:
        """A connection that is recorded; with `autocommit=False` the driver has begun before anybody could look."""
        recorder = self.recorder
        connection.name, connection.play = recorder.name_connection(), recorder.play
        self._opened.append(ref(connection))
        lines, _ = recorder.frames.here(2)  # of this, and of the connection
        recorder.events.append(Connection(recorder.next(), connection.name, "opened", lines=lines))
        if connection.in_transaction:
            start, end = recorder.next(), recorder.next()
            recorder.events.append(
                Statement(start, connection.name, "BEGIN", "BEGIN", "none", end, "open", lines=lines)
            )

    def left_open(self) -> None:
        """Note every connection of this cell that is still open; to be called when the answer has returned."""
        for connection in self._living():
            if connection.play == self.recorder.play:
                self.recorder.events.append(Connection(self.recorder.next(), connection.name, "left open"))

    def is_free(self) -> bool:
        """Whether every connection to the file is closed again. Of strangers nobody knows."""
        return not self._strangers and not self._living()

    def forget(self) -> None:
        """The file is gone: who still has it open, has another one than those who come."""
        self._opened.clear()
        self._strangers = 0

    def _living(self) -> list[Recorded]:
        found = [(one, connection) for one in self._opened if (connection := one()) is not None]
        found = [(one, connection) for one, connection in found if not connection.closed]
        self._opened = [one for one, _ in found]
        return [connection for _, connection in found]

    def connect_past(self, path: str, **options: Any) -> sqlite3.Connection:
        """A connection of the harness itself: recorded nowhere, and no stranger's either."""
        self._ours = get_ident()
        try:
            return sqlite3.Connection(path, isolation_level=None, **options)
        finally:
            self._ours = 0

    def stranger(self) -> None:
        """A connection is being opened. It is unseen until it turns out to be a recorded one."""
        if self._ours != get_ident():
            self.recorder.unseen += 1
            self._strangers += 1

    def known(self) -> None:
        """It was a recorded one, whether or not it could be opened."""
        self.recorder.unseen -= 1
        self._strangers -= 1


WIRES: list[Wire] = []
_AUDITED: list[Wire] = []  # a hook cannot be taken out again: one serves all


def wire_of(database: Any) -> Wire | None:
    """The wire of a database, by whatever name it is opened."""
    for wire in WIRES:
        if wire.path == database:  # as an ORM names it that is told the path
            return wire
    address = os.fsdecode(database)
    if address.startswith("file:"):
        address = address.removeprefix("file:").partition("?")[0]
    path = os.path.abspath(address)  # noqa: PTH100  # of text: a Path takes longer
    return next((wire for wire in WIRES if wire.path == path), None)


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect" and (wire := wire_of(args[0])):
        wire.stranger()
