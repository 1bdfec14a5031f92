"""A random workload on PostgreSQL by three drivers, with everything in it that can put a decoder out of step."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module, util
from random import Random
from typing import Any

from tests import required

Where = dict[str, Any]
# Each driver has its own, for they play by turns and would wait for each other's locks.
TABLE = """
CREATE SCHEMA {0};
CREATE TABLE {0}.things (
    id int PRIMARY KEY, name text, flag bool, big bigint, part float8, at timestamptz, raw bytea,
    later int UNIQUE DEFERRABLE INITIALLY DEFERRED
)
"""
INSERT = "INSERT INTO things (id, name, flag, big, part, at, raw) VALUES ({}, {}, {}, {}, {}, {}, {})"
WRONG = (
    "SELEC 1",
    "SELECT * FROM nowhere",
    "SELECT 1 / 0",
    "SELECT 1; SELEC 2",
    "INSERT INTO things (id) VALUES (NULL)",
)


def values(random: Random) -> tuple[Any, ...]:
    """One row; the keys are few, so that many are duplicates."""
    return (
        random.randrange(60),
        random.choice(["a", "K\u00e4se; 'x' -- y", "\U0001f600", "", None]),
        random.choice([True, False, None]),
        random.choice([0, -1, 2**40, None]),
        random.choice([0.5, -1e300, 3.0]),
        random.choice([datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), None]),
        random.choice([b"\x00\xff;", None]),
    )


CHOSEN = "SELECT * FROM things WHERE id < %s"
SOME = "UPDATE things SET later = 1 WHERE id IN (SELECT id FROM things LIMIT %s)"


class Psycopg:
    """psycopg 3: text and binary values, prepared after some executions, pipelines, server-side cursors, COPY."""

    def __init__(self, where: Where, database: str, random: Random) -> None:
        self.driver = required.driver("postgresql", "psycopg")
        self.random = random
        self.connection = self.connect(**where, dbname=database)
        self.insert = INSERT.format(*["%s"] * 7)
        self.binary = INSERT.format(*["%b"] * 7)

    def connect(self, **where: Any) -> Any:
        return self.driver.connect(options=f"-c search_path={self.driver.__name__}", **where)

    def steps(self) -> list[Callable[[], object]]:
        c = self.connection
        return [
            lambda: c.execute(self.insert, values(self.random)),
            lambda: c.execute(self.binary, values(self.random)),
            lambda: c.execute(CHOSEN, (self.random.randrange(60),), prepare=True).fetchall(),
            lambda: c.execute("SELECT 1", prepare=False),
            lambda: c.execute("SELECT $1::int".replace("$1", "%s"), ("no number",)),
            lambda: c.execute(self.random.choice(WRONG)),
            lambda: c.execute("DELETE FROM things WHERE id > 30 RETURNING id; SELECT ';'"),
            lambda: c.execute(SOME, (self.random.choice([1, 2]),)),
            lambda: c.cursor().executemany(self.insert, [values(self.random) for _ in range(3)]),
            self.pipeline,
            self.pipeline,
            self.savepoint,
            self.server_cursor,
            self.copy,
            c.commit,
            c.rollback,
            self.autocommit,
            lambda: list(c.cursor().stream("SELECT id FROM things WHERE id < %s", (20,))),
        ]  # fmt: skip

    def pipeline(self) -> None:
        with self.connection.pipeline() as pipeline:
            for _ in range(self.random.randrange(1, 8)):
                self.random.choice(
                    [
                        lambda: self.connection.execute(self.insert, values(self.random)),
                        lambda: self.connection.execute("SELECT %s::text", ("x",)),
                        lambda: self.connection.execute("SELECT count(*) FROM things"),
                        lambda: self.connection.execute("SELECT 1 / %s", (self.random.choice([0, 1, 1]),)),
                        pipeline.sync,
                    ]
                )()

    def savepoint(self) -> None:
        with self.connection.transaction():
            self.connection.execute(self.insert, values(self.random))

    def server_cursor(self) -> None:
        with self.connection.cursor("some") as cursor:
            cursor.execute("SELECT * FROM things WHERE id > %s", (5,))
            cursor.fetchmany(2)
            cursor.fetchall()

    def copy(self) -> None:
        cursor = self.connection.cursor()
        if self.random.random() < 0.5:
            with cursor.copy("COPY things (id, name) FROM STDIN") as copy:
                for _ in range(3):
                    copy.write_row((self.random.randrange(200), "copied"))
        else:
            with cursor.copy("COPY (SELECT id FROM things WHERE id > %s) TO STDOUT", (3,)) as copy:
                list(copy)

    def autocommit(self) -> None:
        self.connection.rollback()
        self.connection.autocommit = not self.connection.autocommit

    def recover(self) -> None:
        if self.random.random() < 0.7:
            (self.connection.rollback if self.random.random() < 0.7 else self.connection.commit)()

    def play(self, number: int) -> Iterator[None]:
        choices = self.steps()
        for _ in range(number):
            try:
                self.random.choice(choices)()
            except self.driver.Error:
                with suppress(self.driver.Error):
                    self.recover()
            yield

    def close(self) -> None:
        self.connection.close()


class Psycopg2(Psycopg):
    """psycopg2: values written into the text, large objects, COPY."""

    def __init__(self, where: Where, database: str, random: Random) -> None:
        self.driver = import_module("psycopg2")
        self.random = random
        self.connection = self.connect(**where, dbname=database)
        self.insert = INSERT.format(*["%s"] * 7)

    def execute(self, text: str, given: Any = None) -> None:
        with closing(self.connection.cursor()) as cursor:
            cursor.execute(text, given)

    def steps(self) -> list[Callable[[], object]]:
        return [
            lambda: self.execute(self.insert, values(self.random)),
            lambda: self.execute("SELECT * FROM things WHERE name = %s", ("a;b",)),
            lambda: self.execute(self.random.choice(WRONG)),
            lambda: self.execute("SAVEPOINT a; INSERT INTO things (id) VALUES (1); RELEASE a;"),
            lambda: self.execute("SELECT $$;$$ /* ; /* ; */ */; UPDATE things SET name = E'\\';' WHERE id = 3"),
            lambda: self.execute(" "),
            self.large_object,
            self.connection.commit,
            self.connection.rollback,
        ]

    def large_object(self) -> None:
        self.connection.lobject().close()

    def recover(self) -> None:
        if self.random.random() < 0.7:
            self.connection.rollback()


class Asyncpg:
    """asyncpg: every statement prepared under a name, binary values, cursors by portals, COPY in binary."""

    def __init__(self, where: Where, database: str, random: Random) -> None:
        self.driver = required.driver("postgresql", "asyncpg")
        self.random, self.loop = random, asyncio.new_event_loop()
        self.connection: Any = self.wait(
            self.driver.connect(
                **where,
                database=database,
                statement_cache_size=5,
                server_settings={"search_path": "asyncpg"},
            )
        )
        self.insert = INSERT.format(*[f"${n}" for n in range(1, 8)])

    def wait(self, awaitable: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(awaitable)

    def steps(self) -> list[Callable[[], Awaitable[object]]]:
        c = self.connection
        return [
            lambda: c.execute(self.insert, *values(self.random)),
            lambda: c.fetch("SELECT * FROM things WHERE id < $1 AND name = $2", self.random.randrange(60), "a"),
            lambda: c.fetchrow("SELECT * FROM things"),
            lambda: c.fetchval("SELECT $1::numeric + 1", Decimal("1.5")),
            lambda: c.execute(self.random.choice(WRONG)),
            lambda: c.fetch(self.random.choice(WRONG)),
            lambda: c.executemany(self.insert, [values(self.random) for _ in range(4)]),
            lambda: c.execute("DELETE FROM things WHERE id > 30"),
            lambda: c.fetch(f"SELECT {self.random.randrange(20)}"),
            self.transaction,
            self.cursor,
            self.copy,
            c.reset,
        ]

    async def transaction(self) -> None:
        async with self.connection.transaction():
            await self.connection.execute(self.insert, *values(self.random))
            with suppress(self.driver.PostgresError):
                async with self.connection.transaction():
                    await self.connection.execute(self.insert, *values(self.random))

    async def cursor(self) -> None:
        async with self.connection.transaction():
            async for _ in self.connection.cursor("SELECT generate_series(1, $1::int)", 9, prefetch=3):
                pass

    async def copy(self) -> None:
        rows = [(self.random.randrange(200), "copied") for _ in range(3)]
        await self.connection.copy_records_to_table("things", records=rows, columns=("id", "name"))

    def play(self, number: int) -> Iterator[None]:
        choices = self.steps()
        for _ in range(number):
            with suppress(self.driver.PostgresError):
                self.wait(self.random.choice(choices)())
            yield

    def close(self) -> None:
        self.wait(self.connection.close())
        self.loop.close()


# The last is none of the project's, and plays where it is installed.
DRIVERS: dict[str, Any] = {"psycopg": Psycopg, "asyncpg": Asyncpg, "psycopg2": Psycopg2}
INSTALLED = [name for name in DRIVERS if name != "psycopg2" or util.find_spec(name)]


def make_tables(connection: Any) -> None:
    for driver in DRIVERS:
        connection.execute(TABLE.format(driver))


@contextmanager
def played(driver: str, where: Where, database: str, seed: int) -> Iterator[Callable[[int], Iterator[None]]]:
    """A connection of this driver, and what plays so many random steps on it."""
    player = DRIVERS[driver](where, database, Random(seed))
    try:
        yield player.play
    finally:
        player.close()
