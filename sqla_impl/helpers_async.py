"""What asynchronous answers call that is not the question itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared_scenarios.scenario import Scalar, Stage
from sqla_impl.models import Kol


async def check_if_kol_is_vip(session: AsyncSession, handle: str, stage: Stage) -> bool:
    """Only reads."""
    kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == handle))).one()
    stage.checkpoint("in-helper", kol=kol, is_vip=kol.is_vip)
    return kol.is_vip


async def check_if_kol_is_vip_by_column(session: AsyncSession, handle: str, stage: Stage) -> bool:
    """Only reads, and only the one column."""
    is_vip = (await session.scalars(select(Kol.is_vip).where(Kol.twitter_handle == handle))).one()
    stage.checkpoint("in-helper", is_vip=is_vip)
    return is_vip


@asynccontextmanager
async def joining_transaction(session: AsyncSession) -> AsyncIterator[None]:
    """A transaction, or the one that is there: the recipe of the documentation for what 1.x called a subtransaction.

    Source: https://docs.sqlalchemy.org/en/21/changelog/migration_20.html#session-subtransaction-behavior-removed
    """
    if session.in_transaction():
        yield
    else:
        async with session.begin():
            yield


async def idle() -> None:
    """Nobody uses the database for a while: the event loop goes on, and drivers hear what servers have told them."""
    for _ in range(10):
        await asyncio.sleep(0)


def told(results: Sequence[object]) -> dict[str, Scalar]:
    """How many of several tasks answered, and what the others raised."""
    raised = [type(result).__name__ for result in results if isinstance(result, BaseException)]
    return {"answered": len(results) - len(raised), "exception": ", ".join(dict.fromkeys(raised))}
