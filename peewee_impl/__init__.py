"""Peewee: its implementations. Light on purpose; Peewee itself is imported where it plays."""

from dataclasses import replace

from shared_scenarios.scenario import Housekeeping, Implementation

SYNC = Implementation(
    name="peewee",
    package="peewee_impl",
    open="peewee_impl.database:open_peewee",
    answers="peewee_impl.scenarios",
    requires=("peewee>=4.5",),
    drivers={"postgresql": ("psycopg>=3.2",), "mariadb": ("PyMySQL>=1.1",)},
    docs="https://github.com/coleifer/peewee/blob/",
    housekeeping=(Housekeeping("pymysql/connections.py", "connect", "the driver sets character set and autocommit"),),
    capabilities=frozenset({"synchronous code"}),
)

IMPLEMENTATIONS = (
    SYNC,
    replace(
        SYNC,
        name="peewee:foreign-keys-on",
        configuration={"pragmas": {"foreign_keys": 1}},
        databases=("sqlite",),
        cases=(
            "deferred-fk-at-commit/dangling-key",
            "delete-kol-with-tweets/object",
            "delete-kol-with-tweets/query",
            "sqlite-foreign-keys-off",
        ),
    ),
    replace(
        SYNC,
        name="peewee:only-save-dirty",
        configuration={"only_save_dirty": True},
        cases=(
            "save-again-after-rollback/key-taken",
            "statement-update-vs-memory/*",
            "two-columns-two-writers/plain",
            "two-columns-two-writers/no-change",
        ),
    ),
    replace(SYNC, name="peewee:pooled", configuration={"pooled": True}, cases=("commit-returns-connection",)),
    replace(
        SYNC,
        name="peewee-async",
        open="peewee_impl.database_async:open_peewee_async",
        answers="peewee_impl.scenarios_async",
        requires=("peewee>=4.5", "aiosqlite>=0.20", "greenlet>=3"),
        drivers={"postgresql": ("asyncpg>=0.30",), "mariadb": ("aiomysql>=0.2",)},
        housekeeping=(
            Housekeeping("asyncpg/connection.py", "reset", "the pool resets a connection when it is returned"),
            Housekeeping("aiomysql/connection.py", "_connect", "the driver sets character set and autocommit"),
        ),
        capabilities=frozenset({"asyncio"}),
    ),
)
