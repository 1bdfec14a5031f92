"""What a transaction is spared, and what it makes others wait for, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def lock_needs_transaction_no_block(db: Database, stage: Stage) -> None:
    """Outside a block Peewee is in autocommit: the SELECT is a transaction of its own, and its lock ends with it.

    Nothing is raised.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L6347
    """
    with stage.attempt("locked"):
        Kol.select().where(Kol.id == 1).for_update().get()
    stage.checkpoint("left")


def lock_needs_transaction_in_block(db: Database, stage: Stage) -> None:
    """The lock is held until the outermost `atomic()` ends.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L6347
    """
    with db.atomic(), stage.attempt("locked"):
        Kol.select().where(Kol.id == 1).for_update().get()
    stage.checkpoint("left")


def isolation_default_per_orm(db: Database, stage: Stage) -> None:
    """Peewee leaves the level as the database has it: READ COMMITTED on PostgreSQL, a snapshot on MariaDB.

    On SQLite the block begins a transaction for real, and what it has read nobody can change until it ends.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    is_vip = Kol.select(Kol.is_vip).where(Kol.id == 1)
    with db.atomic():
        stage.checkpoint("read", is_vip=is_vip.scalar())
        stage.checkpoint("read-again", is_vip=is_vip.scalar())


def serialization_failure_at_commit(db: Database, stage: Stage) -> None:
    """The COMMIT fails as any statement can: the block sends ROLLBACK and raises, and the connection goes on.

    The level is an argument of `atomic()`, for this transaction alone.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#postgresql-isolation-notes
    """
    with stage.attempt("left"), db.atomic(isolation_level="SERIALIZABLE"):
        kols = list(Kol.select().order_by(Kol.id))
        stage.checkpoint("read", kols=kols)
        kols[0].is_vip = True
        kols[0].save()
        stage.checkpoint("written", kols=kols)
    with stage.attempt("next-unit"), db.atomic():
        Kol.select().count()


def deadlock_in_nested_block_caught_between(db: Database, stage: Stage) -> None:
    """MariaDB's deadlock undoes the whole transaction, and Peewee rolls back to a savepoint that is gone with it.

    The error of that is what the caller catches; the outer `atomic()` goes on in no transaction, and the next write is
    stored at once, by itself.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"), db.atomic():
        Kol.update(is_vip=True).where(Kol.id == 1).execute()
        stage.checkpoint("first-written")
        with stage.attempt("deadlocked"), db.atomic():
            Kol.update(is_vip=True).where(Kol.id == 2).execute()
        with stage.attempt("written-after"):
            Tweet.create(text="later", kol=1)


def deadlock_in_nested_block_let_out(db: Database, stage: Stage) -> None:
    """The error leaves the outermost `atomic()`, which rolls back whatever there is, and the caller hears of it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"), db.atomic():
        Kol.update(is_vip=True).where(Kol.id == 1).execute()
        stage.checkpoint("first-written")
        with db.atomic():
            Kol.update(is_vip=True).where(Kol.id == 2).execute()
        Tweet.create(text="later", kol=1)


def retry_whole_transaction_made_anew(db: Database, stage: Stage) -> None:
    """The deadlock has ended the transaction, and the block with it: the retry stands around a block of its own.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("failed"), db.atomic():
        Tweet.create(text="later", kol=1)
        stage.checkpoint("first-written")
        Kol.update(is_vip=True).where(Kol.id == 2).execute()
    with stage.attempt("retried"), db.atomic():
        Tweet.create(text="later", kol=1)
        Kol.update(is_vip=True).where(Kol.id == 2).execute()


def retry_whole_transaction_same_object(db: Database, stage: Stage) -> None:
    """The object has kept the key of the first attempt, so `save()` sends an UPDATE, and that finds no row.

    Only its return value, 0, says so: the tweet of the unit is lost, the rest of it is stored.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    tweet = Tweet(text="later", kol=1)
    with stage.attempt("failed", tweet=tweet), db.atomic():
        tweet.save()
        stage.checkpoint("first-written", tweet=tweet)
        Kol.update(is_vip=True).where(Kol.id == 2).execute()
    with stage.attempt("retried", tweet=tweet), db.atomic():
        tweet.save()
        Kol.update(is_vip=True).where(Kol.id == 2).execute()


def retry_whole_transaction_statement_only(db: Database, stage: Stage) -> None:
    """Peewee keeps no failed state, and MariaDB's deadlock has undone the whole transaction.

    The retry is sent in none, and is stored at once; what the block wrote before it is lost without an error.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("retried"), db.atomic():
        Tweet.create(text="later", kol=1)
        stage.checkpoint("first-written")
        make_vip = Kol.update(is_vip=True).where(Kol.id == 2)
        with stage.attempt("failed"):
            make_vip.execute()
        make_vip.execute()
