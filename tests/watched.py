"""A database that the wire witness watches, and its record in words."""

import sqlite3
from pathlib import Path
from typing import Any

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.sqlite import install
from shared_scenarios.evidence.sqlite_wire import Wire
from shared_scenarios.timeline import Connection, Event, Statement

TABLES = """
CREATE TABLE kols (id INTEGER PRIMARY KEY, handle TEXT UNIQUE);
CREATE TABLE tweets (id INTEGER PRIMARY KEY, kol_id INTEGER REFERENCES kols (id) ON DELETE CASCADE);
"""
ADD = "INSERT INTO kols (handle) VALUES (?)"
HERE = Path(__file__).parent


class Watched:
    """Everything that is opened through it is closed at the end of the test."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "watched.db")
        self.recorder = Recorder(Frames(HERE))
        self.wire = Wire(self.recorder, self.path)
        install(self.wire)
        self.wire.watch()
        self._opened: list[sqlite3.Connection] = []
        past = self.wire.connect_past(self.path)
        past.executescript(TABLES)
        past.close()

    def connect(self, **options: Any) -> sqlite3.Connection:
        self._opened.append(sqlite3.connect(self.path, **options))
        return self._opened[-1]

    def close(self) -> None:
        for connection in self._opened:
            connection.close()

    @property
    def statements(self) -> list[Statement]:
        return [event for event in self.recorder.events if isinstance(event, Statement)]

    def story(self) -> list[str]:
        return [told(event) for event in self.recorder.events]


def told(event: Event) -> str:
    """`c1 opened`, `c1 INSERT none>open`, `c1 INSERT open>open IntegrityError`."""
    if isinstance(event, Statement):
        error = f" {event.error.type}" if event.error else ""
        return f"{event.connection} {event.verb} {event.before}>{event.after}{error}"
    if isinstance(event, Connection):
        return f"{event.connection} {event.action}"
    return type(event).__name__


def add(connection: sqlite3.Connection, *handles: str) -> None:
    """One INSERT each."""
    for handle in handles:
        connection.execute(ADD, (handle,))
