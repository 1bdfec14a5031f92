"""After-commit hooks and signals, answered in Peewee."""

from contextlib import suppress

from peewee import Database
from playhouse.signals import post_save  # type: ignore[import-untyped]  # not in its stubs

from peewee_impl.models import Kol, SignallingKol
from shared_scenarios.scenario import Mishap, Stage


def run_after_commit_committed(db: Database, stage: Stage) -> None:
    """`after_commit()`, new in 4.5, keeps the function until the outermost block has sent COMMIT.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    with db.atomic():
        Kol.create(twitter_handle="@ada")
        db.after_commit(lambda: stage.checkpoint("in-hook"))
        stage.checkpoint("registered")
    stage.checkpoint("left")


def run_after_commit_sends_sql(db: Database, stage: Stage) -> None:
    """The hook runs when the transaction is over, on a connection in autocommit mode, so that it can query.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """

    def count_kols() -> None:
        with stage.attempt("in-hook"):
            Kol.select().count()

    with db.atomic():
        Kol.create(twitter_handle="@ada")
        db.after_commit(count_kols)
        stage.checkpoint("registered")
    stage.checkpoint("left")


def run_after_commit_raises(db: Database, stage: Stage) -> None:
    """Peewee takes the exception for one of the commit: it sends a ROLLBACK after the COMMIT, which undoes nothing.

    The row stays, and the exception leaves the block; on SQLite the error of that needless ROLLBACK takes its place.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """

    def send_mail() -> None:
        stage.checkpoint("in-hook")
        raise Mishap("the mail server is down")

    with stage.attempt("left"), db.atomic():
        Kol.create(twitter_handle="@ada")
        db.after_commit(send_mail)
        stage.checkpoint("registered")


def run_after_commit_rolled_back(db: Database, stage: Stage) -> None:
    """When the transaction is rolled back, what was registered in it is discarded.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with suppress(Mishap), db.atomic():
        Kol.create(twitter_handle="@ada")
        db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("registered", runs=len(mails))
        raise Mishap("after the hook was registered")
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_no_transaction(db: Database, stage: Stage) -> None:
    """With no transaction open there is nothing to wait for, and `after_commit()` calls the function at once.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    db.after_commit(lambda: mails.append("welcome"))
    stage.checkpoint("registered", runs=len(mails))
    with db.atomic():
        Kol.create(twitter_handle="@ada")
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_nothing_written(db: Database, stage: Stage) -> None:
    """The block has sent BEGIN and sends COMMIT, whatever was written in it, and then the hook runs.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with db.atomic():
        db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("registered", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_coroutine(db: Database, stage: Stage) -> None:
    """A hook is called and what it returns is dropped: the coroutine that it makes is never awaited.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []

    async def send_mail() -> None:
        mails.append("welcome")

    with db.atomic():
        Kol.create(twitter_handle="@ada")
        with stage.attempt("registered", runs=len(mails)):
            db.after_commit(send_mail)
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_inner_fails(db: Database, stage: Stage) -> None:
    """Hooks belong to the transaction, and savepoints get no special treatment, as the documentation says.

    A hook of a savepoint that was rolled back runs when the outer block commits.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with db.atomic():
        Kol.create(twitter_handle="@grace")
        with suppress(Mishap), db.atomic():
            Kol.create(twitter_handle="@ada")
            db.after_commit(lambda: mails.append("welcome"))
            raise Mishap("in the inner block")
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_outer_fails(db: Database, stage: Stage) -> None:
    """Hooks wait for the outermost block, and its rollback discards them, wherever they were registered.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with suppress(Mishap), db.atomic():
        Kol.create(twitter_handle="@grace")
        with db.atomic():
            Kol.create(twitter_handle="@ada")
            db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_inner_fails(db: Database, stage: Stage) -> None:
    """A failure leaves the inner block past the line that registers, so that the outer commit finds no hook to run.

    Savepoints get no special treatment from `after_commit()`, and so need none.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with db.atomic():
        Kol.create(twitter_handle="@grace")
        with suppress(Mishap):
            with db.atomic():
                Kol.create(twitter_handle="@ada")
                raise Mishap("in the inner block")
            db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_outer_fails(db: Database, stage: Stage) -> None:
    """Hooks wait for the outermost block, and its rollback discards them, wherever they were registered.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with suppress(Mishap), db.atomic():
        Kol.create(twitter_handle="@grace")
        with db.atomic():
            Kol.create(twitter_handle="@ada")
        db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_stored(db: Database, stage: Stage) -> None:
    """The hook runs once, when the outermost block has sent COMMIT.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with db.atomic():
        Kol.create(twitter_handle="@grace")
        with db.atomic():
            Kol.create(twitter_handle="@ada")
        db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def signal_fires_before_commit_block(db: Database, stage: Stage) -> None:
    """post_save of `playhouse.signals` is sent at the end of `save()`: the INSERT was sent, the block is still open.

    What has to wait goes into `db.after_commit()`.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/orm_utils.rst#signals
    """

    def start_task(sender: type[SignallingKol], instance: SignallingKol, created: bool) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=SignallingKol)
    try:
        with db.atomic():
            SignallingKol.create(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=SignallingKol)
    stage.checkpoint("left")


def signal_fires_before_commit_no_block(db: Database, stage: Stage) -> None:
    """post_save of `playhouse.signals` is sent at the end of `save()`; without a block the INSERT was stored by itself.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/orm_utils.rst#signals
    """

    def start_task(sender: type[SignallingKol], instance: SignallingKol, created: bool) -> None:
        stage.checkpoint("in-signal", kol=instance)

    post_save.connect(start_task, sender=SignallingKol)
    try:
        SignallingKol.create(twitter_handle="@ada")
    finally:
        post_save.disconnect(start_task, sender=SignallingKol)
    stage.checkpoint("left")
