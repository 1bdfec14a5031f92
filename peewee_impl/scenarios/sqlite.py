"""Where SQLite, or the way it is driven, behaves unlike a server, answered in Peewee."""

from peewee import SqliteDatabase

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def sqlite_savepoint_escapes(db: SqliteDatabase, stage: Stage) -> None:
    """`atomic()` sends BEGIN before anything else, so the savepoint stands inside a transaction and is undone with it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with db.atomic() as transaction:
        Kol.select().count()
        with db.atomic():
            kol = Kol.create(twitter_handle="@ada")
        stage.checkpoint("savepoint-left", kol=kol)
        transaction.rollback()
    stage.checkpoint("rolled-back", kol=kol)


def sqlite_foreign_keys_off(db: SqliteDatabase, stage: Stage) -> None:
    """SQLite checks foreign keys only where a connection asks for it, and Peewee does not ask by itself.

    `SqliteDatabase(..., pragmas={'foreign_keys': 1})` would.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#foreignkeyfield
    """
    with stage.attempt("finished"), db.atomic(), stage.attempt("written"):
        Tweet.create(text="hello", kol=99999)


def sqlite_select_without_begin(db: SqliteDatabase, stage: Stage) -> None:
    """`atomic()` sends BEGIN, so both reads are in one transaction, whose lock keeps the other writer from committing.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    with db.atomic():
        stage.checkpoint("first-read", counted=Kol.select().count())
        stage.checkpoint("second-read", counted=Kol.select().count())
    stage.checkpoint("left")


def sqlite_locked_on_upgrade_default(db: SqliteDatabase, stage: Stage) -> None:
    """The BEGIN is deferred, so the block has a reader's lock when it writes, and the other writer waits for that one.

    Neither could go on by waiting: SQLite refuses the write at once.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    with stage.attempt("left"), db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("read", kol=kol)
        with stage.attempt("written"):
            kol.is_vip = True
            kol.save()


def sqlite_locked_on_upgrade_immediate(db: SqliteDatabase, stage: Stage) -> None:
    """`atomic("IMMEDIATE")` takes the write lock at the beginning; others wait, or fail after their own timeout.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    with stage.attempt("left"), db.atomic("IMMEDIATE"):
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("read", kol=kol)
        with stage.attempt("written"):
            kol.is_vip = True
            kol.save()
