"""While somebody else writes the same rows, answered in Peewee."""

from peewee import Database, IntegrityError

from peewee_impl.models import Kol
from shared_scenarios.scenario import Stage


def two_columns_two_writers_plain(db: Database, stage: Stage) -> None:
    """`save()` writes every field from memory, although Peewee knows which of them are dirty.

    What another worker wrote since the object was loaded is written back to its old value; `only_save_dirty` in the
    model's `Meta` would leave it alone.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save()


def two_columns_two_writers_changed_only(db: Database, stage: Stage) -> None:
    """With `only` the UPDATE names those columns alone, and what another worker wrote to others stays.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save(only=[Kol.is_vip])


def two_columns_two_writers_no_change(db: Database, stage: Stage) -> None:
    """`save()` re-saves all fields, dirty or not: the whole row is sent as it was loaded.

    So even a save of nothing takes back what another worker has written meanwhile.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save()


def row_deleted_elsewhere_plain(db: Database, stage: Stage) -> None:
    """`save()` of an object with a key is an UPDATE and never an INSERT; one that matches no row is no error.

    Only the return value, 0, says that nothing was stored.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save()


def row_deleted_elsewhere_changed_only(db: Database, stage: Stage) -> None:
    """With `only` it is an UPDATE of fewer columns, and again only the return value, 0, says that it matched no row.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save(only=[Kol.is_vip])


def row_deleted_elsewhere_counted(db: Database, stage: Stage) -> None:
    """`save()` returns the number of rows; whoever has to know whether the row is still there looks at it.

    MariaDB counts the rows that were changed: there a save of what is stored already gives 0 as well.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        if not kol.save():
            raise Kol.DoesNotExist("deleted meanwhile")  # type: ignore[attr-defined]  # not in its stubs


def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    """`get_or_create()` puts its INSERT in `atomic()`; when that is refused, it selects the row again.

    It relies on a unique constraint: without one there would be two rows.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#get-or-create-safely
    """
    kol = None
    stage.checkpoint("started")
    with stage.attempt("asked"):
        kol, _ = Kol.get_or_create(twitter_handle="@ada")  # type: ignore[no-untyped-call]  # untyped in its stubs
    stage.checkpoint("got", kol=kol)


def get_or_create_race_in_block(db: Database, stage: Stage) -> None:
    """In a block the INSERT stands in a savepoint; what the second SELECT sees is for the isolation level to say.

    PostgreSQL's READ COMMITTED shows the new row. The snapshot of MariaDB's REPEATABLE READ, which Peewee leaves as
    it is, hides it, and the IntegrityError is raised after all.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#get-or-create-safely
    """
    kol = None
    with stage.attempt("asked"), db.atomic():
        stage.checkpoint("started")
        kol, _ = Kol.get_or_create(twitter_handle="@ada")  # type: ignore[no-untyped-call]  # untyped in its stubs
    stage.checkpoint("got", kol=kol)


def get_or_create_race_insert_first(db: Database, stage: Stage) -> None:
    """The safe pattern of the documentation: the INSERT goes first, in a savepoint here, and then the SELECT.

    That SELECT is the first of its transaction, so that a snapshot of MariaDB is taken after the other's commit.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#get-or-create-safely
    """
    kol = None
    with stage.attempt("asked"), db.atomic():
        stage.checkpoint("started")
        try:
            with db.atomic():
                kol = Kol.create(twitter_handle="@ada")
        except IntegrityError:
            kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("got", kol=kol)
