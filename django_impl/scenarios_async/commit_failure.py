"""The error that comes with the COMMIT, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


async def deferred_fk_at_commit_dangling_key(db: Database, stage: Stage) -> None:
    """Django makes foreign keys deferred where the database can: on PostgreSQL and SQLite the COMMIT checks them.

    So `save()` goes well and gives the object a key, and awaiting the block raises. MariaDB refuses the INSERT.
    https://docs.djangoproject.com/en/5.2/releases/2.0/#foreign-key-constraints-are-now-enabled-on-sqlite
    """
    tweet = Tweet(text="hello", kol_id=99999)

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        with stage.attempt("written", row=tweet):
            tweet.save()

    with stage.attempt("left", row=tweet):
        await unit()


async def deferred_fk_at_commit_refused(db: Database, stage: Stage) -> None:
    """When COMMIT fails, the block sends ROLLBACK and raises the error, and `on_commit()` hooks are forgotten.

    The object keeps the key of the row that is not there and counts as saved.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    kol, hooks = Kol(twitter_handle="@ada"), list[str]()

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        transaction.on_commit(lambda: hooks.append("mail"))
        kol.save()
        stage.checkpoint("written", row=kol)

    with stage.attempt("left", row=kol):
        await unit()
    stage.checkpoint("finished", hook_runs=len(hooks))


async def connection_lost_during_commit_before_the_server(db: Database, stage: Stage) -> None:
    """When COMMIT fails, the block tries a ROLLBACK, and when that fails too, closes the connection.

    So the next call in that thread opens a new one.
    https://docs.djangoproject.com/en/5.2/ref/databases/#connection-management
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        transaction.on_commit(lambda: mails.append("welcome"))
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("written")

    with stage.attempt("left"):
        await unit()
    with stage.attempt("next-unit"):
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@grace")
    await sync_to_async(close_old_connections)()  # what Django does before and after each request
    with stage.attempt("after-close"):
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@linus")
    stage.checkpoint("finished", hook_runs=len(mails))


async def connection_lost_during_commit_after_the_server(db: Database, stage: Stage) -> None:
    """When COMMIT fails, the block tries a ROLLBACK and closes the connection; that the row is stored, nobody can know.

    The `on_commit()` hooks of the block are forgotten, and the next call has a new connection.
    https://docs.djangoproject.com/en/5.2/ref/databases/#connection-management
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        transaction.on_commit(lambda: mails.append("welcome"))
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("written")

    with stage.attempt("left"):
        await unit()
    with stage.attempt("next-unit"):
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@grace")
    await sync_to_async(close_old_connections)()  # what Django does before and after each request
    with stage.attempt("after-close"):
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@linus")
    stage.checkpoint("finished", hook_runs=len(mails))
