"""One of two changes is lost, or it is noticed in time, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Counter, Kol, Profile
from shared_scenarios.scenario import Stage


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

    It does so at the default isolation level of either server; at a higher one PostgreSQL refuses the row instead.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L6347
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
