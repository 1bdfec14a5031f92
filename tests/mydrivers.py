"""MariaDB's drivers, each made to play the same conversation on one connection."""

import asyncio
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import util
from typing import Any

from tests import required
from tests.myworkload import Op

Where = dict[str, Any]
Play = Callable[[Where, Iterable[Op]], list[int]]
SEVERAL = 1 << 16  # CLIENT_MULTI_STATEMENTS


def driver(module: str) -> Any:
    """One of the project's own, or another voice."""
    return required.driver("mariadb", module)


def blocking(module: str, cursors: dict[str, Any] | None = None, **options: Any) -> Play:
    """Gives back what the server said of its state, each time it was asked."""

    def play(where: Where, ops: Iterable[Op]) -> list[int]:
        made = driver(module)
        connection = made.connect(**where, **options)
        states: list[int] = []
        for op in ops:
            with suppress(made.Error):
                states += one(connection, op, cursors or {}, made.Error)
        connection.close()
        return states

    return play


def one(connection: Any, op: Op, cursors: dict[str, Any], error: type[Exception]) -> list[int]:
    """Do it. Statements of several results, and the question for the state, go by a plain cursor."""
    if op.method:
        _method(connection, op)()
        return []
    cursor = connection.cursor(**({} if op.how in {"state", "several"} else cursors))
    try:
        getattr(cursor, "executemany" if op.how == "many" else "execute")(*sent(op))
        rows = list(_rows(cursor))
    finally:
        with suppress(error):  # the connection itself may be of no use by now
            cursor.close()
    return [int(rows[0][0])] if op.how == "state" else []


def without_bytes(op: Op) -> Op:
    return op._replace(
        values=[[_shown(value) for value in row] for row in op.values]
        if op.how == "many"
        else tuple(map(_shown, op.values))
    )


def _shown(value: Any) -> Any:
    return repr(value) if isinstance(value, bytes) else value


def sent(op: Op) -> tuple[Any, ...]:
    return (op.text, op.values) if op.values else (op.text,)


def _method(connection: Any, op: Op) -> Callable[[], Any]:
    if op.how != "select_db":
        return getattr(connection, op.how)  # type: ignore[no-any-return]  # of any driver
    if hasattr(connection, "select_db"):
        return lambda: connection.select_db(op.text)
    return lambda: setattr(connection, "database", op.text)


def _rows(cursor: Any) -> Iterator[Any]:
    """Every row of every result."""
    more = True
    while more:
        yield from cursor.fetchall() if cursor.description else ()
        more = cursor.nextset()


def awaited(module: str, *, bytes_too: bool = True) -> Play:
    def play(where: Where, ops: Iterable[Op]) -> list[int]:
        return asyncio.run(_play(driver(module), where, ops if bytes_too else map(without_bytes, ops)))

    return play


async def _play(made: Any, where: Where, ops: Iterable[Op]) -> list[int]:
    options = {"db" if name == "database" else name: value for name, value in where.items()}
    connection = await made.connect(**options)
    states: list[int] = []
    for op in ops:
        with suppress(made.Error if hasattr(made, "Error") else made.errors.Error):
            states += await _one(connection, op)
    closing = connection.ensure_closed()
    if inspect.isawaitable(closing):
        await closing
    return states


async def _one(connection: Any, op: Op) -> list[int]:
    if op.method:
        await _method(connection, op)()
        return []
    async with connection.cursor() as cursor:
        await getattr(cursor, "executemany" if op.how == "many" else "execute")(*sent(op))
        rows: list[Any] = list(await cursor.fetchall()) if cursor.description else []
        while await cursor.nextset():
            await cursor.fetchall()
    return [int(rows[0][0])] if op.how == "state" else []


def elsewhere(name: str, module: str) -> Play:
    """In another process: MariaDB's own driver lets no other thread run while it reads, and the proxy is one."""

    def play(where: Where, ops: Iterable[Op]) -> list[int]:
        driver(module)
        asked = pickle.dumps((name, where, list(ops)))
        told = subprocess.run(
            [sys.executable, "-m", __name__], input=asked, stdout=subprocess.PIPE, timeout=60, check=True
        )
        return list(told.stdout)

    return play


def main() -> None:
    name, where, ops = pickle.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(bytes(ELSEWHERE[name](where, ops)))


ELSEWHERE = {"mariadb": blocking("mariadb"), "mariadb-binary": blocking("mariadb", {"binary": True})}
DRIVERS: dict[str, Play] = {
    "pymysql": blocking("pymysql"),
    "pymysql-several": blocking("pymysql", client_flag=SEVERAL),
    "mysqlclient": blocking("MySQLdb", charset="utf8mb4"),
    "aiomysql": awaited("aiomysql", bytes_too=False),  # 0.3.2 calls what PyMySQL 1.2 does not have any more
    "asyncmy": awaited("asyncmy"),
    **{name: elsewhere(name, "mariadb") for name in ELSEWHERE},
    "mysql-connector": blocking("mysql.connector", use_pure=True),
    "mysql-connector-prepared": blocking("mysql.connector", {"prepared": True}, use_pure=True),
}
MODULES = {name: name.split("-")[0] for name in DRIVERS} | {
    "mysqlclient": "MySQLdb",
    "mysql-connector": "mysql",
    "mysql-connector-prepared": "mysql",
}
INSTALLED = [name for name, module in MODULES.items() if util.find_spec(module)]


if __name__ == "__main__":
    main()
