"""While somebody else writes the same rows, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import IntegrityError, transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Stage


async def two_columns_two_writers_plain(db: Database, stage: Stage) -> None:
    """`asave()` writes every field from memory, for Django does not keep account of which were changed.

    What another worker wrote while this one awaited something is written back to its old value, without a word.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        await kol.asave()


async def two_columns_two_writers_changed_only(db: Database, stage: Stage) -> None:
    """With `update_fields` the UPDATE names those columns alone, and what another worker wrote to others stays.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        await kol.asave(update_fields=["is_vip"])


async def two_columns_two_writers_no_change(db: Database, stage: Stage) -> None:
    """Django does not know that nothing was changed: `asave()` sends the whole row as it was loaded.

    So even a save of nothing takes back what another worker has written meanwhile.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#saving-objects
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("saved", kol=kol):
        await kol.asave()


async def row_deleted_elsewhere_plain(db: Database, stage: Stage) -> None:
    """`asave()` of an object with a key tries an UPDATE; as that matches no row, it sends an INSERT.

    The row that somebody has deleted is back, under its old key.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        await kol.asave()


async def row_deleted_elsewhere_changed_only(db: Database, stage: Stage) -> None:
    """`update_fields` forces an UPDATE, and one that matches no row is an error, a `DatabaseError` in every version.

    From Django 6.0 on it is `Kol.NotUpdated`, which is a `DatabaseError` too.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        await kol.asave(update_fields=["is_vip"])


async def row_deleted_elsewhere_counted(db: Database, stage: Stage) -> None:
    """An UPDATE through the queryset gives the number of rows that it has matched, and never turns into an INSERT.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("saved", kol=kol):
        if not await Kol.objects.filter(pk=kol.pk).aupdate(is_vip=True):
            raise Kol.DoesNotExist("deleted meanwhile")


async def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    """`aget_or_create()` puts its INSERT in an atomic block; when that is refused, it gets the row again.

    It relies on a unique constraint: without one there would be two rows.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#get-or-create
    """
    kol = None
    stage.checkpoint("started")
    with stage.attempt("asked"):
        kol, _ = await Kol.objects.aget_or_create(twitter_handle="@ada")
    stage.checkpoint("got", kol=kol)


async def get_or_create_race_in_block(db: Database, stage: Stage) -> None:
    """In a block the INSERT stands in a savepoint, and READ COMMITTED lets the second SELECT see the other row.

    That is the level of both servers here: PostgreSQL's own default, and the one that Django sets on MariaDB.
    https://docs.djangoproject.com/en/5.2/ref/databases/#mysql-isolation-level
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> Kol:
        stage.checkpoint("started")
        return Kol.objects.get_or_create(twitter_handle="@ada")[0]

    kol = None
    with stage.attempt("asked"):
        kol = await unit()
    stage.checkpoint("got", kol=kol)


async def get_or_create_race_insert_first(db: Database, stage: Stage) -> None:
    """`create()` goes first, in an inner block that is a savepoint, and `get()` is for the case that it is refused.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> Kol:
        stage.checkpoint("started")
        try:
            with transaction.atomic():
                return Kol.objects.create(twitter_handle="@ada")
        except IntegrityError:
            return Kol.objects.get(twitter_handle="@ada")

    kol = None
    with stage.attempt("asked"):
        kol = await unit()
    stage.checkpoint("got", kol=kol)
