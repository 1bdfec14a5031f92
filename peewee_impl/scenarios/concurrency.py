"""While somebody else writes the same rows, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Counter, Kol, Profile
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


def lost_update_counter_read_modify_write(db: Database, stage: Stage) -> None:
    """A transaction at the default level of either server does not keep others from writing what was read in it.

    The new value was worked out in memory, from the old one; Peewee's documentation shows this as the wrong way.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#atomic-updates
    """
    with stage.attempt("left"), db.atomic():
        counter = Counter.get_by_id(1)
        stage.checkpoint("before-writing", counter=counter)
        counter.tweets += 1
        counter.save()


def lost_update_counter_expression(db: Database, stage: Stage) -> None:
    """A column in the expression goes into the UPDATE: the database adds to what it has by then, not to what was read.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#atomic-updates
    """
    with stage.attempt("left"), db.atomic():
        counter = Counter.get_by_id(1)
        stage.checkpoint("before-writing", counter=counter)
        Counter.update(tweets=Counter.tweets + 1).where(Counter.id == counter.id).execute()


def lost_update_counter_locked(db: Database, stage: Stage) -> None:
    """`for_update()` waits for who has locked the row, and then reads what that one has stored.

    It does so at every isolation level of either server.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst
    """
    with stage.attempt("left"), db.atomic():
        stage.checkpoint("before-writing")
        counter = Counter.select().where(Counter.id == 1).for_update().get()
        counter.tweets += 1
        counter.save()


def optimistic_version_overtaken(db: Database, stage: Stage) -> None:
    """Peewee counts no versions; its documentation has a recipe, whose UPDATE looks for the one that was loaded.

    An UPDATE that matches no row is no error by itself: the recipe reads its count and raises.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#optimistic-locking
    """
    profile = Profile.get_by_id(1)
    stage.checkpoint("loaded", profile=profile)
    profile.bio = "mine"
    with stage.attempt("saved", profile=profile):
        profile.save_optimistic()


def optimistic_version_undisturbed(db: Database, stage: Stage) -> None:
    """The UPDATE of the documentation's recipe looks for the version that was loaded, and sets the next one.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#optimistic-locking
    """
    profile = Profile.get_by_id(1)
    stage.checkpoint("loaded", profile=profile)
    profile.bio = "mine"
    with stage.attempt("saved", profile=profile):
        profile.save_optimistic()


def matched_vs_changed_rows(db: Database, stage: Stage) -> None:
    """Peewee gives the count of the driver as it is, and asks the server for no other one.

    SQLite and PostgreSQL count the rows that were matched, MariaDB those that were changed.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-multiple-rows
    """
    make_vip = Kol.update(is_vip=True).where(Kol.twitter_handle == "@ada")
    stage.checkpoint("first", count=make_vip.execute())
    stage.checkpoint("second", count=make_vip.execute())
