"""Private servers that log every statement they receive, and their logs."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from shared_scenarios.evidence.wire.mysql_packets import text
from shared_scenarios.targets.address import ServerAddress, parse_server
from shared_scenarios.targets.open import dialect_of
from shared_scenarios.targets.private_server import PrivateServer, private_server
from tests import required

LOGGING = {
    "postgresql": {
        "log_statement": "all", "log_destination": "jsonlog", "logging_collector": "on", "log_directory": "log",
        "log_filename": "server", "log_parameter_max_length": "-1", "timezone": "UTC",
    },
    "mariadb": {"general_log": "1", "log_output": "FILE", "general_log_file": "server.log"},
}  # fmt: skip
FILES = {"postgresql": "log/server.json", "mariadb": "server.log"}
# A time where it has changed since the entry before, the connection's number, the command, its argument.
_HEAD = re.compile(rb"^(?:\d{6} [ \d]\d:\d\d:\d\d\t|\t\t) *(\d+) ([A-Z][A-Za-z ]+)\t", re.MULTILINE)


class Entry(NamedTuple):
    """What MariaDB logs of a command, when it has received it."""

    backend: int
    command: str
    text: str


class LoggedServer:
    """A server with its log."""

    def __init__(self, server: PrivateServer) -> None:
        self.kind, self.url = server.kind, server.url
        self.address: ServerAddress = parse_server(server.url)
        self.dialect = dialect_of(server.kind)
        self._log = server.log.parent / "data" / FILES[server.kind]
        self._numbers = count(1)
        self.own: set[int] = set()  # the server's numbers of our connections

    def connect(self, database: str | None = None) -> Any:
        """A connection past every proxy; each statement is committed by itself."""
        connection = self.dialect.connect(self.address, database)
        self.own.add(self.dialect.backend(connection))
        return connection

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of this test's own."""
        name = f"ormatrix_test_{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name}")
        yield name
        self.ask(*self.dialect.drop(name))

    def ask(self, *statements: str, database: str | None = None) -> list[Any]:
        """What the last of these says."""
        connection = self.connect(database)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            rows = list(cursor.fetchall()) if cursor.description else []
        connection.close()
        return rows

    def log(self) -> Path:
        """The log, once its last entry has been written."""
        end = f"SELECT 'the log up to here' AS end_{next(self._numbers)}_"
        self.ask(end)
        deadline = time.monotonic() + 10
        while end.encode() not in self._log.read_bytes() and time.monotonic() < deadline:
            time.sleep(0.02)
        return self._log

    def postgresql_entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log().read_text().splitlines()]

    def mariadb_entries(self) -> list[Entry]:
        data = self.log().read_bytes()
        heads = list(_HEAD.finditer(data))
        ends = [head.start() - 1 for head in heads[1:]] + [len(data) - 1]
        return [
            Entry(int(head[1]), head[2].decode(), text(data[head.end() : end]))
            for head, end in zip(heads, ends, strict=True)
        ]


@contextmanager
def logging(kind: str) -> Iterator[LoggedServer]:
    """A server of this kind, where there is one."""
    required.binaries(kind)
    with private_server(kind, LOGGING[kind]) as server:
        yield LoggedServer(server)
