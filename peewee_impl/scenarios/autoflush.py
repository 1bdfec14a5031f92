"""What reading does to pending changes, answered in Peewee."""

from datetime import datetime

from peewee import Database

from peewee_impl.helpers import check_if_kol_is_vip, check_if_kol_is_vip_by_column
from peewee_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)


def read_helper_flushes_object(db: Database, stage: Stage) -> None:
    """A change is sent by `save()` and by nothing else: a query knows nothing of objects that were changed.

    There is no identity map, so the helper's query makes an object of its own from the stored row.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    with db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip("@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        kol.save()
    stage.checkpoint("finished", kol=kol)


def read_helper_flushes_column(db: Database, stage: Stage) -> None:
    """A query sees what is stored, and the change is in memory until `save()` is called.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#scalar-values
    """
    with db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip_by_column("@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        kol.save()
    stage.checkpoint("finished", kol=kol)


def read_helper_flushes_then_failure(db: Database, stage: Stage) -> None:
    """Nothing was sent before the exception, since only `save()` sends: the block has nothing to undo.

    The change is left in the caller's object alone.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    with stage.attempt("finished"), db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip("@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        raise Mishap("after the helper, before the save")


def autoflush_off_split_view(db: Database, stage: Stage) -> None:
    """Peewee has no flush, automatic or not: until `save()` every query answers from what is stored.

    `get()` makes a new object each time, so even the object read shows the stored value.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#retrieving-a-single-record
    """
    with db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = Kol.select(Kol.is_vip).where(Kol.twitter_handle == "@ada").scalar()
        stage.checkpoint("column-read", is_vip=is_vip)
        found = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("object-read", kol=kol, found=found)
        matches = Kol.select().where(Kol.is_vip).count()
        stage.checkpoint("filter-read", matches=matches)
        kol.save()
    stage.checkpoint("finished", kol=kol)


def autoflush_error_in_a_read(db: Database, stage: Stage) -> None:
    """An object that is not saved takes no part in a query: both reads answer, and the error is in `save()`.

    It leaves the block, which rolls back the earlier work with it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    with stage.attempt("finished"), db.atomic():
        Kol.create(twitter_handle="@grace")
        stage.checkpoint("earlier-work")
        duplicate = Kol(twitter_handle="@ada")
        stage.checkpoint("duplicate-made", kol=duplicate)
        with stage.attempt("read"):
            Kol.get(Kol.twitter_handle == "@ada")
        with stage.attempt("read-again"):
            Kol.get(Kol.twitter_handle == "@grace")
        duplicate.save()


def raw_sql_autoflush_orm(db: Database, stage: Stage) -> None:
    """`raw()` sends its own SQL and nothing else: an object is sent when it is saved.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("made", kol=kol)
    found = list(Kol.raw("SELECT * FROM kols"))
    stage.checkpoint("read", counted=len(found))
    kol.save()
    stage.checkpoint("finished")


def raw_sql_autoflush_connection(db: Database, stage: Stage) -> None:
    """`execute_sql()` is the database's and knows of no model, let alone of an object that was not saved.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("made", kol=kol)
    counted = db.execute_sql("SELECT COUNT(*) FROM kols").fetchone()[0]  # type: ignore[no-untyped-call]  # untyped in its stubs
    stage.checkpoint("read", counted=counted)
    kol.save()
    stage.checkpoint("finished")
