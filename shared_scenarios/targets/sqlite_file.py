"""The file under test as the harness holds it: its head tells of commits, and who has a lock on it can be asked.

Scenario after scenario finds the same rows in it: it is written over in place where nobody has it open any more, so
that the observer's connection, which is dear to open, stays. Its change counter then goes on, and tells the observer.
Source: https://www.sqlite.org/fileformat2.html#the_database_header, https://www.sqlite.org/lockingv3.html
"""

import fcntl
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

OURS = 0x6F726D78  # "ormx", as SQLite's application_id
MAGIC = b"SQLite format 3\0"  # how a file begins
VERSIONS, COUNTER, COOKIE, SIGNATURE, VALID_FOR, HEAD = 18, 24, 40, 68, 92, 96  # places in the head, and its length
ROLLBACK_JOURNAL = b"\1\1"  # the versions of a file whose commits change the counter; those in a log do not
BESIDE = ("-journal", "-wal", "-shm")  # what SQLite keeps beside the file
# A lock of this process would not hinder it, but for a lock of an open file. Linux has these, where it has 64 bits.
_LOCK = "hhqqi4x"
CAN_ASK = hasattr(fcntl, "F_OFD_GETLK") and sys.maxsize > 1 << 32
_PENDING, _SHARED, _READERS = 0x40000000, 0x40000002, 510
_FREE = struct.pack("h", fcntl.F_UNLCK)
_PENDING_LOCK = struct.pack(_LOCK, fcntl.F_RDLCK, os.SEEK_SET, _PENDING, 1, 0)
_ANY_LOCK = struct.pack(_LOCK, fcntl.F_WRLCK, os.SEEK_SET, _PENDING, _SHARED - _PENDING + _READERS, 0)


class DatabaseFile:
    """One file, until it is closed. To close it lets go of every lock that this process has on it."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path, self._content = path, content
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(self._file, content)

    def head(self) -> bytes:
        """The first bytes, which no commit leaves as they are, unless it goes into a log."""
        return os.pread(self._file, HEAD, 0)

    def may_keep_readers_out(self) -> bool:
        """Whether a writer has the lock, or waits to have it, that keeps readers out; True where nobody can tell."""
        return not CAN_ASK or self._hinders(_PENDING_LOCK)  # who has all locks, has this one too

    def can_be_overwritten(self) -> bool:
        """Whether it is still what it was made as: with the same schema, no log, no journal, and no lock on it."""
        head = self.head()
        same = head[COOKIE : COOKIE + 4] == self._content[COOKIE : COOKIE + 4] and keeps_a_journal(head)
        return same and not os.path.lexists(f"{self.path}-journal") and not (CAN_ASK and self._hinders(_ANY_LOCK))

    def overwrite(self, content: bytes) -> None:
        """Other rows and the same schema. Whoever has read the file before learns from its counter that it changed."""
        counter = (int.from_bytes(self.head()[COUNTER : COUNTER + 4]) + 1).to_bytes(4)
        head = content[:COUNTER] + counter + content[COUNTER + 4 : VALID_FOR] + counter
        os.pwrite(self._file, head + content[HEAD:], 0)
        os.ftruncate(self._file, len(content))

    def close(self) -> None:
        """Only when nobody who still has it open is of any interest."""
        os.close(self._file)

    def _hinders(self, wish: bytes) -> bool:
        """Whether somebody holds a lock that this one would have to wait for."""
        return fcntl.fcntl(self._file, fcntl.F_OFD_GETLK, wish)[:2] != _FREE


def keeps_a_journal(head: bytes) -> bool:
    """Whether commits go into the file itself, and are counted in its head."""
    return head[VERSIONS : VERSIONS + 2] == ROLLBACK_JOURNAL


def is_ours(path: Path) -> bool:
    """Read from its head: to connect to a file may change it, where somebody has left a log beside it."""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(HEAD)
        return head.startswith(MAGIC) and head[SIGNATURE : SIGNATURE + 4] == OURS.to_bytes(4)
    return False


def remove_ours(path: Path) -> None:
    """Remove the database of a worker that was killed before it could; what is not ours stays."""
    if is_ours(path):
        remove_files(str(path))


def remove_files(path: str) -> None:
    """The file and what SQLite keeps beside it."""
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            os.unlink(path + suffix)  # noqa: PTH108  # in every run once per scenario or less; a Path takes longer
