"""The observer of an SQLite file: a second connection, which reads the rows where the file tells that they changed.

A commit changes the file's head, and whether a lock would keep a reader out can be asked without taking one: so most
looks cost nothing, and disturb nobody. Where the file cannot tell, every look is a read by SQLite.
"""

import sqlite3
from collections.abc import Callable, Mapping

from shared_scenarios.targets.sqlite_file import DatabaseFile, keeps_a_journal
from shared_scenarios.timeline import Rows


class Observer:
    """Looks at one file. `begin` tells it which rows the file has been made with, and how they are read."""

    def __init__(self, file: DatabaseFile, connect: Callable[[], sqlite3.Connection]) -> None:
        self._file, self._connect = file, connect
        self._connection: sqlite3.Connection | None = None

    def begin(self, rows: Rows, selects: Mapping[str, str]) -> None:
        """A scenario begins."""
        self._rows, self._selects = rows, selects
        self._head = self._file.head()

    def look(self) -> Rows | None:
        """The committed rows, each table read by one statement in no transaction; None while the file is locked."""
        head = self._file.head()
        if head != self._head or not keeps_a_journal(head) or self._file.may_keep_readers_out():
            try:
                self._rows = committed(self._connected(), self._selects)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY":
                    raise
                return None
            self._head = head
        return self._rows

    def close(self) -> None:
        """Let go of the file."""
        if self._connection:
            self._connection.close()
        self._file.close()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection


def committed(connection: sqlite3.Connection, selects: Mapping[str, str]) -> Rows:
    """The rows of each table."""
    return {table: [list(row) for row in connection.execute(text)] for table, text in selects.items()}
