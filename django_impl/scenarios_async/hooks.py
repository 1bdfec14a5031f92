"""After-commit hooks and signals, answered in Django with asyncio."""

from contextlib import suppress

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models.signals import post_save

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


async def run_after_commit_committed(db: Database, stage: Stage) -> None:
    """`on_commit()` is called in the synchronous function that is the block, and keeps what it is given for later.

    The outermost block calls it in the same thread, when it has sent COMMIT and the connection is in autocommit.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: stage.checkpoint("in-hook"))
        stage.checkpoint("registered")

    await unit()
    stage.checkpoint("left")


async def run_after_commit_sends_sql(db: Database, stage: Stage) -> None:
    """The hook is a plain function that runs in Django's thread when the transaction is over, so that it can query.

    It is called and never awaited. What it writes is not part of the transaction.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#timing-of-execution
    """

    def count_kols() -> None:
        with stage.attempt("in-hook"):
            Kol.objects.count()

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(count_kols)
        stage.checkpoint("registered")

    await unit()
    stage.checkpoint("left")


async def run_after_commit_raises(db: Database, stage: Stage) -> None:
    """An exception of the hook reaches who awaits the block, but the COMMIT was sent before: the row stays.

    Later hooks do not run. With `on_commit(..., robust=True)` it is logged instead, and they do.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#exception-handling
    """

    def send_mail() -> None:
        stage.checkpoint("in-hook")
        raise Mishap("the mail server is down")

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(send_mail)
        stage.checkpoint("registered")

    with stage.attempt("left"):
        await unit()


async def run_after_commit_rolled_back(db: Database, stage: Stage) -> None:
    """When the block is rolled back, what was registered in it is forgotten.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("registered", runs=len(mails))
        raise Mishap("after the hook was registered")

    with suppress(Mishap):
        await unit()
    stage.checkpoint("left", runs=len(mails))


async def run_after_commit_no_transaction(db: Database, stage: Stage) -> None:
    """With no block open there is nothing to wait for, and `on_commit()` calls the function at once.

    It asks the thread's connection whether a block is open, and so goes through `sync_to_async` by itself here.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []
    await sync_to_async(transaction.on_commit)(lambda: mails.append("welcome"))
    stage.checkpoint("registered", runs=len(mails))
    await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@ada")
    stage.checkpoint("left", runs=len(mails))


async def run_after_commit_nothing_written(db: Database, stage: Stage) -> None:
    """The hook waits for the end of the block, whatever was written in it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("registered", runs=len(mails))

    await unit()
    stage.checkpoint("left", runs=len(mails))


async def run_after_commit_coroutine(db: Database, stage: Stage) -> None:
    """`on_commit()` takes anything that can be called and drops what it returns: the coroutine is never awaited.

    `async_to_sync()` makes a function of it that can be a hook.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    mails: list[str] = []

    async def send_mail() -> None:
        mails.append("welcome")

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        with stage.attempt("registered", runs=len(mails)):
            transaction.on_commit(send_mail)

    await unit()
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_inner_fails(db: Database, stage: Stage) -> None:
    """Django notes the savepoints that are open when a hook is registered, and forgets it with any of them.

    Both blocks stand in one synchronous function.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with suppress(Mishap), transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
            transaction.on_commit(lambda: mails.append("welcome"))
            raise Mishap("in the inner block")
        stage.checkpoint("inner-left", runs=len(mails))

    await unit()
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_outer_fails(db: Database, stage: Stage) -> None:
    """The end of an inner block commits nothing, so the hook waits for the outermost block, and is forgotten with it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
            transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")

    with suppress(Mishap):
        await unit()
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_behind_inner_fails(db: Database, stage: Stage) -> None:
    """A failure leaves the inner block past the line that registers; Django would have forgotten the hook in any case.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with suppress(Mishap):
            with transaction.atomic():
                Kol.objects.create(twitter_handle="@ada")
                raise Mishap("in the inner block")
            transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))

    await unit()
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_behind_outer_fails(db: Database, stage: Stage) -> None:
    """The hook belongs to the outer block and is forgotten with it, as one of an inner block would be.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")

    with suppress(Mishap):
        await unit()
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_behind_stored(db: Database, stage: Stage) -> None:
    """The hook runs once, when the outermost block has committed, wherever it was registered.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints
    """
    mails: list[str] = []

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
        transaction.on_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))

    await unit()
    stage.checkpoint("left", runs=len(mails))


async def signal_fires_before_commit_block(db: Database, stage: Stage) -> None:
    """post_save is sent at the end of `save()`, which waits for an asynchronous receiver as for any other.

    The block around it has not committed yet. What has to wait goes into `transaction.on_commit()`.
    https://docs.djangoproject.com/en/5.2/ref/signals/#post-save
    """

    async def start_task(sender: type[Kol], instance: Kol, **kwargs: object) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=Kol)
    try:
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=Kol)
    stage.checkpoint("left")


async def signal_fires_before_commit_no_block(db: Database, stage: Stage) -> None:
    """post_save is sent at the end of saving; without a block the INSERT was stored by itself by then.

    `acreate()` returns when the receiver, asynchronous here, has ended. In a block the same one is called too early.
    https://docs.djangoproject.com/en/5.2/ref/signals/#post-save
    """

    async def start_task(sender: type[Kol], instance: Kol, **kwargs: object) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=Kol)
    try:
        await Kol.objects.acreate(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=Kol)
    stage.checkpoint("left")
