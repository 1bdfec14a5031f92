"""What breaks outside of the program, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def disk_full_at_commit(db: Database, stage: Stage) -> None:
    """`save()` raises, and the block sends ROLLBACK: SQLite has rolled back already, and refuses that.

    The error that leaves the block is that of the ROLLBACK; the reason stands in its context.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("left"), db.atomic():
        stage.checkpoint("begun")
        kol = Kol.create(twitter_handle="@ada")
        Tweet.create(kol=kol, text="hello " * 700)
    with stage.attempt("next-unit"), db.atomic():
        Kol.create(twitter_handle="@grace")
