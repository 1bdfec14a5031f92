"""The observer of an SQLite file: a second connection, which reads the rows where the file tells that they changed.

A commit changes the counter in the file's head, and whether a lock would keep a reader out can be asked without taking
one: so most looks cost nothing, and disturb nobody. Where the file cannot tell, every look is a read by SQLite.
Source: https://www.sqlite.org/fileformat2.html#file_change_counter, https://www.sqlite.org/lockingv3.html
"""

import fcntl
import os
import sqlite3
import struct
import sys
from collections.abc import Callable, Mapping

from shared_scenarios.timeline import Rows

VERSIONS, HEAD = 18, 10  # the place of two format versions, and the bytes from them to the end of the change counter
ROLLBACK_JOURNAL = b"\1\1"  # the versions of a file whose commits change the counter; those in a log do not
PENDING, SHARED, READERS = 0x40000000, 0x40000002, 510
# A lock of this process would not hinder it, but for a lock of an open file. Linux has these, where it has 64 bits.
LOCKS = "hhqqi4x"
CAN_ASK = hasattr(fcntl, "F_OFD_GETLK") and sys.maxsize > 1 << 32
_FREE = struct.pack("h", fcntl.F_UNLCK)
_AS_READER = [struct.pack(LOCKS, fcntl.F_RDLCK, os.SEEK_SET, *place, 0) for place in ((PENDING, 1), (SHARED, READERS))]


class Observer:
    """Looks at one file, from when it is a fresh copy with these rows until it is removed."""

    def __init__(
        self, path: str, rows: Rows, selects: Mapping[str, str], connect: Callable[[], sqlite3.Connection]
    ) -> None:
        self._rows, self._selects, self._connect = rows, selects, connect
        self._connection: sqlite3.Connection | None = None
        self._file = os.open(path, os.O_RDONLY)
        self._head = self._read_head()

    def look(self) -> Rows | None:
        """The committed rows, each table read by one statement in no transaction; None while the file is locked."""
        head = self._read_head()
        if head != self._head or not head.startswith(ROLLBACK_JOURNAL) or _may_be_locked(self._file):
            try:
                self._rows = committed(self._connected(), self._selects)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY":
                    raise
                return None
            self._head = head
        return self._rows

    def close(self) -> None:
        """To close the file lets go of every lock that this process has on it: only when the cell is over."""
        if self._connection:
            self._connection.close()
        os.close(self._file)

    def _read_head(self) -> bytes:
        return os.pread(self._file, HEAD, VERSIONS)

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection


def _may_be_locked(file: int) -> bool:
    """Whether a writer has the lock, or waits to have it, that keeps readers out; True where nobody can tell."""
    return not CAN_ASK or any(fcntl.fcntl(file, fcntl.F_OFD_GETLK, wish)[:2] != _FREE for wish in _AS_READER)


def committed(connection: sqlite3.Connection, selects: Mapping[str, str]) -> Rows:
    """The rows of each table."""
    return {table: [list(row) for row in connection.execute(text)] for table, text in selects.items()}
