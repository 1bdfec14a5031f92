"""A server: a database of its own for each implementation, which the ORM reaches through the recording proxy.

The observer, the second writer and the harness itself use the plain driver, past the proxy.
"""

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from shared_scenarios.errors import CannotRun
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import plain, verb
from shared_scenarios.evidence.wire.faults import Fault, When
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.evidence.wire.sink import RecordingSink
from shared_scenarios.scenario import REFUSABLE, AnswerError, Row
from shared_scenarios.targets.address import ServerAddress
from shared_scenarios.targets.dialect import Dialect
from shared_scenarios.targets.own_databases import enter, first_line, own_name, sweep
from shared_scenarios.targets.rows import COLUMNS, columns, selects
from shared_scenarios.targets.writer import Writer
from shared_scenarios.timeline import WRITER, Rows, Scalar, Statement

PATIENCE = 0.5  # seconds in which the proxy hears of a connection that the server has
ENDING = 5.0  # seconds in which a server ends a connection when it is told to


class ServerTarget:
    """One database on a server, made here, removed here; nobody else's is ever opened."""

    def __init__(self, dialect: Dialect, address: ServerAddress, implementation: str, recorder: Recorder) -> None:
        self._dialect, self._address, self._recorder = dialect, address, recorder
        self.kind, self.capabilities, self.refuses_by = dialect.kind, dialect.capabilities, dialect.refuses_by
        self._name = own_name(implementation)
        self._own: set[int] = set()
        self._make()
        self._observer = self._connect()
        self._writer: Writer | None = None
        self._lookout: Any = None
        self._asking = threading.Lock()
        self._selects = selects(COLUMNS)
        self._refusable = False
        self.sink = RecordingSink(recorder)
        self._proxy = Proxy(address.place, dialect.decoder, self.sink)

    @property
    def url(self) -> str:
        """The address through the proxy, for the ORM's driver."""
        host, port = self._proxy.address
        return self._address.through(host, port, self._name)

    def keep_schema(self) -> None:
        """The implementation has made its tables."""
        for statement in self._dialect.prepared():
            self._run(statement)

    def reset(self, seed: Sequence[Row], needs: Collection[str] = ()) -> None:
        """The same tables with these rows and no others, keys counted from there, and nobody connected.

        `needs` are the scenario's: what it does not need is not there either.
        """
        self.dismiss()
        self._let_go()
        self._let_refuse(REFUSABLE in needs)
        more = [f"DELETE FROM {table}" for table in self._selects if table not in COLUMNS]  # noqa: S608  # names of the catalogue
        values = [value for _, row in seed for value in row.values()]
        made = (*more, *self._dialect.emptied(), *map(_insert, seed), *self._dialect.counted())
        observed = selects(columns(seed))
        self._initial = self._look(observed, made, values)
        self._selects = observed

    def _let_refuse(self, refusable: bool) -> None:
        """Anew for each scenario: the one before it may have ended while commits were refused."""
        if self._refusable:
            self._run(*self._dialect.refusable(False))
            self._refusable = False
        if refusable:
            self._refusable = True
            self._run(*self._dialect.refusable(True))

    def initial(self) -> Rows:
        """Those that were there at the end of the reset."""
        return self._initial

    def _let_go(self) -> None:
        """A server is not waited for while it forgets connections that were closed with nothing left to answer on them:
        what was open there keeps its locks until it is undone, and what is sent now waits for these.
        """
        self._settle(forgotten=self.sink.owes_answers())
        if self.sink.connected():
            self._run(self._dialect.others())
            self._settle()

    def observe(self) -> Rows:
        """The committed rows, each table read by one statement, when the proxy has seen all. Nothing stays open."""
        self._settle()
        return self._look(self._selects)

    def _look(self, observed: Mapping[str, str], after: Sequence[str] = (), values: Sequence[Scalar] = ()) -> Rows:
        found = self._run(*after, *observed.values(), values=values)
        return {
            table: [[_plain(value) for value in row] for row in rows]
            for table, rows in zip(observed, found[len(after) :], strict=True)
        }

    def write(self, statements: Sequence[str], refusable: bool = False) -> Iterator[Statement]:
        """A second writer's statements; they stand on the timeline under its own name."""
        if self._writer is None:
            connection = self._connect()
            with connection.cursor() as cursor:
                cursor.execute(self._dialect.impatience)
            backend = self._dialect.backend(connection)
            self._writer = Writer(self._recorder, connection, self._dialect.state, self._dialect.errors, backend)
        return self._writer.run(statements, refusable)

    def waiting(self) -> list[str]:
        """Who waits for a lock now, told by the server on a connection of its own."""
        with self._asking:
            if self._lookout is None:
                self._lookout = self._connect()
            waiting = self._dialect.waiting(self._lookout)
            writer = self._writer
        mine = {**self.sink.backends(), **({WRITER: writer.backend} if writer else {})}
        return [name for name, backend in mine.items() if backend in waiting]

    def cut_line(self, wanted: str, when: When) -> Fault:
        """Cut the line at the next statement of this verb."""
        return self._proxy.cut(lambda text: verb(text) == wanted, when=when)

    def end_connections(self) -> None:
        """One after the other, so that the timeline has them in the same order in every run."""
        self._settle()
        for name, backend in self.sink.backends().items():
            self._run(self._dialect.end(backend))
            self._wait_until_forgotten(name, backend)

    def _wait_until_forgotten(self, name: str, backend: int) -> None:
        """By the server, which has told the driver so by then, and by the proxy, which has passed that on."""
        deadline = time.monotonic() + ENDING
        while name in self.sink.backends() or backend in self._backends():
            if time.monotonic() > deadline:
                raise AnswerError(f"the server was asked to end the connection {name}, and still has it")
            time.sleep(0.005)
        self._settle()

    def refuse_commits(self, refuse: bool) -> None:
        """Make the database refuse to commit, or stop that."""
        if not self._refusable:
            raise NotImplementedError(f"a scenario that has a commit refused must say that it needs {REFUSABLE!r}")
        self._run(self._dialect.refuse(refuse))

    def finish(self) -> None:
        """The answer has returned: no connection may have gone past the proxy; note every one that is left open."""
        self._settle()
        self._recorder.unseen += len(self._strangers())
        self._recorder.must_be_whole()
        self.sink.left_open()
        self.dismiss()

    def dismiss(self) -> None:
        """The second writer lets go of everything; what it has not committed is gone."""
        if self._writer:
            self._writer.close()
        self._writer = None

    def remove(self) -> None:
        """Drop the database and let go of the server."""
        self.dismiss()
        self._proxy.stop()
        if self._lookout:
            self._lookout.close()
        self._observer.close()
        with self._dialect.connect(self._address, None) as connection, connection.cursor() as cursor:
            for statement in self._dialect.drop(self._name):
                cursor.execute(statement)

    def _settle(self, *, forgotten: bool = True) -> None:
        """Wait until the proxy has seen all that was sent: a look before that would be no evidence."""
        if not self._proxy.barrier(forgotten=forgotten):
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
        strangers = self._backends() - self._own
        deadline = time.monotonic() + PATIENCE
        while (strangers := strangers - self.sink.served) and time.monotonic() < deadline:
            time.sleep(0.01)
        return strangers

    def _make(self) -> None:
        """Make it anew; what a killed run of this machine left behind goes first, unless another is at it too."""
        with suppress(*self._dialect.errors):
            sweep(self._dialect, self._address)
        entered = enter(self._dialect, self._address)
        try:
            with entered as connection, connection.cursor() as cursor:
                left = self._name in self._dialect.databases(connection)  # by a process that had our number
                drop = self._dialect.drop(self._name) if left else ()
                for statement in (*drop, *self._dialect.make(self._name)):
                    cursor.execute(statement)
        except self._dialect.errors as error:
            raise CannotRun(
                f"{self._dialect.name} at {self._address.shown}: {self._address.user} cannot make a database: "
                f"{first_line(error)}",
                f"The suite works in databases of its own: {self._dialect.grant.format(user=self._address.user)}",
            ) from error

    def _backends(self) -> set[int]:
        (found,) = self._run(self._dialect.backends())
        return {int(number) for (number,) in found}

    def _run(self, *statements: str, values: Sequence[Scalar] = ()) -> list[list[Sequence[Any]]]:
        """The rows of each statement. All are sent at once, because each way to a server and back takes its time."""
        with self._observer.cursor() as cursor:
            cursor.execute("; ".join(statements), tuple(values) or None)
            found = [_rows(cursor)]
            while cursor.nextset():
                found.append(_rows(cursor))
            return found


def _rows(cursor: Any) -> list[Sequence[Any]]:
    return list(cursor.fetchall()) if cursor.description else []


def _insert(row: Row) -> str:
    table, values = row
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})"  # noqa: S608  # names of the catalogue


def _plain(value: object) -> Scalar:
    """Booleans as the numbers that other databases have for them, so that rows read alike everywhere."""
    return int(value) if isinstance(value, bool) else plain(value)
