"""Played by test_frames; the comments name the lines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet
from tests.answers import ADD_GRACE


async def writes(db: AsyncDatabase) -> None:
    async with db.session_maker.begin() as session:  # end of block
        session.add(Kol(twitter_handle="@grace"))
        await session.flush()  # first
        await add_tweet(session)  # through a helper


async def add_tweet(session: AsyncSession) -> None:
    session.add(Tweet(text="hi", kol_id=1))
    await session.flush()  # in the helper


async def writes_in_a_generator(db: AsyncDatabase) -> None:
    async with added(db) as session:  # entered here
        await session.commit()


@asynccontextmanager
async def added(db: AsyncDatabase) -> AsyncIterator[AsyncSession]:
    async with db.session_maker() as session:
        session.add(Kol(twitter_handle="@grace"))
        await session.flush()  # in the generator
        yield session


async def loads_lazily(db: AsyncDatabase) -> None:
    async with db.session_maker() as session:
        tweet = (await session.scalars(select(Tweet))).one()  # query
        await session.run_sync(lambda _: tweet.kol)  # lazy load


async def reads_in_two_tasks(db: AsyncDatabase) -> None:
    await asyncio.gather(reads_kols(db), reads_tweets(db))


async def reads_kols(db: AsyncDatabase) -> None:
    async with db.session_maker() as session:
        await session.scalars(select(Kol))  # kols


async def reads_tweets(db: AsyncDatabase) -> None:
    async with db.session_maker() as session:
        await session.scalars(select(Tweet))  # tweets


async def writes_past_the_orm(db: AsyncDatabase) -> None:
    async with db.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection
        await raw.driver_connection.execute(ADD_GRACE)


async def asks_in_a_task(ask: Callable[[], None]) -> None:
    await asyncio.create_task(asks(ask))  # started here


async def asks(ask: Callable[[], None]) -> None:
    ask()  # asked here
