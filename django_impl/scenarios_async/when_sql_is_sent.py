"""When a change reaches the database, and when others see it, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


async def add_sends_nothing(db: Database, stage: Stage) -> None:
    """`asave()` is the verb that keeps an object, and it sends the INSERT itself; in autocommit that also stores it.

    https://docs.djangoproject.com/en/5.2/topics/db/queries/#creating-objects
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("built", kol=kol)
    await kol.asave()
    stage.checkpoint("handed-over", kol=kol)
    stage.checkpoint("finished", kol=kol)


async def session_is_not_a_transaction(db: Database, stage: Stage) -> None:
    """Django has no session: the scope is the atomic block, one transaction in one synchronous function.

    The connection belongs to the thread in which `sync_to_async` runs both, one after the other, and outlives them.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit(handle: str, place: str) -> None:
        if place == "first":
            stage.checkpoint("opened")
        Kol.objects.create(twitter_handle=handle)
        stage.checkpoint(f"{place}-written")

    await unit("@ada", "first")
    stage.checkpoint("first-committed")
    await unit("@grace", "second")
    stage.checkpoint("second-committed")
    # What Django itself does at the end of every request.
    await sync_to_async(close_old_connections)()
    stage.checkpoint("closed")


async def kol_and_first_tweet_atomic_by_key(db: Database, stage: Stage) -> None:
    """`create()` sends the KOL's INSERT at once, so that its key is there for the tweet inside the same transaction.

    The block is a synchronous function; it commits both when it is left, and only then do others see them.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> tuple[Kol, Tweet]:
        kol = Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet.objects.create(text="hello", kol_id=kol.id)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
        return kol, tweet

    kol, tweet = await unit()
    stage.checkpoint("finished", kol=kol, tweet=tweet)


async def kol_and_first_tweet_atomic_by_relation(db: Database, stage: Stage) -> None:
    """The related manager makes the tweet with the KOL's key and sends its INSERT at once, as `create()` always does.

    The KOL has to be saved before; the block, a synchronous function, makes one transaction of both.
    https://docs.djangoproject.com/en/5.2/ref/models/relations/#django.db.models.fields.related.RelatedManager.create
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> tuple[Kol, Tweet]:
        kol = Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("kol-made", kol=kol)
        tweet = kol.tweets.create(text="hello")
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
        return kol, tweet

    kol, tweet = await unit()
    stage.checkpoint("finished", kol=kol, tweet=tweet)


async def kol_and_first_tweet_atomic_tweet_fails(db: Database, stage: Stage) -> None:
    """The exception leaves the atomic block, and the block rolls the KOL's INSERT back with it.

    `sync_to_async` hands it on to who awaits. The object in memory keeps the key, though no row has it any more.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    kol = Kol(twitter_handle="@ada")

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        kol.save()
        stage.checkpoint("kol-made", kol=kol)
        kol.tweets.create(text=None)  # type: ignore[misc]  # the failure that is asked for

    with stage.attempt("finished", kol=kol):
        await unit()


async def kol_and_first_tweet_atomic_tweet_fails_no_block(db: Database, stage: Stage) -> None:
    """In autocommit the KOL is stored by its own INSERT before the tweet is tried: without `atomic()` it stays.

    Two a-methods, awaited one after the other, are two transactions.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol):
        await kol.asave()
        stage.checkpoint("kol-made", kol=kol)
        await kol.tweets.acreate(text=None)  # type: ignore[misc]  # the failure that is asked for


async def forgotten_commit_sent(db: Database, stage: Stage) -> None:
    """Nobody has to commit: in autocommit the INSERT that `asave()` sends is stored when it has been awaited.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    kol = Kol(twitter_handle="@ada")
    await kol.asave()
    stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


async def forgotten_commit_unsent(db: Database, stage: Stage) -> None:
    """Making an instance touches no database, and nothing but `asave()` ever will; what is not saved is forgotten.

    https://docs.djangoproject.com/en/5.2/topics/db/queries/#creating-objects
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


async def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    """`create()` sends the INSERT inside the block's transaction, and the COMMIT at its end shows the row to others.

    A job that needs the row is started with `transaction.on_commit()`, from within the synchronous function.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("sent")

    await unit()
    stage.checkpoint("committed")


async def visible_only_after_commit_no_block(db: Database, stage: Stage) -> None:
    """Without a block every statement commits itself, so that others see the row when `acreate()` has been awaited.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    await Kol.objects.acreate(twitter_handle="@ada")
    stage.checkpoint("sent")
    stage.checkpoint("committed")
