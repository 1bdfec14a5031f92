"""A server: a database of its own for each implementation, which the ORM reaches through the recording proxy.

The observer, the second writer and the harness itself use the plain driver, past the proxy.
"""

import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, Protocol

from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import plain
from shared_scenarios.evidence.wire.protocol import Decoder
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.evidence.wire.sink import RecordingSink
from shared_scenarios.scenario import Row
from shared_scenarios.targets.address import ServerAddress
from shared_scenarios.targets.rows import SELECT, TABLES, selects
from shared_scenarios.targets.writer import Writer
from shared_scenarios.timeline import Rows, Scalar, State

PREFIX = "ormatrix_"


class Dialect(Protocol):
    """What differs between servers. Connections are the plain driver's, each statement committed by itself.

    `errors` are the driver's, `impatience` is a statement after which a lock that is held is not waited for long.
    """

    kind: str
    capabilities: frozenset[str]
    errors: tuple[type[Exception], ...]
    impatience: str

    def decoder(self) -> Decoder:
        """A decoder for one connection."""

    def connect(self, address: ServerAddress, database: str | None) -> Any:
        """A connection of the plain driver; with no database, to the one that every server has."""

    def state(self, connection: Any) -> State:
        """The state of the transaction, as the server told it last."""

    def databases(self, connection: Any) -> list[str]:
        """The names of all databases."""

    def drop(self, name: str) -> Sequence[str]:
        """Statements that end a database whoever is connected to it."""

    def others(self) -> str:
        """A statement that ends every other connection to this database."""

    def emptied(self) -> Sequence[str]:
        """Statements that empty both tables."""

    def counted(self, table: str) -> str:
        """A statement that lets a table's keys go on after the largest that is there."""

    def refusal(self) -> Sequence[str]:
        """Statements that make commits refusable, or none where the server has no such thing."""

    def refuse(self, refuse: bool) -> str:
        """A statement that makes the database refuse to commit, or stop that."""


class ServerTarget:
    """One database on a server, made here, removed here; nobody else's is ever opened."""

    def __init__(self, dialect: Dialect, address: ServerAddress, implementation: str, recorder: Recorder) -> None:
        self._dialect, self._address, self._recorder = dialect, address, recorder
        self.kind, self.capabilities = dialect.kind, dialect.capabilities
        self._name = f"{_family()}{os.getpid()}_{sha256(implementation.encode()).hexdigest()[:6]}"
        self._make()
        self._observer = dialect.connect(address, self._name)
        self._writer: Writer | None = None
        self._selects = SELECT
        self.sink = RecordingSink(recorder)
        self._proxy = Proxy(address.place, dialect.decoder, self.sink)

    @property
    def url(self) -> str:
        """The address through the proxy, for the ORM's driver."""
        host, port = self._proxy.address
        return self._address.through(host, port, self._name)

    def keep_schema(self) -> None:
        """The implementation has made its tables."""
        for statement in self._dialect.refusal():
            self._run(statement)

    def reset(self, seed: Sequence[Row]) -> None:
        """The same tables with these rows and no others, keys counted from there, and nobody connected."""
        self._dismiss()
        self._proxy.barrier()
        if self.sink.backends():
            self._run(self._dialect.others())
            self._proxy.barrier()
        for table in [table for table in self._selects if table not in SELECT]:
            self._run(f"DELETE FROM {table}")  # noqa: S608  # a name of the catalogue
        for statement in self._dialect.emptied():
            self._run(statement)
        self._selects = selects(seed)
        for table, row in seed:
            marks = ", ".join(["%s"] * len(row))
            self._run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608  # names of the catalogue
        for table in TABLES:
            self._run(self._dialect.counted(table))

    def observe(self) -> Rows:
        """The committed rows, each table read by one statement in no transaction, when the proxy has seen all."""
        self._proxy.barrier()
        return {
            table: [[_plain(value) for value in row] for row in self._run(text)]
            for table, text in self._selects.items()
        }

    def write(self, statement: str, refusable: bool = False) -> None:
        """A second writer's statement; it stands on the timeline under its own name."""
        if self._writer is None:
            connection = self._dialect.connect(self._address, self._name)
            with connection.cursor() as cursor:
                cursor.execute(self._dialect.impatience)
            self._writer = Writer(self._recorder, connection, self._dialect.state, self._dialect.errors)
        self._writer.run(statement, refusable)

    def refuse_commits(self, refuse: bool) -> None:
        """Make the database refuse to commit, or stop that."""
        self._run(self._dialect.refuse(refuse))

    def finish(self) -> None:
        """The answer has returned: note every connection that it left open."""
        self._proxy.barrier()
        self.sink.left_open()
        self._dismiss()

    def _dismiss(self) -> None:
        if self._writer:
            self._writer.close()
        self._writer = None

    def remove(self) -> None:
        """Drop the database and let go of the server."""
        self._dismiss()
        self._proxy.stop()
        self._observer.close()
        with self._dialect.connect(self._address, None) as connection, connection.cursor() as cursor:
            for statement in self._dialect.drop(self._name):
                cursor.execute(statement)

    def _make(self) -> None:
        """Make it anew; what a killed run of this machine left behind goes first."""
        with self._dialect.connect(self._address, None) as connection, connection.cursor() as cursor:
            for name in self._dialect.databases(connection):
                if name == self._name or _is_orphan(name):
                    for statement in self._dialect.drop(name):
                        cursor.execute(statement)
            cursor.execute(f"CREATE DATABASE {self._name}")

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> list[Sequence[Any]]:
        with self._observer.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall()) if cursor.description else []


def _family() -> str:
    """What the databases of this machine begin with: several machines may use one server."""
    return f"{PREFIX}{sha256(socket.gethostname().encode()).hexdigest()[:6]}_"


def _is_orphan(name: str) -> bool:
    owner = name.removeprefix(_family()).partition("_")[0]
    if not name.startswith(_family()) or not owner.isdigit():
        return False
    with suppress(PermissionError):
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            return True
    return False


def _plain(value: object) -> Scalar:
    """Booleans as the numbers that other databases have for them, so that rows read alike everywhere."""
    return int(value) if isinstance(value, bool) else plain(value)
