"""The wire witness of SQLite: a connection class under `sqlite3.connect`, at the engine's door.

The engine's statement trace says that a statement ran, the driver's boundary says with what outcome: the trace
knows neither errors nor row counts, and fires again for what a trigger or a foreign-key action does.
Source: https://www.sqlite.org/c3ref/c_trace.html, https://docs.python.org/3/library/sqlite3.html
"""

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any, TypeVar

from shared_scenarios.evidence.failure import failure
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.sqlite_wire import WIRES, Wire, wire_of
from shared_scenarios.evidence.text import normalise, plain, verb
from shared_scenarios.timeline import Connection, Line, State, Statement

T = TypeVar("T")
FACTORY = 5  # the place of `factory` among the arguments of connect(), which has one until Python 3.15
plain_connect, plain_execute = sqlite3.connect, sqlite3.Cursor.execute


def install(wire: Wire) -> None:
    """Watch a database from now on; do it before an ORM or a driver is imported."""
    for module in (sqlite3, sqlite3.dbapi2):
        setattr(module, "connect", _connect)  # noqa: B010  # two modules, one function
    WIRES.append(wire)


def _connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
    if wire_of(args[0] if args else kwargs.get("database")):
        if args[FACTORY:]:
            args = (*args[:FACTORY], _recording(args[FACTORY]), *args[FACTORY + 1 :])
        else:
            kwargs["factory"] = _recording(kwargs.get("factory", sqlite3.Connection))
    connection: sqlite3.Connection = plain_connect(*args, **kwargs)
    return connection


@cache
def _recording(factory: type[sqlite3.Connection]) -> type[sqlite3.Connection]:
    if issubclass(factory, RecordingConnection) or factory is sqlite3.Connection:
        return RecordingConnection
    return type(factory.__name__, (factory, RecordingConnection), {})


@cache
def _recording_cursor(factory: type[sqlite3.Cursor]) -> type[sqlite3.Cursor]:
    """A driver's own cursor class stays outermost, so that what it hands on is what is recorded."""
    return RecordingCursor if factory is sqlite3.Cursor else type(factory.__name__, (factory, RecordingCursor), {})


class Call:
    """One call across the driver's boundary, and the statements that the engine ran for it, all sent from one place."""

    __slots__ = ("awaited", "main", "open", "sender", "sql", "values")

    def __init__(self, sql: str | None, values: object = ()) -> None:
        self.sql, self.values = sql, values
        self.open: Statement | None = None
        self.main: Statement | None = None
        self.sender: tuple[list[Line], bool] | None = None
        self.awaited = True


def _switch(name: str) -> Any:
    """An attribute of a connection; to set it may end a transaction, or begin one."""
    plain = getattr(sqlite3.Connection, name)

    def switch(self: "RecordingConnection", value: object) -> None:
        self.across(Call(None), lambda: plain.__set__(self, value))

    return property(plain.__get__, switch)


