"""What reading does to pending changes, answered in Django."""

from datetime import UTC, datetime

from django.db import transaction

from django_impl.database import Database
from django_impl.helpers import check_if_kol_is_vip, check_if_kol_is_vip_by_column
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def read_helper_flushes_object(db: Database, stage: Stage) -> None:
    """A query never sends pending changes: only `save()` writes. There is no identity map either.

    The helper gets an object of its own with the stored values, and the caller's change is sent when it is saved.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#saving-changes-to-objects
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.last_checked_at = CHECKED_AT
    stage.checkpoint("changed", kol=kol)
    is_vip = check_if_kol_is_vip("@ada", stage)
    stage.checkpoint("answered", kol=kol, is_vip=is_vip)
    kol.save()
    stage.checkpoint("finished", kol=kol)


def read_helper_flushes_column(db: Database, stage: Stage) -> None:
    """A change that was not saved exists in the caller's object alone, and a column comes from the row.

    The helper therefore answers with the stored value; the UPDATE is sent by the caller's `save()`.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#saving-changes-to-objects
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    stage.checkpoint("changed", kol=kol)
    is_vip = check_if_kol_is_vip_by_column("@ada", stage)
    stage.checkpoint("answered", kol=kol, is_vip=is_vip)
    kol.save()
    stage.checkpoint("finished", kol=kol)


def read_helper_flushes_then_failure(db: Database, stage: Stage) -> None:
    """The helper sends no UPDATE, and the exception comes before `save()`: nothing of the change was ever sent.

    The ROLLBACK of the block has nothing to undo.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#saving-changes-to-objects
    """
    with stage.attempt("finished"), transaction.atomic():
        kol = Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip("@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        raise Mishap("before the KOL was saved")


def autoflush_off_split_view(db: Database, stage: Stage) -> None:
    """Reading and writing are separate by nature: every query answers from the database, with no identity map between.

    Column, object and filter agree on the stored value; the unsaved change is seen in the caller's object alone.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#saving-changes-to-objects
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    kol.is_vip = True
    stage.checkpoint("changed", kol=kol)
    is_vip = Kol.objects.values_list("is_vip", flat=True).get(twitter_handle="@ada")
    stage.checkpoint("column-read", is_vip=is_vip)
    found = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("object-read", kol=kol, found=found)
    matches = Kol.objects.filter(is_vip=True).count()
    stage.checkpoint("filter-read", matches=matches)
    kol.save()
    stage.checkpoint("finished", kol=kol)


def autoflush_error_in_a_read(db: Database, stage: Stage) -> None:
    """A query sends no object that was only made, so both reads answer, and the error is raised by `save()` itself.

    It leaves the block, which rolls back the earlier work too.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("finished"), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        stage.checkpoint("earlier-work")
        duplicate = Kol(twitter_handle="@ada")
        stage.checkpoint("duplicate-made", duplicate=duplicate)
        with stage.attempt("read"):
            Kol.objects.get(twitter_handle="@ada")
        with stage.attempt("read-again"):
            Kol.objects.count()
        duplicate.save()


def raw_sql_autoflush_orm(db: Database, stage: Stage) -> None:
    """`raw()` is a query like any other: an instance that was not saved is nowhere but in memory.

    https://docs.djangoproject.com/en/5.2/topics/db/sql/#performing-raw-queries
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("made", kol=kol)
    found = list(Kol.objects.raw("SELECT * FROM kols"))
    stage.checkpoint("read", counted=len(found))
    kol.save()
    stage.checkpoint("finished")


def raw_sql_autoflush_connection(db: Database, stage: Stage) -> None:
    """A cursor goes past the models altogether, and there is nothing pending that Django could send before it.

    https://docs.djangoproject.com/en/5.2/topics/db/sql/#executing-custom-sql-directly
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("made", kol=kol)
    with db.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM kols")
        counted = cursor.fetchone()[0]
    stage.checkpoint("read", counted=counted)
    kol.save()
    stage.checkpoint("finished")
