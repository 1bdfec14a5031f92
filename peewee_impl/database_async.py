"""Peewee's asyncio extension opened on a target: one database object with a pool, from which each task gets its own.

Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
"""

from typing import Any, TypeAlias

from playhouse.pwasyncio import (  # type: ignore[import-untyped]  # Peewee's stubs leave playhouse out
    AsyncDatabaseMixin,
    AsyncMySQLDatabase,
    AsyncPostgresqlDatabase,
    AsyncSqliteDatabase,
)

from peewee_impl.database import place
from peewee_impl.look import look
from peewee_impl.models_async import Counter, Kol, Profile, Tweet, database_proxy
from shared_scenarios.scenario import Look, Target

AsyncDatabase: TypeAlias = AsyncDatabaseMixin
DATABASES: dict[str, type[AsyncDatabase]] = {
    "sqlite": AsyncSqliteDatabase,
    "postgresql": AsyncPostgresqlDatabase,
    "mariadb": AsyncMySQLDatabase,
}
# The line to the target has no TLS; asyncpg would still prepare for it before each connection.
MORE = {"postgresql": {"ssl": "disable"}}


class AsyncPeeweeBackend:
    """A task gets a connection where it first needs one, and the pool gets it back when the task ends, or before."""

    def __init__(self, database: AsyncDatabase) -> None:
        self.database = database

    async def create_schema(self) -> None:
        await self.database.acreate_tables([Kol, Tweet, Counter, Profile])

    async def release(self) -> None:
        await self.database.close_pool()

    def look(self, subject: object) -> Look | None:
        return look(subject)


def open_peewee_async(target: Target, **options: Any) -> AsyncPeeweeBackend:
    """The database; options are those of its class. The models belong to the one that was opened last."""
    database = DATABASES[target.kind](**place(target), **MORE.get(target.kind, {}), **options)
    database_proxy.initialize(database)
    return AsyncPeeweeBackend(database)
