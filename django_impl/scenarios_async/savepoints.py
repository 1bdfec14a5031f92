"""Blocks inside blocks, answered in Django with asyncio."""

from contextlib import suppress

from asgiref.sync import sync_to_async
from django.db import IntegrityError, transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


async def skip_duplicate_with_savepoint_kept(db: Database, stage: Stage) -> None:
    """Each row stands in an atomic block inside the unit's, which is a savepoint: a refused row is undone to there.

    All blocks stand in one synchronous function, and the outer one commits what was imported.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), transaction.atomic():
                Kol.objects.create(twitter_handle=handle)
        stage.checkpoint("imported")

    await unit()
    stage.checkpoint("left")


async def skip_duplicate_with_savepoint_failed(db: Database, stage: Stage) -> None:
    """The inner blocks are savepoints of the outer block's transaction, and its rollback takes all of them with it.

    `sync_to_async` hands the exception on to who awaits the unit.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), transaction.atomic():
                Kol.objects.create(twitter_handle=handle)
        stage.checkpoint("imported")
        raise Mishap("after the import")

    with stage.attempt("left"):
        await unit()


async def inner_block_is_not_durable_caller_fails(db: Database, stage: Stage) -> None:
    """An atomic block inside another is a savepoint: its end releases it, and only the outermost block commits.

    Both run in one thread on one connection, for the unit is one synchronous function.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@linus")
        stage.checkpoint("inner-left")
        raise Mishap("after the helper's block")

    with stage.attempt("left"):
        await unit()


async def inner_block_is_not_durable_guarded(db: Database, stage: Stage) -> None:
    """`atomic(durable=True)` insists on being the outermost block: inside another it raises before it does anything.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("inner-left"), transaction.atomic(durable=True):
            Kol.objects.create(twitter_handle="@linus")

    await unit()
    stage.checkpoint("left")


async def commit_inside_block_goes_on(db: Database, stage: Stage) -> None:
    """Inside an atomic block Django forbids `commit()`, because it would break the block's promise of all or nothing.

    The refusal sends nothing and the block goes on: both writes are stored at its end.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#low-level-apis
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("committed"):
            transaction.commit()
        with stage.attempt("written"):
            Kol.objects.create(twitter_handle="@linus")

    with stage.attempt("left"):
        await unit()


async def commit_inside_block_fails(db: Database, stage: Stage) -> None:
    """Inside an atomic block Django forbids `commit()`, so that the block still is one unit when it fails.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#low-level-apis
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("committed"):
            transaction.commit()
        with stage.attempt("written"):
            Kol.objects.create(twitter_handle="@linus")
        raise Mishap("after the second write")

    with stage.attempt("left"):
        await unit()


async def nested_without_savepoint_plain(db: Database, stage: Stage) -> None:
    """With `savepoint=False` there is no place to roll back to, so the exception marks the outer block for rollback.

    Until its end that block refuses queries, and at its end it sends ROLLBACK; who awaits it hears of nothing.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("inner-failed"), transaction.atomic(savepoint=False):
            Kol.objects.create(twitter_handle="@linus")
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            Kol.objects.count()

    with stage.attempt("left"):
        await unit()


async def nested_without_savepoint_savepoint(db: Database, stage: Stage) -> None:
    """By default an inner `atomic()` is a savepoint; its failure goes back to that, and the outer block stays usable.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("inner-failed"), transaction.atomic():
            Kol.objects.create(twitter_handle="@linus")
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            Kol.objects.count()

    with stage.attempt("left"):
        await unit()
