"""Where SQLite, or the way it is driven, behaves unlike a server, answered in Django."""

from contextlib import suppress

from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


def sqlite_savepoint_escapes(db: Database, stage: Stage) -> None:
    """On SQLite `atomic()` sends BEGIN itself and does not leave it to the driver: the savepoint stands inside it.

    Rolling back the outer block takes the row of the released savepoint with it.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#savepoints-in-sqlite
    """
    with suppress(Mishap), transaction.atomic():
        Kol.objects.count()
        with transaction.atomic():
            Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("savepoint-left")
        raise Mishap("after the savepoint was left")
    stage.checkpoint("rolled-back")


def sqlite_foreign_keys_off(db: Database, stage: Stage) -> None:
    """Django turns foreign keys on for each SQLite connection, and makes them deferred: they are checked by COMMIT.

    `create()` returns without an error, and leaving the block raises it.
    https://docs.djangoproject.com/en/5.2/releases/2.0/#foreign-key-constraints-are-now-enabled-on-sqlite
    """
    with stage.attempt("finished"), transaction.atomic(), stage.attempt("written"):
        Tweet.objects.create(text="hello", kol_id=99999)


def sqlite_select_without_begin(db: Database, stage: Stage) -> None:
    """`atomic()` sends BEGIN itself, and from the first read on SQLite keeps a lock that no commit gets past.

    https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-transaction-behavior
    """
    with transaction.atomic():
        stage.checkpoint("first-read", counted=Kol.objects.count())
        stage.checkpoint("second-read", counted=Kol.objects.count())
    stage.checkpoint("left")


def sqlite_locked_on_upgrade_default(db: Database, stage: Stage) -> None:
    """The BEGIN of `atomic()` is deferred: the read takes a reader's lock, which cannot become a writer's here.

    The other connection waits for the reader, so SQLite refuses at once instead of waiting for ever.
    https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-transaction-behavior
    """
    with stage.attempt("left"), transaction.atomic():
        kol = Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("read", kol=kol)
        with stage.attempt("written"):
            kol.is_vip = True
            kol.save()


sqlite_locked_on_upgrade_immediate = NotApplicable(
    "atomic() takes no mode: it is a setting of the connection, played as django:transaction-mode-immediate",
    "https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-transaction-behavior",
)
