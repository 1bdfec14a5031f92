"""Whoever demands TLS is refused with a word, and sends no statement in plain text; who only would like it goes on."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import AnswerError, Target
from shared_scenarios.targets.address import Database, parse_server
from shared_scenarios.timeline import Connection, Statement
from tests import required
from tests.fakes.server import ServerBackend, fake
from tests.logged import LoggedServer, logging
from tests.tap import tapped

Connect = Callable[[Any, dict[str, Any]], None]
OURS = ("psycopg", "asyncpg", "pymysql", "MySQLdb", "aiomysql")
POSTGRESQL = ("psycopg", "psycopg2", "asyncpg")
GARBLED = "wrong version number"  # what a library makes of an error in plain text where TLS is to begin
NO_SUPPORT = "SSL is required but the server doesn't support it"
WORDS = "the driver demands TLS, and ormatrix"


def without_verification() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def blocking(**options: Any) -> Connect:
    def connect(made: Any, to: dict[str, Any]) -> None:
        made.connect(**to, **_values(options)).close()

    return connect


def awaited(**options: Any) -> Connect:
    async def connected(made: Any, to: dict[str, Any]) -> None:
        connection = await made.connect(**to, **_values(options))
        closing = connection.close()
        if closing is not None:
            await closing

    return lambda made, to: asyncio.run(connected(made, to))


def _values(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in options.items()}


DEMANDS: list[tuple[str, Connect, str]] = [
    ("psycopg", blocking(sslmode="require"), "server does not support SSL, but SSL was required"),
    ("psycopg", blocking(sslmode="require", sslnegotiation="direct"), "SSL error"),
    ("psycopg", blocking(gssencmode="require"), "GSSAPI encryption required"),
    ("psycopg2", blocking(sslmode="require"), "server does not support SSL, but SSL was required"),
    ("asyncpg", awaited(ssl="require"), "rejected SSL upgrade"),
    ("asyncpg", awaited(ssl="require", direct_tls=True), ""),
    ("pymysql", blocking(ssl=without_verification), NO_SUPPORT),
    ("pymysql", blocking(ssl_verify_cert=True), NO_SUPPORT),
    ("MySQLdb", blocking(ssl_mode="REQUIRED"), GARBLED),
    ("MySQLdb", blocking(ssl_mode="VERIFY_IDENTITY"), GARBLED),
    ("MySQLdb", blocking(ssl=True), GARBLED),
    ("MySQLdb", blocking(ssl={"ca": ssl.get_default_verify_paths().cafile or "/ca.pem"}), "TLS/SSL error"),
    ("aiomysql", awaited(ssl=without_verification), WORDS),
    ("asyncmy", awaited(ssl=without_verification), "WRONG_VERSION_NUMBER"),
    ("mysql.connector", blocking(use_pure=True, ssl_verify_cert=True, ssl_ca="/ca.pem"), NO_SUPPORT),
]
GOES_ON: list[tuple[str, Connect]] = [
    ("psycopg", blocking()),
    ("psycopg2", blocking(sslmode="prefer")),
    ("asyncpg", awaited()),
    ("pymysql", blocking()),  # TLS where it can be had
    ("MySQLdb", blocking()),
    ("MySQLdb", blocking(ssl_mode="PREFERRED")),
    ("MySQLdb", blocking(ssl_mode="DISABLED")),
    ("aiomysql", awaited()),
    ("asyncmy", awaited()),
    ("mysql.connector", blocking(use_pure=True)),  # TLS where it can be had
]


class Demanding(ServerBackend):
    """A backend whose driver is told to demand TLS."""

    opened: ClassVar[list[Any]] = []

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.opened.append(target)
        self._where = parse_server(target.url)

    def create_schema(self) -> None:
        where, made = self._where, required.driver("mariadb", "MySQLdb")
        made.connect(
            host=where.host, port=where.port, user=where.user, password=where.password, ssl_mode="REQUIRED"
        )  # fmt: skip


@pytest.fixture(scope="module")
def postgresql() -> Iterator[LoggedServer]:
    with logging("postgresql") as server:
        yield server


@pytest.fixture(scope="module")
def mariadb() -> Iterator[LoggedServer]:
    with logging("mariadb") as server:
        yield server


@pytest.fixture
def server(module: str, request: pytest.FixtureRequest) -> LoggedServer:
    """The one that the driver is for."""
    found: LoggedServer = request.getfixturevalue("postgresql" if module in POSTGRESQL else "mariadb")
    return found


def attempted(server: LoggedServer, module: str, connect: Connect) -> tuple[str, Recorder]:
    """What the driver says to a proxy that stands before the server, and the record of it."""
    made = required.driver(server.kind, module) if module in OURS else pytest.importorskip(module)
    with tapped(server) as tap:
        address = server.address
        to = {"host": tap.host, "port": tap.port, "user": address.user, "password": address.password}
        if server.kind == "postgresql":
            to["database" if module == "asyncpg" else "dbname"] = "postgres"
        said = ""
        try:
            connect(made, to)
        except Exception as error:  # noqa: BLE001  # each driver has its own
            said = f"{type(error).__name__}: {error}"
        assert tap.proxy.barrier()
        return said, tap.recorder


@pytest.mark.parametrize(("module", "connect", "words"), DEMANDS)
def test_who_demands_tls_is_refused_and_sends_nothing_in_plain_text(
    server: LoggedServer, module: str, connect: Connect, words: str
) -> None:  # fmt: skip
    said, recorder = attempted(server, module, connect)
    assert words in said
    assert said
    assert [event for event in recorder.events if isinstance(event, Statement)] == []
    assert [
        event.action for event in recorder.events if isinstance(event, Connection) and event.action == "opened"
    ] == []
    for event in recorder.events:
        assert isinstance(event, Connection)
        assert WORDS in event.error.text if event.error else event.action == "closed"
    if words in (GARBLED, "SSL error", ""):
        assert "TLS" in recorder.unread[0]


@pytest.mark.parametrize(("module", "connect"), GOES_ON)
def test_who_does_not_demand_it_goes_on_without(server: LoggedServer, module: str, connect: Connect) -> None:
    said, recorder = attempted(server, module, connect)
    assert (said, recorder.unread) == ("", [])
    assert "opened" in [event.action for event in recorder.events if isinstance(event, Connection)]


def test_an_implementation_that_demands_tls_learns_why_it_was_refused(tmp_path: Path) -> None:
    """Its driver does not say: what it reads is an error where TLS should begin."""
    required.driver("mariadb", "MySQLdb")
    demanding = replace(fake("bypasses"), open=f"{__name__}:{Demanding.__name__}")
    with logging("mariadb") as server:
        with pytest.raises(AnswerError, match=WORDS):
            Venue(demanding, Database("mariadb", url=server.url), tmp_path)
        Demanding.opened.pop().remove()
