"""After-commit hooks and signals, answered in Peewee with asyncio."""

from contextlib import suppress

from playhouse.signals import post_save  # type: ignore[import-untyped]  # Peewee's stubs leave playhouse out

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, SignallingKol
from shared_scenarios.scenario import Mishap, Stage


async def run_after_commit_committed(db: AsyncDatabase, stage: Stage) -> None:
    """`after_commit()`, new in 4.5, keeps the function until the outermost block has sent COMMIT.

    It takes a plain function and refuses a coroutine function, which nobody would await.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    async with db.atomic():
        await Kol.acreate(twitter_handle="@ada")
        db.after_commit(lambda: stage.checkpoint("in-hook"))
        stage.checkpoint("registered")
    stage.checkpoint("left")


async def run_after_commit_sends_sql(db: AsyncDatabase, stage: Stage) -> None:
    """The hook runs where the block's end is awaited, so that its plain queries work, on a connection in autocommit.

    What it does is therefore written as in synchronous Peewee, and holds up the caller.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """

    def count_kols() -> None:
        with stage.attempt("in-hook"):
            Kol.select().count()

    async with db.atomic():
        await Kol.acreate(twitter_handle="@ada")
        db.after_commit(count_kols)
        stage.checkpoint("registered")
    stage.checkpoint("left")


async def run_after_commit_raises(db: AsyncDatabase, stage: Stage) -> None:
    """The row stays, and the exception leaves the block: on PostgreSQL nothing more is sent.

    Elsewhere Peewee takes it for one of the commit and sends a ROLLBACK, which undoes nothing; on SQLite the error of
    that needless ROLLBACK takes its place.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """

    def send_mail() -> None:
        stage.checkpoint("in-hook")
        raise Mishap("the mail server is down")

    with stage.attempt("left"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            db.after_commit(send_mail)
            stage.checkpoint("registered")


async def run_after_commit_rolled_back(db: AsyncDatabase, stage: Stage) -> None:
    """When the transaction is rolled back, what was registered in it is discarded.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with suppress(Mishap):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            db.after_commit(lambda: mails.append("welcome"))
            stage.checkpoint("registered", runs=len(mails))
            raise Mishap("after the hook was registered")
    stage.checkpoint("left", runs=len(mails))


async def run_after_commit_no_transaction(db: AsyncDatabase, stage: Stage) -> None:
    """With no transaction open in this task there is nothing to wait for: `after_commit()` calls the function at once.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    db.after_commit(lambda: mails.append("welcome"))
    stage.checkpoint("registered", runs=len(mails))
    async with db.atomic():
        await Kol.acreate(twitter_handle="@ada")
    stage.checkpoint("left", runs=len(mails))


async def run_after_commit_nothing_written(db: AsyncDatabase, stage: Stage) -> None:
    """The block has sent BEGIN and sends COMMIT, whatever was written in it, and then the hook runs.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    async with db.atomic():
        db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("registered", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


async def run_after_commit_coroutine(db: AsyncDatabase, stage: Stage) -> None:
    """`after_commit()` refuses a coroutine function, which nobody would await, and names the cure.

    That is a plain function that starts a task.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []

    async def send_mail() -> None:
        mails.append("welcome")

    async with db.atomic():
        await Kol.acreate(twitter_handle="@ada")
        with stage.attempt("registered", runs=len(mails)):
            db.after_commit(send_mail)
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_inner_fails(db: AsyncDatabase, stage: Stage) -> None:
    """Hooks belong to the transaction, and savepoints get no special treatment, as the documentation says.

    A hook of a savepoint that was rolled back runs when the outer block commits.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    async with db.atomic():
        await Kol.acreate(twitter_handle="@grace")
        with suppress(Mishap):
            async with db.atomic():
                await Kol.acreate(twitter_handle="@ada")
                db.after_commit(lambda: mails.append("welcome"))
                raise Mishap("in the inner block")
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_outer_fails(db: AsyncDatabase, stage: Stage) -> None:
    """Hooks wait for the outermost block, and its rollback discards them, wherever they were registered.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with suppress(Mishap):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")
            async with db.atomic():
                await Kol.acreate(twitter_handle="@ada")
                db.after_commit(lambda: mails.append("welcome"))
            stage.checkpoint("inner-left", runs=len(mails))
            raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_behind_inner_fails(db: AsyncDatabase, stage: Stage) -> None:
    """A failure leaves the inner block past the line that registers, so that the outer commit finds no hook to run.

    Savepoints get no special treatment from `after_commit()`, and so need none.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    async with db.atomic():
        await Kol.acreate(twitter_handle="@grace")
        with suppress(Mishap):
            async with db.atomic():
                await Kol.acreate(twitter_handle="@ada")
                raise Mishap("in the inner block")
            db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_behind_outer_fails(db: AsyncDatabase, stage: Stage) -> None:
    """Hooks wait for the outermost block, and its rollback discards them, wherever they were registered.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with suppress(Mishap):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")
            async with db.atomic():
                await Kol.acreate(twitter_handle="@ada")
            db.after_commit(lambda: mails.append("welcome"))
            stage.checkpoint("inner-left", runs=len(mails))
            raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


async def hook_from_rolled_back_savepoint_behind_stored(db: AsyncDatabase, stage: Stage) -> None:
    """The hook runs once, when the outermost block has sent COMMIT.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    async with db.atomic():
        await Kol.acreate(twitter_handle="@grace")
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
        db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


async def signal_fires_before_commit_block(db: AsyncDatabase, stage: Stage) -> None:
    """`acreate()` runs the synchronous `save()`, at whose end post_save of `playhouse.signals` is sent.

    The INSERT was sent, the block is still open; what has to wait goes into `db.after_commit()`.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/orm_utils.rst#signals
    """

    def start_task(sender: type[SignallingKol], instance: SignallingKol, created: bool) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=SignallingKol)
    try:
        async with db.atomic():
            await SignallingKol.acreate(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=SignallingKol)
    stage.checkpoint("left")


async def signal_fires_before_commit_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """`acreate()` runs the synchronous `save()`, at whose end post_save is sent; here the INSERT was stored by itself.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/orm_utils.rst#signals
    """

    def start_task(sender: type[SignallingKol], instance: SignallingKol, created: bool) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=SignallingKol)
    try:
        async with db:
            await SignallingKol.acreate(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=SignallingKol)
    stage.checkpoint("left")
