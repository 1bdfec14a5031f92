"""SQLite in a file: templates made once from the implementation's own schema, a byte copy of one per scenario.

The folder lies in memory where the system has such a place: durability is relaxed there equally for all, with no
setting changed that an ORM or its driver would leave alone.
"""

import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from shared_scenarios.errors import CannotRun
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.sqlite import install
from shared_scenarios.evidence.sqlite_wire import Wire
from shared_scenarios.evidence.wire.faults import Fault, When
from shared_scenarios.scenario import REFUSABLE, Row
from shared_scenarios.targets.rows import COLUMNS, columns
from shared_scenarios.targets.sqlite_file import OURS, DatabaseFile, is_ours, remove_files
from shared_scenarios.targets.sqlite_observer import Asked, Observer, ask_for, committed
from shared_scenarios.targets.writer import Writer
from shared_scenarios.timeline import Rows, State, Statement

Seed = tuple[tuple[str, tuple[tuple[str, object], ...]], ...]


class Template(NamedTuple):
    """The bytes of a database, the rows in it, and how to ask for them."""

    content: bytes
    rows: Rows
    asked: Asked


class SqliteTarget:
    """One file, its second connection for the observer, and a third for whoever writes or reads meanwhile."""

    kind = "sqlite"
    capabilities = frozenset(
        {
            "SQLite's own ways",
            REFUSABLE,
            "a disk that can be full",
            "a statement that can be met half way",
        }
    )
    refuses_by = "another reader keeps its lock"

    def __init__(self, path: Path, recorder: Recorder) -> None:
        self.path, self.url, self._recorder = path, str(path), recorder
        self._templates: dict[Seed, Template] = {}
        self._file: DatabaseFile | None = None
        self._observer: Observer | None = None
        self._reader: sqlite3.Connection | None = None
        self._writer: Writer | None = None
        self._in_order = False
        self.wire = Wire(recorder, str(path))
        install(self.wire)
        _must_be_ours(path)
        self.remove()
        _must_be_possible(path)

    def keep_schema(self) -> None:
        """The implementation has made its tables: keep them as the template, signed as ours."""
        connection = self.wire.connect_past(self.url)
        connection.execute(f"PRAGMA application_id = {OURS}")
        connection.close()
        self.wire.watch()
        self._templates[()] = Template(self.path.read_bytes(), {table: [] for table in COLUMNS}, ask_for(COLUMNS))
        self.remove()

    def reset(self, seed: Sequence[Row], _needs: Collection[str] = ()) -> None:
        """A copy with these rows in it; every file can do what any scenario needs."""
        self.refuse_commits(False)
        self.dismiss()
        wanted = tuple((table, tuple(row.items())) for table, row in seed)
        if wanted not in self._templates:
            self._templates[wanted] = self._seeded(wanted, ask_for(columns(seed)))
        content, self._initial, asked = self._templates[wanted]
        self._copy(content).begin(self._initial, asked)

    def initial(self) -> Rows:
        """Those that the observer read when the template was made."""
        return self._initial

    def _copy(self, content: bytes) -> Observer:
        """In place of the one before, or in a new file: who still holds the old one, writes to nobody."""
        if self._observer and self._file and self._in_order and self.wire.is_free() and self._file.can_be_overwritten():
            self._file.overwrite(content)
        else:
            self.remove()
            self._file = DatabaseFile(self.url, content)
            # An answer may stop in a thread of its own, and then it is there that the observer looks.
            connect = partial(self.wire.connect_past, self.url, timeout=0, check_same_thread=False)
            self._observer = Observer(self._file, connect)
        self._in_order = False
        return self._observer

    def _seeded(self, rows: Seed, asked: Asked) -> Template:
        connection = self.wire.connect_past(":memory:")
        connection.deserialize(self._templates[()].content)
        for table, row in rows:
            names, values = zip(*row, strict=True)
            marks = ", ".join("?" * len(names))
            connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608  # names of the catalogue
        template = Template(connection.serialize(), committed(connection, asked), asked)
        connection.close()
        return template

    def observe(self) -> Rows | None:
        """The committed rows; None while the file is locked."""
        assert self._observer is not None, "observe() before reset()"
        return self._observer.look()

    def finish(self) -> None:
        """The answer has returned, as it should: note every connection that it left open."""
        self._in_order = True
        self.wire.left_open()
        self.dismiss()

    def dismiss(self) -> None:
        """The second writer lets go of everything; what it has not committed is gone."""
        if self._writer:
            self._writer.close()
        self._writer = None

    def write(self, statements: Sequence[str], refusable: bool = False) -> Iterator[Statement]:
        """A second writer's statements; they stand on the timeline under its own name."""
        if self._writer is None:
            # A driver's thread may be the first to need it.
            connection = self.wire.connect_past(self.url, timeout=0, check_same_thread=False)
            self._writer = Writer(self._recorder, connection, _state, (sqlite3.Error,))
        return self._writer.run(statements, refusable)

    def waiting(self) -> list[str]:
        """Locks are the whole file's, and who waits for one does so in its driver: no scenario asks for that here."""
        raise NotImplementedError("a scenario in which something waits for a row does not play here")

    def cut_line(self, wanted: str, when: When) -> Fault:
        """There is no line: the engine is part of the process."""
        raise NotImplementedError("a scenario that needs a line to a server does not play here")

    def end_connections(self) -> None:
        """Nobody but the process itself can end its connections."""
        raise NotImplementedError("a scenario that needs a server does not play here")

    def refuse_commits(self, refuse: bool) -> None:
        """Hold a reader's lock, which no COMMIT gets past; or let go of it."""
        if not refuse:
            if self._reader:
                self._reader.close()
            self._reader = None
            return
        self._reader = self.wire.connect_past(self.url, check_same_thread=False)
        self._reader.execute("BEGIN")
        self._reader.execute("SELECT id FROM kols").fetchall()

    def remove(self) -> None:
        """Remove the file and what SQLite keeps beside it, and let go of it."""
        self.refuse_commits(False)
        self.dismiss()
        if self._observer:
            self._observer.close()
        self._observer = None
        self.wire.forget()
        remove_files(self.url)


def _state(connection: sqlite3.Connection) -> State:
    return "open" if connection.in_transaction else "none"


def _must_be_possible(path: Path) -> None:
    """Otherwise each cell would tell it in the words of its ORM."""
    try:
        path.touch(exist_ok=False)
        path.unlink()
    except OSError as error:
        raise CannotRun(
            f"no database can be made at {path}: {error.strerror}",
            "Name a file in a folder in which you may write, or leave the address out.",
        ) from error


def _must_be_ours(path: Path) -> None:
    if os.path.lexists(path) and not is_ours(path):
        raise CannotRun(
            f"{path} exists and is not a database that ormatrix made",
            "Nothing was touched. Name a file that does not exist yet, or leave the address out.",
        )
