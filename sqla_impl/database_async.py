"""SQLAlchemy's asyncio extension opened on a target: one engine, one async_sessionmaker with its defaults.

The documentation says that `expire_on_commit` should normally be False with asyncio: a configuration of its own.

Source: https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared_scenarios.scenario import Look, Target
from sqla_impl.database import url_of
from sqla_impl.look import look
from sqla_impl.models import Base

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "mariadb": "mariadb+aiomysql"}
# The line to the target has no TLS; asyncpg would still prepare for it before each connection.
OPTIONS = {"postgresql": {"ssl": "disable"}}


@dataclass(frozen=True)
class AsyncDatabase:
    """What asynchronous answers work with."""

    engine: AsyncEngine
    session_maker: async_sessionmaker[AsyncSession]


class AsyncBackend:
    """One engine for all scenarios, on the one event loop that serves them."""

    def __init__(self, engine: AsyncEngine, **session_options: Any) -> None:
        self.database = AsyncDatabase(engine, async_sessionmaker(engine, **session_options))

    async def create_schema(self) -> None:
        async with self.database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def release(self) -> None:
        await self.database.engine.dispose()

    def look(self, subject: object) -> Look | None:
        return look(subject)


def open_async(target: Target, connect_args: Mapping[str, Any] | None = None, **session_options: Any) -> AsyncBackend:
    """The asynchronous engine; all options but the first are those of `async_sessionmaker`."""
    url = url_of(target, DRIVERS).update_query_dict(OPTIONS.get(target.kind, {}))
    return AsyncBackend(create_async_engine(url, connect_args=dict(connect_args or {})), **session_options)
