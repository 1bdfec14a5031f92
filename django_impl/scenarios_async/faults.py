"""What breaks outside of the program, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


async def disk_full_at_commit(db: Database, stage: Stage) -> None:
    """`save()` raises; SQLite has undone that statement alone, and the block sends the ROLLBACK for the rest.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        stage.checkpoint("begun")
        kol = Kol.objects.create(twitter_handle="@ada")
        Tweet.objects.create(kol=kol, text="hello " * 700)

    with stage.attempt("left"):
        await unit()
    with stage.attempt("next-unit"):
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@grace")
