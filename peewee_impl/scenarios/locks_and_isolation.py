"""What a transaction is spared, and what it makes others wait for, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def lock_needs_transaction_no_block(db: Database, stage: Stage) -> None:
    """Outside a block Peewee is in autocommit: the SELECT is a transaction of its own, and its lock ends with it.

    Nothing is raised.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst
    """
    with stage.attempt("locked"):
        Kol.select().where(Kol.id == 1).for_update().get()
    stage.checkpoint("left")


def lock_needs_transaction_in_block(db: Database, stage: Stage) -> None:
    """The lock is held until the outermost `atomic()` ends.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst
    """
    with db.atomic(), stage.attempt("locked"):
        Kol.select().where(Kol.id == 1).for_update().get()
    stage.checkpoint("left")


def isolation_default_per_orm(db: Database, stage: Stage) -> None:
    """Peewee leaves the level as the database has it: READ COMMITTED on PostgreSQL, a snapshot on MariaDB.

    On SQLite the block begins a transaction for real, and what it has read nobody can change until it ends.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst
    """
    is_vip = Kol.select(Kol.is_vip).where(Kol.id == 1)
    with db.atomic():
        stage.checkpoint("read", is_vip=is_vip.scalar())
        stage.checkpoint("read-again", is_vip=is_vip.scalar())


def serialization_failure_at_commit(db: Database, stage: Stage) -> None:
    """The COMMIT fails as any statement can: the block sends ROLLBACK and raises, and the connection goes on.

    The level is an argument of `atomic()`, for this transaction alone.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst
    """
    with stage.attempt("left"), db.atomic(isolation_level="SERIALIZABLE"):
        kols = list(Kol.select().order_by(Kol.id))
        stage.checkpoint("read", kols=kols)
        kols[0].is_vip = True
        kols[0].save()
        stage.checkpoint("written", kols=kols)
    with stage.attempt("next-unit"), db.atomic():
        Kol.select().count()


def deadlock_in_nested_block(db: Database, stage: Stage) -> None:
    """TODO.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"), db.atomic():
        Kol.update(is_vip=True).where(Kol.id == 1).execute()
        stage.checkpoint("first-written")
        with stage.attempt("deadlocked"), db.atomic():
            Kol.update(is_vip=True).where(Kol.id == 2).execute()
        with stage.attempt("written-after"):
            Tweet.create(text="later", kol=1)
