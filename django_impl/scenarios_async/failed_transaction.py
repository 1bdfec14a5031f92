"""After a statement has failed inside a transaction, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Stage

ADD_GRACE = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@grace', FALSE)"
ADD_ADA = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@ada', FALSE)"


async def query_after_integrity_error_orm(db: Database, stage: Stage) -> None:
    """After a database error Django marks the whole block as broken, on every database, and refuses further queries.

    The query is not even sent; when the block is left, Django rolls back without an exception of its own.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        with stage.attempt("refused"):
            Kol.objects.create(twitter_handle="@ada")
        with stage.attempt("queried"):
            Kol.objects.count()

    with stage.attempt("left"):
        await unit()


async def query_after_integrity_error_raw(db: Database, stage: Stage) -> None:
    """A raw statement on Django's cursor goes past the ORM, but not past the mark that the block is broken.

    It is refused before it is sent, like any query; leaving the block rolls back and raises nothing.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        with stage.attempt("refused"):
            Kol.objects.create(twitter_handle="@ada")
        with stage.attempt("queried"), db.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM kols")

    with stage.attempt("left"):
        await unit()


async def query_after_integrity_error_savepoint(db: Database, stage: Stage) -> None:
    """An atomic block inside another is a savepoint: the error is undone to there, and the outer block goes on.

    Both blocks stand in one synchronous function, which `sync_to_async` runs in Django's thread.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        with stage.attempt("refused"), transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
        with stage.attempt("queried"):
            Kol.objects.count()

    with stage.attempt("left"):
        await unit()


async def swallowed_error_clean_exit_plain(db: Database, stage: Stage) -> None:
    """A database error marks the block as broken although it was caught: its end sends ROLLBACK instead of COMMIT.

    The block raises nothing, so the first write is lost silently; the documentation warns of catching inside a block.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        stage.checkpoint("first-written")
        with stage.attempt("refused"):
            Kol.objects.create(twitter_handle="@ada")

    with stage.attempt("left"):
        await unit()


async def swallowed_error_clean_exit_savepoint(db: Database, stage: Stage) -> None:
    """The inner block is a savepoint: the error is rolled back to there, and the outer block stays whole and commits.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        stage.checkpoint("first-written")
        with stage.attempt("refused"), transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")

    with stage.attempt("left"):
        await unit()


async def raw_error_commit_becomes_rollback_plain(db: Database, stage: Stage) -> None:
    """An error of a cursor that is caught in the block does not mark it as broken, so that its end sends COMMIT.

    SQLite and MariaDB had undone the refused statement alone. PostgreSQL answers the COMMIT of a failed transaction
    with ROLLBACK; nobody looks at that answer, so that the block raises nothing and `on_commit()` hooks run.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    hooks: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        transaction.on_commit(lambda: hooks.append("mail"))
        with db.cursor() as cursor:
            cursor.execute(ADD_GRACE)
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                cursor.execute(ADD_ADA)

    with stage.attempt("left"):
        await unit()
    stage.checkpoint("finished", hook_runs=len(hooks))


async def raw_error_commit_becomes_rollback_savepoint(db: Database, stage: Stage) -> None:
    """The inner block is a savepoint: the failed statement is rolled back to there, and the COMMIT stores the rest.

    Both blocks and the cursor stand in one synchronous function.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    hooks: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        transaction.on_commit(lambda: hooks.append("mail"))
        with db.cursor() as cursor:
            cursor.execute(ADD_GRACE)
            stage.checkpoint("first-written")
            with stage.attempt("refused"), transaction.atomic():
                cursor.execute(ADD_ADA)

    with stage.attempt("left"):
        await unit()
    stage.checkpoint("finished", hook_runs=len(hooks))
