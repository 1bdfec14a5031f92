"""MariaDB seen through the proxy: the statements, to the last one, that the server's own log has."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared_scenarios.errors import CannotRun
from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.protocol import Began, Ended, Greeted, Happening
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.targets.private_folder import account
from shared_scenarios.targets.private_server import RECIPES, PrivateServer, private_server
from tests.mydrivers import DRIVERS
from tests.workload import DATABASE, SCHEMA, STATE, Ear, differences, heard, workload

LENGTH = 1250  # operations of each driver
pymysql = pytest.importorskip("pymysql")


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateServer]:
    """A MariaDB that writes down what it is asked."""
    try:
        RECIPES["mariadb"].find(account("mysql"))
    except CannotRun as error:
        pytest.skip(error.message)
    with private_server(
        "mariadb", {"general_log": "1", "log_output": "TABLE", "plugin-load-add": "auth_ed25519"}
    ) as it:
        past(it, *SCHEMA)
        yield it


def where(server: PrivateServer, port: int | None = None) -> dict[str, Any]:
    return {"host": server.host, "port": port or server.port, "user": server.user, "password": server.password}


def past(server: PrivateServer, *statements: str) -> tuple[tuple[Any, ...], ...]:
    """What the last of these says, asked past the proxy."""
    connection = pymysql.connect(**where(server), autocommit=True)
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    rows: tuple[tuple[Any, ...], ...] = cursor.fetchall()
    connection.close()
    return rows


@contextmanager
def proxied(server: PrivateServer) -> Iterator[tuple[Proxy, Ear]]:
    ear = Ear()
    proxy = Proxy((server.host, server.port), MysqlDecoder, ear)
    try:
        yield proxy, ear
    finally:
        proxy.stop()


def log(server: PrivateServer, backend: int | None) -> list[tuple[str, str]]:
    """What the server has logged of a connection."""
    asked = f"SELECT command_type, argument FROM mysql.general_log WHERE thread_id = {backend}"
    return [
        (command, (argument or b"").decode("utf-8", "backslashreplace")) for command, argument in past(server, asked)
    ]


def backend(told: list[Happening]) -> int | None:
    assert isinstance(told[0], Greeted)
    return told[0].backend


def told_states(told: list[Happening]) -> list[int]:
    """The state that was told before each time the server was asked for it."""
    found, last, asked = [], "none", None
    for one in told:
        if isinstance(one, Began) and one.text == STATE:
            found.append(int(last == "open"))
        elif isinstance(one, Ended) and one.number != asked:
            last = str(one.state)
    return found


@pytest.mark.parametrize("name", DRIVERS)
def test_every_driver_is_seen_as_the_server_sees_it(server: PrivateServer, name: str) -> None:
    past(server, f"DELETE FROM {DATABASE}.kols")
    with proxied(server) as (proxy, ear):
        states = DRIVERS[name]({**where(server, proxy.address[1]), "database": DATABASE}, workload(len(name), LENGTH))
        assert proxy.barrier()
    (told,) = ear.links.values()
    assert list(ear.ends) == [1]  # by whom, is open: after COM_QUIT the server closes its side as well
    assert list(differences(log(server, backend(told)), heard(told))) == []
    assert told_states(told) == states
    assert len(states) > LENGTH // 6
