"""A server: a database of its own for each implementation, which the ORM reaches through the recording proxy.

The observer, the second writer and the harness itself use the plain driver, past the proxy.
"""

import os
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, Protocol

from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import normalise, plain, verb
from shared_scenarios.evidence.wire.protocol import Decoder
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.evidence.wire.sink import RecordingSink
from shared_scenarios.scenario import AnswerError, Row
from shared_scenarios.targets.address import ServerAddress
from shared_scenarios.timeline import Rows, Scalar, Statement

PREFIX = "ormatrix_"
TABLES = ("kols", "tweets")
PATIENCE = 0.5  # seconds in which the proxy hears of a connection that the server has
# The columns by name: the three ORMs' schemas may order them differently.
SELECT = {
    "kols": "SELECT id, twitter_handle, is_vip, last_checked_at FROM kols ORDER BY id",
    "tweets": "SELECT id, text, kol_id FROM tweets ORDER BY id",
}


class Dialect(Protocol):
    """What differs between servers. Connections are the plain driver's, each statement committed by itself."""

    kind: str
    capabilities: frozenset[str]

    def decoder(self) -> Decoder:
        """A decoder for one connection."""

    def connect(self, address: ServerAddress, database: str | None) -> Any:
        """A connection of the plain driver; with no database, to the one that every server has."""

    def backend(self, connection: Any) -> int:
        """The number that the server has given to a connection of the plain driver."""

    def backends(self) -> str:
        """A statement that reads the numbers of all clients' connections to this database."""

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
        self._own: set[int] = set()
        self._make()
        self._observer = self._connect()
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

    def reset(self, seed: Iterable[Row]) -> None:
        """The same tables with these rows and no others, keys counted from there, and nobody connected."""
        self._settle()
        if self.sink.connected():
            self._run(self._dialect.others())
            self._settle()
        for statement in self._dialect.emptied():
            self._run(statement)
        for table, row in seed:
            marks = ", ".join(["%s"] * len(row))
            self._run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608  # names of the catalogue
        for table in TABLES:
            self._run(self._dialect.counted(table))

    def observe(self) -> Rows:
        """The committed rows, each table read by one statement in no transaction, when the proxy has seen all."""
        self._settle()
        return {table: [[_plain(value) for value in row] for row in self._run(SELECT[table])] for table in TABLES}

    def write(self, statement: str) -> None:
        """A second writer's statement, committed at once; it stands on the timeline under its own name."""
        connection = self._connect()
        with connection.cursor() as cursor:
            cursor.execute(statement)
            affected = cursor.rowcount
        text = normalise(statement)
        start, end = self._recorder.next(), self._recorder.next()
        writer = "second writer"
        self._recorder.events.append(
            Statement(start, writer, verb(text), text, "none", end, "none", affected=affected, actor=writer)
        )
        connection.close()

    def refuse_commits(self, refuse: bool) -> None:
        """Make the database refuse to commit, or stop that."""
        self._run(self._dialect.refuse(refuse))

    def finish(self) -> None:
        """The answer has returned: no connection may have gone past the proxy; note every one that is left open."""
        self._settle()
        self._recorder.unseen += len(self._strangers())
        self._recorder.must_be_whole()
        self.sink.left_open()

    def remove(self) -> None:
        """Drop the database and let go of the server."""
        self._proxy.stop()
        self._observer.close()
        with self._dialect.connect(self._address, None) as connection, connection.cursor() as cursor:
            for statement in self._dialect.drop(self._name):
                cursor.execute(statement)

    def _settle(self) -> None:
        """Wait until the proxy has seen all that was sent: a look before that would be no evidence."""
        if not self._proxy.barrier():
            raise AnswerError("the server holds on to a connection that was closed, so that nothing is certain")

    def _connect(self) -> Any:
        """A connection of the harness itself, past the proxy."""
        connection = self._dialect.connect(self._address, self._name)
        self._own.add(self._dialect.backend(connection))
        return connection

    def _strangers(self) -> set[int]:
        """The server's connections that neither the proxy nor the harness knows. One may have been made only now,
        so that the proxy hears a little later who it is.
        """
        strangers = {int(number) for (number,) in self._run(self._dialect.backends())} - self._own
        deadline = time.monotonic() + PATIENCE
        while (strangers := strangers - self.sink.served) and time.monotonic() < deadline:
            time.sleep(0.01)
        return strangers

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
