"""What a rollback leaves in the tables, on the connection and in the objects, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Mishap, Stage


def rollback_ends_transaction_not_session_after_kol(db: Database, stage: Stage) -> None:
    """The exception makes the block roll back; the connection stays open for the next unit.

    The object keeps its key, so `save()` sends an UPDATE, which finds no row; only its return value, 0, says so.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), db.atomic():
        kol.save()
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the KOL, before its tweet")
    with stage.attempt("next-unit"), db.atomic():
        grace = Kol.get(Kol.twitter_handle == "@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), db.atomic():
        kol.save()


def rollback_ends_transaction_not_session_after_both(db: Database, stage: Stage) -> None:
    """The exception makes the block roll back both; the connection stays open for the next unit.

    The object keeps its key, so `save()` sends an UPDATE, which finds no row; only its return value, 0, says so.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), db.atomic():
        kol.save()
        Tweet.create(text="hello", kol=kol)
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the KOL and its tweet")
    with stage.attempt("next-unit"), db.atomic():
        grace = Kol.get(Kol.twitter_handle == "@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), db.atomic():
        kol.save()


def rollback_ends_transaction_not_session_at_commit(db: Database, stage: Stage) -> None:
    """When COMMIT fails, the block sends ROLLBACK and raises the error; the connection stays open for the next unit.

    The object keeps its key, so `save()` sends an UPDATE, which finds no row; only its return value, 0, says so.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), db.atomic():
        kol.save()
        Tweet.create(text="hello", kol=kol)
        stage.checkpoint("written", kol=kol)
    with stage.attempt("next-unit"), db.atomic():
        grace = Kol.get(Kol.twitter_handle == "@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), db.atomic():
        kol.save()


def rollback_ends_transaction_not_session_inserted_again(db: Database, stage: Stage) -> None:
    """`force_insert=True` tells `save()` that the object is new in spite of the key that it has kept.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), db.atomic():
        kol.save()
        Tweet.create(text="hello", kol=kol)
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the KOL and its tweet")
    with stage.attempt("next-unit"), db.atomic():
        grace = Kol.get(Kol.twitter_handle == "@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), db.atomic():
        kol.save(force_insert=True)


def fields_after_rollback_sent(db: Database, stage: Stage) -> None:
    """A rollback is a statement on the connection, and no object hears of it: the field keeps its value.

    `save()` had cleared the dirty mark, so the object even looks saved.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    with db.atomic() as transaction:
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        kol.save()
        stage.checkpoint("changed", kol=kol)
        transaction.rollback()
    stage.checkpoint("rolled-back", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)


def fields_after_rollback_unsent(db: Database, stage: Stage) -> None:
    """A rollback is a statement on the connection, and no object hears of it: the field stays changed, and dirty.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    with db.atomic() as transaction:
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        transaction.rollback()
    stage.checkpoint("rolled-back", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)


def save_again_after_rollback_plain(db: Database, stage: Stage) -> None:
    """The object keeps the key that was undone; `save()` of an object with a key is an UPDATE, which hits no row.

    Only its return value says so: 0 rows. `save(force_insert=True)` would insert.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    with db.atomic() as transaction:
        kol.save()
        stage.checkpoint("written", kol=kol)
        transaction.rollback()
    stage.checkpoint("rolled-back", kol=kol)
    with stage.attempt("saved-again", kol=kol), db.atomic():
        kol.save()


def save_again_after_rollback_key_taken(db: Database, stage: Stage) -> None:
    """The object keeps the key that was undone, and `save()` of an object with a key is an UPDATE of every field.

    SQLite gives that key to @grace meanwhile, so it is her row that becomes @ada; a server gives it to nobody.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    with db.atomic() as transaction:
        kol.save()
        stage.checkpoint("written", kol=kol)
        transaction.rollback()
    stage.checkpoint("rolled-back", kol=kol)
    with stage.attempt("saved-again", kol=kol), db.atomic():
        kol.save()


def save_again_after_rollback_made_anew(db: Database, stage: Stage) -> None:
    """An object made anew has no key, and `save()` of an object without a key is an INSERT.

    The database gives it a key that is free.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    with db.atomic() as transaction:
        kol.save()
        stage.checkpoint("written", kol=kol)
        transaction.rollback()
    stage.checkpoint("rolled-back", kol=kol)
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("saved-again", kol=kol), db.atomic():
        kol.save()
