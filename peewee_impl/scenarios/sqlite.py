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
