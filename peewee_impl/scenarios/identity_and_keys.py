"""Objects, keys and which row is whose, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol
from shared_scenarios.scenario import Stage


def key_before_commit(db: Database, stage: Stage) -> None:
    """`save()` sends the INSERT at once and puts the last inserted row id on the object.

    There is no flush to wait for; the block only delays the COMMIT, and with it what others see.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    with db.atomic():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        kol.save()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)


def same_row_same_object_by_query(db: Database, stage: Stage) -> None:
    """Every query makes new objects, and nothing connects two of the same row; they compare equal by their key.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#retrieving-a-single-record
    """
    first, second = Kol.get(Kol.twitter_handle == "@ada"), Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", first=first, second=second, equal=first == second)
    first.is_vip = True
    stage.checkpoint("changed", first=first, second=second)


def same_row_same_object_by_key(db: Database, stage: Stage) -> None:
    """`get_by_id()` is a query like any other: it sends a SELECT each time and makes a new object.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#retrieving-a-single-record
    """
    first, second = Kol.get_by_id(1), Kol.get_by_id(1)
    stage.checkpoint("loaded", first=first, second=second, equal=first == second)
    first.is_vip = True
    stage.checkpoint("changed", first=first, second=second)


def key_set_by_hand_new_key(db: Database, stage: Stage) -> None:
    """A key that is set tells `save()` that the row exists: it sends an UPDATE, which finds none.

    It raises nothing and returns 0, the number of rows; `force_insert=True` stores the row.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#non-integer-primary-keys
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save()


def key_set_by_hand_new_key_insert(db: Database, stage: Stage) -> None:
    """`force_insert=True` tells `save()` that the object is new in spite of its key; `create()` does the same.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#non-integer-primary-keys
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save(force_insert=True)


def key_set_by_hand_existing_key(db: Database, stage: Stage) -> None:
    """With a key `save()` means UPDATE: the row that has it takes every field of the object, defaults too.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol(id=1, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save()
