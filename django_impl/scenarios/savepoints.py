"""Blocks inside blocks, answered in Django."""

from contextlib import suppress

from django.db import IntegrityError, transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


def skip_duplicate_with_savepoint_kept(db: Database, stage: Stage) -> None:
    """Each row stands in an atomic block inside the unit's, which is a savepoint: a refused row is undone to there.

    What was imported before it stays, and the outer block commits all of it.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with transaction.atomic():
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), transaction.atomic():
                Kol.objects.create(twitter_handle=handle)
        stage.checkpoint("imported")
    stage.checkpoint("left")


def skip_duplicate_with_savepoint_failed(db: Database, stage: Stage) -> None:
    """The inner blocks are savepoints of the outer block's transaction, and its rollback takes all of them with it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("left"), transaction.atomic():
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), transaction.atomic():
                Kol.objects.create(twitter_handle=handle)
        stage.checkpoint("imported")
        raise Mishap("after the import")


def inner_block_is_not_durable_caller_fails(db: Database, stage: Stage) -> None:
    """An atomic block inside another is a savepoint: its end releases it, and only the outermost block commits.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("left"), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@linus")
        stage.checkpoint("inner-left")
        raise Mishap("after the helper's block")


def inner_block_is_not_durable_guarded(db: Database, stage: Stage) -> None:
    """`atomic(durable=True)` insists on being the outermost block: inside another it raises before it does anything.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("inner-left"), transaction.atomic(durable=True):
            Kol.objects.create(twitter_handle="@linus")
    stage.checkpoint("left")


def commit_inside_block_goes_on(db: Database, stage: Stage) -> None:
    """Inside an atomic block Django forbids `commit()`, because it would break the block's promise of all or nothing.

    The refusal sends nothing and the block goes on: both writes are stored at its end.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#low-level-apis
    """
    with stage.attempt("left"), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("committed"):
            transaction.commit()
        with stage.attempt("written"):
            Kol.objects.create(twitter_handle="@linus")


def commit_inside_block_fails(db: Database, stage: Stage) -> None:
    """Inside an atomic block Django forbids `commit()`, so that the block still is one unit when it fails.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#low-level-apis
    """
    with stage.attempt("left"), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("committed"):
            transaction.commit()
        with stage.attempt("written"):
            Kol.objects.create(twitter_handle="@linus")
        raise Mishap("after the second write")


def nested_without_savepoint_plain(db: Database, stage: Stage) -> None:
    """With `savepoint=False` there is no place to roll back to, so the exception marks the outer block for rollback.

    Until its end that block refuses queries, and at its end it sends ROLLBACK and raises nothing.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("left"), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("inner-failed"), transaction.atomic(savepoint=False):
            Kol.objects.create(twitter_handle="@linus")
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            Kol.objects.count()


def nested_without_savepoint_savepoint(db: Database, stage: Stage) -> None:
    """By default an inner `atomic()` is a savepoint; its failure goes back to that, and the outer block stays usable.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("left"), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with stage.attempt("inner-failed"), transaction.atomic():
            Kol.objects.create(twitter_handle="@linus")
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            Kol.objects.count()
