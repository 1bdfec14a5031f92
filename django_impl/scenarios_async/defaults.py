"""What happens if I do nothing special, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


async def transaction_defaults_write(db: Database, stage: Stage) -> None:
    """Django runs in autocommit in async code too: each statement is its own transaction, stored at once.

    There is no scope to leave; the connection is simply still there.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    await Kol.objects.acreate(twitter_handle="@grace")
    stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_read(db: Database, stage: Stage) -> None:
    """In autocommit a read opens no transaction, so that nothing stays open after it, awaited or not.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#why-django-uses-autocommit
    """
    await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_empty_block(db: Database, stage: Stage) -> None:
    """`atomic()` opens the connection and sends BEGIN when it is entered, and COMMIT when it is left, used or not.

    It works in synchronous code alone, so that the block is a function, called with `sync_to_async`.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        stage.checkpoint("done")

    await unit()
    stage.checkpoint("left")


async def transaction_defaults_reading_block(db: Database, stage: Stage) -> None:
    """`atomic()` sends BEGIN when it is entered and COMMIT when it is left, whether its statements read or write.

    It works in synchronous code alone, so that the block is a function, called with `sync_to_async`.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("done")

    await unit()
    stage.checkpoint("left")


async def ddl_implicit_commit(db: Database, stage: Stage) -> None:
    """SQLite and PostgreSQL roll a CREATE TABLE back with its block, which is why migrations there are atomic.

    MariaDB commits before it; Django has turned autocommit off for the block, so that the next write is in a new
    transaction, which the block rolls back.
    https://docs.djangoproject.com/en/5.2/topics/migrations/#mysql
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("first-written")
        with db.cursor() as cursor:
            cursor.execute("CREATE TABLE notes (id INTEGER)")
        stage.checkpoint("table-made")
        Kol.objects.create(twitter_handle="@grace")
        stage.checkpoint("second-written")
        raise Mishap("after the second write")

    with stage.attempt("failed"):
        await unit()
