"""Many rows by one call, beside objects that are one row each, answered in Peewee."""

from datetime import datetime

from peewee import Database, MySQLDatabase

from peewee_impl.helpers import handles_signalled
from peewee_impl.models import Kol, SignallingKol
from shared_scenarios.scenario import Stage

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)
HANDLES = ("@ada", "@grace", "@lin")


def bulk_insert_keys_and_hooks_objects(db: Database, stage: Stage) -> None:
    """bulk_create() is one INSERT per batch and calls no save(), which is where signals are sent.

    Keys are set on PostgreSQL alone, by RETURNING; SQLite and MariaDB leave them unset.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-creating-model-instances
    """
    kols = [SignallingKol(twitter_handle=handle) for handle in HANDLES]
    stage.checkpoint("built", kols=kols)
    with handles_signalled(SignallingKol) as fired, db.atomic():
        SignallingKol.bulk_create(kols)
        stage.checkpoint("sent", kols=kols, hooks=len(fired))
    stage.checkpoint("finished")


def bulk_insert_keys_and_hooks_values(db: Database, stage: Stage) -> None:
    """insert_many() is one INSERT of plain values: there is no object that could be saved, so no signal is sent.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-inserts
    """
    rows = [{"twitter_handle": handle} for handle in HANDLES]
    stage.checkpoint("built")
    with handles_signalled(SignallingKol) as fired, db.atomic():
        SignallingKol.insert_many(rows).execute()
        stage.checkpoint("sent", hooks=len(fired))
    stage.checkpoint("finished")


def statement_update_vs_memory_orm_statement(db: Database, stage: Stage) -> None:
    """update() is a statement and knows of no object; save() then writes every field back, unless told `only`.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    with db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        Kol.update(is_vip=True).where(Kol.twitter_handle == "@ada").execute()
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
        kol.save()
    stage.checkpoint("saved")


def statement_update_vs_memory_raw_sql(db: Database, stage: Stage) -> None:
    """Raw SQL touches rows alone; the object keeps what it has loaded, and save() writes every field of it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    with db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        db.execute_sql("UPDATE kols SET is_vip = TRUE WHERE twitter_handle = '@ada'")  # type: ignore[no-untyped-call]  # untyped in its stubs
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
        kol.save()
    stage.checkpoint("saved")


def statement_update_vs_memory_upsert(db: Database, stage: Stage) -> None:
    """An upsert is an INSERT of values: it changes the row, and no object that was loaded from it.

    save() writes every field of the object, and with them the old value.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#upsert
    """
    target = None if isinstance(db, MySQLDatabase) else [Kol.twitter_handle]  # MariaDB takes none
    with db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        vip = Kol.insert(twitter_handle="@ada", is_vip=True)
        vip.on_conflict(conflict_target=target, preserve=[Kol.is_vip]).execute()
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
        kol.save()
    stage.checkpoint("saved")


def bulk_partial_failure_no_block(db: Database, stage: Stage) -> None:
    """bulk_create() opens no transaction: in autocommit each batch is stored when it is sent.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-creating-model-instances
    """
    kols = [Kol(twitter_handle="@grace"), Kol(twitter_handle="@ada")]
    stage.checkpoint("built", kols=kols)
    with stage.attempt("failed"):
        Kol.bulk_create(kols, batch_size=1)


def bulk_partial_failure_block(db: Database, stage: Stage) -> None:
    """In a block, as the documentation shows it, the failed batch takes the earlier ones with it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-creating-model-instances
    """
    kols = [Kol(twitter_handle="@grace"), Kol(twitter_handle="@ada")]
    stage.checkpoint("built", kols=kols)
    with stage.attempt("failed"), db.atomic():
        Kol.bulk_create(kols, batch_size=1)
