"""Objects, keys and which row is whose, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Stage


async def key_before_commit(db: Database, stage: Stage) -> None:
    """`save()` sends the INSERT at once and sets the key from what it returns; the block commits when it is left.

    `atomic()` does not work in async code, so that the block is a synchronous function, called with `sync_to_async`.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    kol = Kol(twitter_handle="@ada")

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        stage.checkpoint("built", kol=kol)
        kol.save()
        stage.checkpoint("sent", kol=kol)

    await unit()
    stage.checkpoint("committed", kol=kol)


async def same_row_same_object_by_query(db: Database, stage: Stage) -> None:
    """Each query makes objects of its own, for Django has no identity map; two of the same key compare equal.

    A change to one is not seen on the other, and whoever saves last writes over it.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#comparing-objects
    """
    first = await Kol.objects.aget(twitter_handle="@ada")
    second = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", first=first, second=second, equal=first == second)
    first.is_vip = True
    stage.checkpoint("changed", first=first, second=second)


async def same_row_same_object_by_key(db: Database, stage: Stage) -> None:
    """`aget()` asks the database for a key each time it is awaited, and gives a new object.

    https://docs.djangoproject.com/en/5.2/topics/db/queries/#comparing-objects
    """
    first, second = await Kol.objects.aget(pk=1), await Kol.objects.aget(pk=1)
    stage.checkpoint("loaded", first=first, second=second, equal=first == second)
    first.is_vip = True
    stage.checkpoint("changed", first=first, second=second)


async def key_set_by_hand_new_key(db: Database, stage: Stage) -> None:
    """With a key set, `asave()` tries an UPDATE first and sends the INSERT when that has found no row.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        await kol.asave()


async def key_set_by_hand_new_key_insert(db: Database, stage: Stage) -> None:
    """`force_insert=True` leaves out the UPDATE; `acreate()` does the same.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#forcing-an-insert-or-update
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        await kol.asave(force_insert=True)


async def key_set_by_hand_existing_key(db: Database, stage: Stage) -> None:
    """The UPDATE that `asave()` tries first finds the row of that key and writes every field over it.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(id=1, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        await kol.asave()