class RecordingConnection(sqlite3.Connection):
    """A connection that writes down what the engine runs. One call at a time, as the driver allows."""

    wire: Wire
    name = ""
    play = 0
    closed = False
    _call: Call | None = None
    isolation_level = _switch("isolation_level")
    if sys.version_info >= (3, 12):
        autocommit = _switch("autocommit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        wire = wire_of(args[0] if args else kwargs.get("database"))
        assert wire is not None, "only databases of a wire get this class"
        self.wire = wire
        try:
            super().__init__(*args, **kwargs)
        finally:
            wire.known()
        self._usual: dict[str, int] = {}
        wire.opened(self)
        super().set_trace_callback(self._traced)

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(_recording_cursor(factory or sqlite3.Cursor))

    # Written out, because the driver's own shortcuts make a plain cursor.
    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        return self.cursor().executemany(sql, parameters)

    def executescript(self, script: str, /) -> Any:
        return self.cursor().executescript(script)

    def commit(self) -> None:
        self.across(Call(None), super().commit)

    def rollback(self) -> None:
        self.across(Call(None), super().rollback)

    def __exit__(self, *error: Any) -> Any:
        return self.across(Call(None), lambda: super(RecordingConnection, self).__exit__(*error))

    def close(self) -> None:
        if self.closed:
            super().close()
            return
        before = self._state()
        self.across(Call(None), self._close)
        if self._is_current():
            recorder = self.wire.recorder
            lines, _ = recorder.frames.here(1)
            recorder.events.append(Connection(recorder.next(), self.name, "closed", before, lines))

    def _close(self) -> None:
        super().close()
        self.closed = True

    def _state(self) -> State:
        return "open" if not self.closed and self.in_transaction else "none"

    def across(self, call: Call, function: Callable[[], T]) -> T:
        """Run a call of the driver and give its outcome to the statements that the engine ran for it."""
        recorder = self.wire.recorder
        if recorder.refusing_commits or recorder.disk_full or self._usual:
            self._apply_pragmas(recorder)
        if call.sql is not None:
            recorder.about_to_send(call.sql)
        outer, self._call = self._call, call
        try:
            result = function()
        except BaseException as error:
            self._failed(call, error)
            raise
        finally:
            self._call = outer
        if call.open is not None:
            self._finish(call, call.open)
        return result

    def _traced(self, text: str) -> None:
        call = self._call or Call(None)
        if not self._is_current() or (call.main is not None and not call.awaited):
            return
        if call.open is not None:
            self._finish(call, call.open)
        sql = call.sql
        # Most texts have values in them, and so are new: their verb is not known yet, and they seldom begin like this.
        begins = text.startswith("BEGIN") and verb(text) == "BEGIN"
        if sql is None or (begins and call.awaited and verb(sql) != "BEGIN"):  # the driver has sent it by itself
            call.open = self._begin(call, text, ())
        else:
            call.main = call.open = self._begin(call, sql, call.values)
            call.awaited = False

    def _begin(self, call: Call, text: str, values: object) -> Statement:
        recorder = self.wire.recorder
        if call.sender is None:
            call.sender = recorder.frames.here(2)  # past this, and who calls it
        lines, upkeep = call.sender
        text = normalise(text.strip())
        statement = Statement(
            recorder.next(), self.name, verb(text), text, self._state(), values=_plain(values), lines=lines,
            role="housekeeping" if upkeep else "work",
        )  # fmt: skip
        recorder.events.append(statement)
        recorder.executing(statement)
        return statement

    def _finish(self, call: Call, statement: Statement) -> None:
        statement.end, statement.after = self.wire.recorder.next(), self._state()
        call.open = None

    def _failed(self, call: Call, error: BaseException) -> None:
        if not self._is_current():
            return
        failed = call.open
        if failed is not None and call.sql is not None and call.main is None and self.in_transaction:
            self._finish(call, failed)  # a BEGIN that the driver had sent first
            failed = None
        if failed is None:
            if call.sql is None:
                return
            failed = self._begin(call, call.sql, call.values)
        failed.error = failure(error)
        self._finish(call, failed)

    def _is_current(self) -> bool:
        return self.play == self.wire.recorder.play

    def _apply_pragmas(self, recorder: Recorder) -> None:
        """While commits are refused, do not wait for the lock that is not given up; a full disk has no page more."""
        self._set("busy_timeout", 0, recorder.refusing_commits)
        self._set("max_page_count", 1, recorder.disk_full)  # which is no less than the pages that are there

    def _set(self, pragma: str, value: int, wanted: bool) -> None:
        if wanted and pragma not in self._usual:
            self._usual[pragma] = self._pragma(pragma)
            self._pragma(f"{pragma} = {value}")
        elif not wanted and pragma in self._usual:
            self._pragma(f"{pragma} = {self._usual.pop(pragma)}")

    def _pragma(self, text: str) -> int:
        super().set_trace_callback(None)
        try:
            row = sqlite3.Cursor(self).execute(f"PRAGMA {text}").fetchone()
            return int(row[0])
        finally:
            super().set_trace_callback(self._traced)


class RecordingCursor(sqlite3.Cursor):
    """A cursor that gives row counts and errors to the statement it sent last."""

    connection: RecordingConnection
    _sent: Statement | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        call = Call(sql, parameters)
        result = self.connection.across(call, partial(plain_execute, self, sql, parameters))
        self._keep(call)
        return result

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        call, self._sent = Call(sql), None
        sets = self._one_by_one(call, parameters)
        return self.connection.across(call, lambda: super(RecordingCursor, self).executemany(sql, sets))

    def _one_by_one(self, call: Call, sets: Iterable[Any]) -> Iterator[Any]:
        """Each set of values is a statement of its own; what the engine traces in between is a trigger's."""
        counted = 0
        for values in sets:
            call.values, call.awaited = values, True
            yield values
            if call.main is not None and self.rowcount >= 0:
                # The driver counts on from set to set.
                call.main.affected, counted = self.rowcount - counted, self.rowcount

    def executescript(self, script: str, /) -> Any:
        return self.connection.across(Call(None), lambda: super(RecordingCursor, self).executescript(script))

    def fetchone(self) -> Any:
        row = super().fetchone()
        self._returned(0 if row is None else 1)
        return row

    def fetchmany(self, *args: Any, **kwargs: Any) -> Any:
        rows = super().fetchmany(*args, **kwargs)
        self._returned(len(rows))
        return rows

    def fetchall(self) -> Any:
        rows = super().fetchall()
        self._returned(len(rows))
        return rows

    def __next__(self) -> Any:
        row = super().__next__()
        self._returned(1)
        return row

    def _keep(self, call: Call) -> None:
        self._sent = call.main
        if call.main is None:
            return
        if self.rowcount >= 0:
            call.main.affected = self.rowcount
        if self.description is not None:
            call.main.returned = 0

    def _returned(self, rows: int) -> None:
        if self._sent is None or self._sent.returned is None:
            return
        self._sent.returned += rows
        if self._sent.affected is not None:
            # Of INSERT ... RETURNING the driver knows the count only when the last row was fetched.
            self._sent.affected = self.rowcount


def _plain(values: object) -> list[Any]:
    if type(values) in (tuple, list):  # as nearly always; to ask for an abstract class takes longer
        return [plain(value) for value in values]  # type: ignore[attr-defined]  # the line above makes sure
    if isinstance(values, Mapping):
        return [plain(value) for value in values.values()]
    return [plain(value) for value in values] if isinstance(values, Iterable) else []
