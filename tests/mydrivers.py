"""MariaDB's drivers, each made to play the same workload."""

import asyncio
import contextlib
import inspect
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import pytest

from tests.workload import Op

Where = dict[str, Any]
States = list[int]
Play = Callable[[Where, Iterable[Op]], States]


class Cursor(Protocol):
    """What drivers have in common."""

    description: Any

    def execute(self, text: str, values: Any = ...) -> Any: ...
    def executemany(self, text: str, values: Any) -> Any: ...
    def fetchall(self) -> Any: ...
    def nextset(self) -> Any: ...
    def close(self) -> Any: ...


def _drain(cursor: Any) -> list[Any]:
    """Every row of every result."""
    rows: list[Any] = []
    while True:
        if cursor.description:
            rows += cursor.fetchall()
        if not cursor.nextset():
            return rows


def _one(connection: Any, op: Op, cursors: dict[str, Any]) -> int | None:
    if op.how in {"commit", "rollback"}:
        getattr(connection, op.how)()
    elif op.how == "ping":
        connection.ping()
    elif op.how == "select_db":
        _select_db(connection)
    else:
        cursor = connection.cursor(**({} if op.how in {"state", "several"} else cursors))
        try:
            rows = _sent(cursor, op)
        finally:
            with contextlib.suppress(Exception):
                cursor.close()
        return int(rows[0][0]) if op.how == "state" else None
    return None


def _sent(cursor: Any, op: Op) -> list[Any]:
    if op.how == "call":
        cursor.execute("CALL both_ways()")
    elif op.how == "many":
        cursor.executemany(op.text, op.values)
    elif op.values:
        cursor.execute(op.text, op.values)
    else:
        cursor.execute(op.text)
    return _drain(cursor)


def _select_db(connection: Any) -> None:
    if hasattr(connection, "select_db"):
        connection.select_db("ormatrix_log")
    else:
        connection.database = "ormatrix_log"


def _sync(module: str, errors: str = "Error", cursors: dict[str, Any] | None = None, **options: Any) -> Play:
    def play(where: Where, ops: Iterable[Op]) -> States:
        driver = pytest.importorskip(module)
        connection = driver.connect(**where, **options)
        states: States = []
        for op in ops:
            with contextlib.suppress(getattr(driver, errors)):
                state = _one(connection, op, cursors or {})
                states += [] if state is None else [state]
        connection.close()
        return states

    return play


def _async(module: str) -> Play:
    def play(where: Where, ops: Iterable[Op]) -> States:
        return asyncio.run(_awaited(pytest.importorskip(module), where, ops))

    return play


async def _awaited(driver: Any, where: Where, ops: Iterable[Op]) -> States:
    options = {**where, "db": where["database"]}
    del options["database"]
    connection = await driver.connect(**options)
    states: States = []
    for op in ops:
        with contextlib.suppress(driver.Error if hasattr(driver, "Error") else driver.errors.Error):
            states += await _awaited_one(connection, op)
    closing = connection.ensure_closed()
    if inspect.isawaitable(closing):
        await closing
    return states


async def _awaited_one(connection: Any, op: Op) -> States:
    if op.how in {"commit", "rollback", "ping"}:
        await getattr(connection, op.how)()
        return []
    if op.how == "select_db":
        await connection.select_db("ormatrix_log")
        return []
    async with connection.cursor() as cursor:
        if op.how == "many":
            await cursor.executemany(op.text, op.values)
        else:
            await cursor.execute("CALL both_ways()" if op.how == "call" else op.text, op.values or None)
        rows: list[Any] = list(await cursor.fetchall()) if cursor.description else []
        while await cursor.nextset():
            await cursor.fetchall()
    return [int(rows[0][0])] if op.how == "state" else []


SEVERAL = 1 << 16  # CLIENT_MULTI_STATEMENTS
DRIVERS: dict[str, Play] = {
    "pymysql": _sync("pymysql"),
    "pymysql-several": _sync("pymysql", client_flag=SEVERAL),
    "mysqlclient": _sync("MySQLdb"),
    "mariadb": _sync("mariadb"),
    "mariadb-binary": _sync("mariadb", cursors={"binary": True}),
    "mysql-connector": _sync("mysql.connector", use_pure=True),
    "mysql-connector-prepared": _sync("mysql.connector", cursors={"prepared": True}, use_pure=True),
    "aiomysql": _async("aiomysql"),
    "asyncmy": _async("asyncmy"),
}
