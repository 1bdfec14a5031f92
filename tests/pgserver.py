"""PostgreSQL servers for tests: the one that is there, and a private one that logs every statement it receives."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

URL = "ORMATRIX_POSTGRESQL_URL"
DEFAULT = "postgresql://postgres@127.0.0.1:5432/postgres"
LOGGING = {
    "log_statement": "all",
    "log_destination": "jsonlog",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "server",
    "log_parameter_max_length": "-1",
    "timezone": "UTC",
    "fsync": "off",
    "listen_addresses": "",
}


class Server:
    """Where a server listens, by TCP or by a Unix socket."""

    def __init__(self, host: str, port: int, user: str = "postgres") -> None:
        self.host, self.port, self.user = host, port, user

    @property
    def address(self) -> tuple[str, int] | str:
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else (self.host, self.port)

    def connect(self, database: str = "postgres") -> Any:
        """A connection past every proxy."""
        psycopg = pytest.importorskip("psycopg")
        return psycopg.connect(host=self.host, port=self.port, user=self.user, dbname=database, autocommit=True)


@contextmanager
def database(server: Server) -> Iterator[str]:
    """A database of this test's own."""
    name = f"ormatrix_proxy_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def running() -> Server:
    """The server that the environment names, or the one on loopback; without one the test is left out."""
    psycopg = pytest.importorskip("psycopg")
    url = urlsplit(os.environ.get(URL, DEFAULT))
    server = Server(url.hostname or "127.0.0.1", url.port or 5432, url.username or "postgres")
    try:
        server.connect().close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {server.host}:{server.port} ({URL} names another): {error}")
    return server


@contextmanager
def private(rules: str = "") -> Iterator[tuple[Server, Path]]:
    """A server of its own in a temporary folder, on a Unix socket only, and the log of what it receives."""
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="ormatrix-pg-", dir="/tmp") as folder:
        owner = {"user": "postgres"} if os.geteuid() == 0 else {}
        if owner:
            shutil.chown(folder, "postgres")
        data = Path(folder) / "data"
        make = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, **owner)  # type: ignore[call-overload]
        if rules:
            (data / "pg_hba.conf").write_text(rules)
        options = [f"--{name}={value}" for name, value in {**LOGGING, "unix_socket_directories": folder}.items()]
        command = [binaries / "postgres", "-D", data, *options]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **owner)  # type: ignore[call-overload]
        try:
            server = Server(folder, 5432)
            _wait_for(server)
            yield server, data / "log" / "server.json"
        finally:
            process.terminate()
            process.wait()


def _binaries() -> Path:
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    return found[0] if found else pytest.skip("no PostgreSQL binaries for a private server")


def _wait_for(server: Server) -> None:
    psycopg = pytest.importorskip("psycopg")
    end = time.monotonic() + 20
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def log_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
