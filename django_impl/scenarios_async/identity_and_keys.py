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
