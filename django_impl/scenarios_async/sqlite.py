"""Where SQLite, or the way it is driven, behaves unlike a server, answered in Django with asyncio."""

from contextlib import suppress

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Mishap, Stage


async def sqlite_savepoint_escapes(db: Database, stage: Stage) -> None:
    """On SQLite `atomic()` sends BEGIN itself and does not leave it to the driver: the savepoint stands inside it.

    Rolling back the outer block takes the row of the released savepoint with it.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints-in-sqlite
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.count()
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("savepoint-left")
        raise Mishap("after the savepoint was left")

    with suppress(Mishap):
        await unit()
    stage.checkpoint("rolled-back")


async def sqlite_foreign_keys_off(db: Database, stage: Stage) -> None:
    """Django turns foreign keys on for each SQLite connection, and makes them deferred: they are checked by COMMIT.

    `create()` returns without an error, and leaving the block raises it.
    https://docs.djangoproject.com/en/5.2/releases/2.0/#foreign-key-constraints-are-now-enabled-on-sqlite
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        with stage.attempt("written"):
            Tweet.objects.create(text="hello", kol_id=99999)

    with stage.attempt("finished"):
        await unit()
