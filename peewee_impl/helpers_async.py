"""What asynchronous answers call that is not the question itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Scalar, Stage


async def check_if_kol_is_vip(handle: str, stage: Stage) -> bool:
    """Only reads: the KOL, awaited."""
    kol = await Kol.aget(Kol.twitter_handle == handle)
    stage.checkpoint("in-helper", kol=kol, is_vip=kol.is_vip)
    return bool(kol.is_vip)


async def check_if_kol_is_vip_by_column(db: AsyncDatabase, handle: str, stage: Stage) -> bool:
    """Only reads: the one column, awaited."""
    is_vip: bool = await db.scalar(Kol.select(Kol.is_vip).where(Kol.twitter_handle == handle))
    stage.checkpoint("in-helper", is_vip=is_vip)
    return is_vip


@asynccontextmanager
async def with_none_in_reserve(db: AsyncDatabase) -> AsyncIterator[AsyncDatabase]:
    """The same database, with a pool that opens a connection only for who asks.

    By default one is kept in reserve: asyncpg replaces it in the background when it is lost, and nobody can say when.
    """
    pooled = type(db)(db.database, pool_min_size=0, **db.connect_params)
    with pooled.bind_ctx([Kol]):
        try:
            yield pooled
        finally:
            await pooled.close_pool()


async def idle() -> None:
    """Nobody uses the database for a while: the event loop goes on, and drivers hear what servers have told them."""
    for _ in range(10):
        await asyncio.sleep(0)


def told(results: Sequence[object]) -> dict[str, Scalar]:
    """How many of several tasks answered, and what the others raised."""
    raised = [type(result).__name__ for result in results if isinstance(result, BaseException)]
    return {"answered": len(results) - len(raised), "exception": ", ".join(dict.fromkeys(raised))}
