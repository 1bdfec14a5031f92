"""While somebody else writes the same rows, answered in Django."""

from django.db import IntegrityError, transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Stage


def two_columns_two_writers_plain(db: Database, stage: Stage) -> None:
    """`save()` writes every field from memory, for Django does not keep account of which were changed.

    What another worker wrote since the object was loaded is written back to its old value, without a word.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save()


def two_columns_two_writers_changed_only(db: Database, stage: Stage) -> None:
    """With `update_fields` the UPDATE names those columns alone, and what another worker wrote to others stays.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save(update_fields=["is_vip"])


def two_columns_two_writers_no_change(db: Database, stage: Stage) -> None:
    """Django does not know that nothing was changed: `save()` sends the whole row as it was loaded.

    So even a save of nothing takes back what another worker has written meanwhile.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#saving-objects
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save()


def row_deleted_elsewhere_plain(db: Database, stage: Stage) -> None:
    """`save()` of an object with a key tries an UPDATE; as that matches no row, it sends an INSERT.

    The row that somebody has deleted is back, under its old key.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save()


def row_deleted_elsewhere_changed_only(db: Database, stage: Stage) -> None:
    """`update_fields` forces an UPDATE, and one that matches no row is an error, a `DatabaseError` in every version.

    From Django 6.0 on it is `Kol.NotUpdated`, which is a `DatabaseError` too.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save(update_fields=["is_vip"])


def row_deleted_elsewhere_counted(db: Database, stage: Stage) -> None:
    """An UPDATE through the queryset gives the number of rows that it has matched, and never turns into an INSERT.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("saved", kol=kol):
        if not Kol.objects.filter(pk=kol.pk).update(is_vip=True):
            raise Kol.DoesNotExist("deleted meanwhile")


def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    """`get_or_create()` puts its INSERT in an atomic block; when that is refused, it gets the row again.

    It relies on a unique constraint: without one there would be two rows.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#get-or-create
    """
    kol = None
    stage.checkpoint("started")
    with stage.attempt("asked"):
        kol, _ = Kol.objects.get_or_create(twitter_handle="@ada")
    stage.checkpoint("got", kol=kol)


def get_or_create_race_in_block(db: Database, stage: Stage) -> None:
    """In a block the INSERT stands in a savepoint, and READ COMMITTED lets the second SELECT see the other row.

    That is the level of both servers here: PostgreSQL's own default, and the one that Django sets on MariaDB.
    https://docs.djangoproject.com/en/5.2/ref/databases/#mysql-isolation-level
    """
    kol = None
    with stage.attempt("asked"), transaction.atomic():
        stage.checkpoint("started")
        kol, _ = Kol.objects.get_or_create(twitter_handle="@ada")
    stage.checkpoint("got", kol=kol)


def get_or_create_race_insert_first(db: Database, stage: Stage) -> None:
    """`create()` goes first, in an inner block that is a savepoint, and `get()` is for the case that it is refused.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
    """
    kol = None
    with stage.attempt("asked"), transaction.atomic():
        stage.checkpoint("started")
        try:
            with transaction.atomic():
                kol = Kol.objects.create(twitter_handle="@ada")
        except IntegrityError:
            kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("got", kol=kol)
