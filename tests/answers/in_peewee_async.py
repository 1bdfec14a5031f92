"""Played by test_frames; the comments name the lines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from tests.answers import ADD_GRACE


async def writes(db: AsyncDatabase) -> None:
    async with db.atomic():  # end of block
        await Kol.acreate(twitter_handle="@grace")  # first
        await add_tweet()  # through a helper


async def add_tweet() -> None:
    await Tweet.acreate(text="hi", kol=1)  # in the helper


async def writes_in_a_generator(db: AsyncDatabase) -> None:
    async with added(db):  # entered here
        await Tweet.acreate(text="hi", kol=1)


@asynccontextmanager
async def added(db: AsyncDatabase) -> AsyncIterator[None]:
    async with db.atomic():
        await Kol.acreate(twitter_handle="@grace")  # in the generator
        yield


def write_both(db: AsyncDatabase) -> None:
    with db.atomic():  # end of block
        Kol.create(twitter_handle="@grace")  # first
        Tweet.create(text="hi", kol=1)  # second


async def calls_a_block(db: AsyncDatabase) -> None:
    await db.run(write_both, db)  # called here


async def loads_lazily(db: AsyncDatabase) -> None:
    tweet = await Tweet.aget()  # query
    await tweet.afetch(Tweet.kol)  # lazy load


async def iterates(db: AsyncDatabase) -> None:
    async for kol in db.iterate(Kol.select()):  # query
        assert kol.twitter_handle


async def reads_in_two_tasks(db: AsyncDatabase) -> None:
    await asyncio.gather(reads_kols(db), reads_tweets(db))


async def reads_kols(db: AsyncDatabase) -> None:
    await db.count(Kol.select())  # kols


async def reads_tweets(db: AsyncDatabase) -> None:
    await db.count(Tweet.select())  # tweets


async def writes_past_the_orm(db: AsyncDatabase) -> None:
    await db.aexecute_sql(ADD_GRACE)


async def asks_in_a_task(ask: Callable[[], None]) -> None:
    await asyncio.create_task(asks(ask))  # started here


async def asks(ask: Callable[[], None]) -> None:
    ask()  # asked here
