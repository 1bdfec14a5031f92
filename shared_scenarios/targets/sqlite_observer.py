"""The observer of an SQLite file: a second connection, which reads the rows where the file tells that they changed.

A commit changes the file's head, and whether a lock would keep a reader out can be asked without taking one: so most
looks cost nothing, and disturb nobody. Where the file cannot tell, every look is a read by SQLite.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from shared_scenarios.targets.sqlite_file import DatabaseFile, keeps_a_journal
from shared_scenarios.timeline import Rows


class Asked(NamedTuple):
    """One statement for the rows of all tables, so that they are of one moment: each has its table's number and its key
    before it, and is as long as the longest. `widths` are how many columns each table has.
    """

    text: str
    widths: tuple[tuple[str, int], ...]


def ask_for(observed: Mapping[str, Sequence[str]]) -> Asked:
    """The statement for these columns of these tables."""
    longest = max(map(len, observed.values()))
    parts = (
        f"SELECT {number}, id, {', '.join([*names, *['NULL'] * (longest - len(names))])} FROM {table}"  # noqa: S608  # names of the catalogue
        for number, (table, names) in enumerate(observed.items())
    )
    widths = tuple((table, len(names)) for table, names in observed.items())
    return Asked(f"{' UNION ALL '.join(parts)} ORDER BY 1, 2", widths)


class Observer:
    """Looks at one file. `begin` tells it which rows the file has been made with, and how to ask for them."""

    def __init__(self, file: DatabaseFile, connect: Callable[[], sqlite3.Connection]) -> None:
        self._file, self._connect = file, connect
        self._connection: sqlite3.Connection | None = None

    def begin(self, rows: Rows, asked: Asked) -> None:
        """A scenario begins."""
        self._rows, self._asked = rows, asked
        self._head = self._file.head()

    def look(self) -> Rows | None:
        """The committed rows, read by one statement in no transaction; None while the file is locked."""
        head = self._file.head()
        if head != self._head or not keeps_a_journal(head) or self._file.may_keep_readers_out():
            try:
                self._rows = committed(self._connected(), self._asked)
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


def committed(connection: sqlite3.Connection, asked: Asked) -> Rows:
    """The rows of each table."""
    rows: Rows = {table: [] for table, _ in asked.widths}
    for number, _, *row in connection.execute(asked.text):
        table, width = asked.widths[number]
        rows[table].append(row[:width])
    return rows
