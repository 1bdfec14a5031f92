"""After-commit hooks and signals, answered in Django."""

from contextlib import suppress

from django.db import transaction
from django.db.models.signals import post_save

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


def run_after_commit_committed(db: Database, stage: Stage) -> None:
    """`on_commit()` keeps the function until the outermost block has sent COMMIT and the connection is in autocommit.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: stage.checkpoint("in-hook"))
        stage.checkpoint("registered")
    stage.checkpoint("left")


def run_after_commit_sends_sql(db: Database, stage: Stage) -> None:
    """The hook runs when the transaction is over and the connection is in autocommit again, so that it can query.

    What it writes is not part of the transaction; it may open a block of its own.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#timing-of-execution
    """

    def count_kols() -> None:
        with stage.attempt("in-hook"):
            Kol.objects.count()

    with transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(count_kols)
        stage.checkpoint("registered")
    stage.checkpoint("left")


def run_after_commit_raises(db: Database, stage: Stage) -> None:
    """An exception of the hook leaves the block, but the COMMIT was sent before: the row stays, later hooks do not run.

    With `on_commit(..., robust=True)` it is logged instead, and the later hooks run.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#exception-handling
    """

    def send_mail() -> None:
        stage.checkpoint("in-hook")
        raise Mishap("the mail server is down")

    with stage.attempt("left"), transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(send_mail)
        stage.checkpoint("registered")


def run_after_commit_rolled_back(db: Database, stage: Stage) -> None:
    """When the block is rolled back, what was registered in it is forgotten.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []
    with suppress(Mishap), transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("registered", runs=len(mails))
        raise Mishap("after the hook was registered")
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_no_transaction(db: Database, stage: Stage) -> None:
    """With no block open there is nothing to wait for, and `on_commit()` calls the function at once.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []
    transaction.on_commit(lambda: mails.append("welcome"))
    stage.checkpoint("registered", runs=len(mails))
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_nothing_written(db: Database, stage: Stage) -> None:
    """The hook waits for the end of the block, whatever was written in it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []
    with transaction.atomic():
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("registered", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_coroutine(db: Database, stage: Stage) -> None:
    """`on_commit()` takes anything that can be called and drops what it returns: the coroutine is never awaited.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []

    async def send_mail() -> None:
        mails.append("welcome")

    with transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
        with stage.attempt("registered", runs=len(mails)):
            transaction.on_commit(send_mail)
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_inner_fails(db: Database, stage: Stage) -> None:
    """Django notes the savepoints that are open when a hook is registered, and forgets it with any of them.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with suppress(Mishap), transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
            transaction.on_commit(lambda: mails.append("welcome"))
            raise Mishap("in the inner block")
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_outer_fails(db: Database, stage: Stage) -> None:
    """The end of an inner block commits nothing, so the hook waits for the outermost block, and is forgotten with it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []
    with suppress(Mishap), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
            transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_inner_fails(db: Database, stage: Stage) -> None:
    """A failure leaves the inner block past the line that registers; Django would have forgotten the hook in any case.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with suppress(Mishap):
            with transaction.atomic():
                Kol.objects.create(twitter_handle="@ada")
                raise Mishap("in the inner block")
            transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_outer_fails(db: Database, stage: Stage) -> None:
    """The hook belongs to the outer block and is forgotten with it, as one of an inner block would be.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []
    with suppress(Mishap), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_stored(db: Database, stage: Stage) -> None:
    """The hook runs once, when the outermost block has committed, wherever it was registered.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def signal_fires_before_commit_block(db: Database, stage: Stage) -> None:
    """post_save is sent at the end of `save()`: the INSERT was sent, and the block around it has not committed yet.

    What has to wait goes into `transaction.on_commit()`.
    https://docs.djangoproject.com/en/5.2/ref/signals/#post-save
    """

    def start_task(sender: type[Kol], instance: Kol, **kwargs: object) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=Kol)
    try:
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=Kol)
    stage.checkpoint("left")


def signal_fires_before_commit_no_block(db: Database, stage: Stage) -> None:
    """post_save is sent at the end of `save()`; without a block the INSERT was stored by itself by then.

    The same handler therefore works until somebody puts a block around the code that saves.
    https://docs.djangoproject.com/en/5.2/ref/signals/#post-save
    """

    def start_task(sender: type[Kol], instance: Kol, **kwargs: object) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=Kol)
    try:
        Kol.objects.create(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=Kol)
    stage.checkpoint("left")
