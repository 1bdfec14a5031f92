"""Played by test_frames; the comments name the lines."""

import asyncio
import threading
from collections.abc import Callable

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from tests.answers import ADD_GRACE


@sync_to_async
def writes(db: Database) -> None:
    with transaction.atomic():  # end of block
        Kol.objects.create(twitter_handle="@grace")  # first
        add_tweet()  # through a helper


def add_tweet() -> None:
    Tweet.objects.create(text="hi", kol_id=1)  # in the helper


async def calls_a_block(db: Database) -> None:
    await writes(db)  # called here


async def goes_back_and_forth(db: Database) -> None:
    await sync_to_async(async_to_sync(adds))()  # outer


async def adds() -> None:
    await sync_to_async(add)()  # inner


def add() -> None:
    Kol.objects.create(twitter_handle="@grace")  # add


async def writes_with_a_method(db: Database) -> None:
    kol = await Kol.objects.acreate(twitter_handle="@grace")  # created
    await add_tweet_to(kol)  # through a helper


async def add_tweet_to(kol: Kol) -> None:
    await kol.tweets.acreate(text="hi")  # in the helper


async def is_cancelled(db: Database) -> None:
    loop, reached, answered = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def work() -> None:
        Kol.objects.create(twitter_handle="@grace")  # before
        loop.call_soon_threadsafe(reached.set)
        answered.wait()
        Kol.objects.create(twitter_handle="@alan")  # after

    task = asyncio.create_task(sync_to_async(work)())  # started here
    await reached.wait()
    task.cancel()
    await asyncio.wait([task])
    answered.set()
    await Tweet.objects.acount()


async def loads_lazily(db: Database) -> None:
    tweet = await Tweet.objects.aget()  # query
    await sync_to_async(lambda: tweet.kol)()  # lazy load


async def iterates(db: Database) -> None:
    async for kol in Kol.objects.all():  # query
        assert kol.twitter_handle


async def reads_in_two_tasks(db: Database) -> None:
    await asyncio.gather(reads_kols(), reads_tweets())


async def reads_kols() -> None:
    await Kol.objects.acount()  # kols


async def reads_tweets() -> None:
    await Tweet.objects.acount()  # tweets


async def writes_past_the_orm(db: Database) -> None:
    await sync_to_async(run_raw)(db)


def run_raw(db: Database) -> None:
    with db.cursor() as cursor:
        cursor.execute(ADD_GRACE)


async def asks_in_a_task(ask: Callable[[], None]) -> None:
    await asyncio.create_task(asks(ask))  # started here


async def asks(ask: Callable[[], None]) -> None:
    ask()  # asked here
