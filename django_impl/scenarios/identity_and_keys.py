"""Objects, keys and which row is whose, answered in Django."""

from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Stage


def key_before_commit(db: Database, stage: Stage) -> None:
    """`save()` sends the INSERT at once and sets the key from what it returns; the block commits when it is left.

    Django has no flush: saving is the sending, and committing is the block's business.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#auto-incrementing-primary-keys
    """
    with transaction.atomic():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        kol.save()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)


def same_row_same_object_by_query(db: Database, stage: Stage) -> None:
    """Each query makes objects of its own, for Django has no identity map; two of the same key compare equal.

    A change to one is not seen on the other, and whoever saves last writes over it.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#comparing-objects
    """
    first, second = Kol.objects.get(twitter_handle="@ada"), Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", first=first, second=second, equal=first == second)
    first.is_vip = True
    stage.checkpoint("changed", first=first, second=second)


def same_row_same_object_by_key(db: Database, stage: Stage) -> None:
    """get() asks the database for a key each time it is called, and gives a new object.

    https://docs.djangoproject.com/en/5.2/topics/db/queries/#comparing-objects
    """
    first, second = Kol.objects.get(pk=1), Kol.objects.get(pk=1)
    stage.checkpoint("loaded", first=first, second=second, equal=first == second)
    first.is_vip = True
    stage.checkpoint("changed", first=first, second=second)


def key_set_by_hand_new_key(db: Database, stage: Stage) -> None:
    """With a key set, `save()` tries an UPDATE first and sends the INSERT when that has found no row.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save()


def key_set_by_hand_new_key_insert(db: Database, stage: Stage) -> None:
    """`force_insert=True` leaves out the UPDATE; `create()` does the same.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#forcing-an-insert-or-update
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save(force_insert=True)


def key_set_by_hand_existing_key(db: Database, stage: Stage) -> None:
    """The UPDATE that `save()` tries first finds the row of that key and writes every field over it.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(id=1, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save()
