"""One of two changes is lost, or it is noticed in time, answered in SQLAlchemy."""

from sqlalchemy import update

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Counter, Kol, Profile


def lost_update_counter_read_modify_write(db: Database, stage: Stage) -> None:
    """A transaction at the default level of either server does not keep others from writing what was read in it.

    The new value was worked out in memory, from the old one; a version counter or a lock would have noticed.
    https://docs.sqlalchemy.org/en/21/orm/versioning.html#simple-version-counting
    """
    with stage.attempt("left"), db.Session.begin() as session:
        counter = session.get_one(Counter, 1)
        stage.checkpoint("before-writing", counter=counter)
        counter.tweets += 1


def lost_update_counter_expression(db: Database, stage: Stage) -> None:
    """An SQL expression that is set on the attribute goes into the UPDATE: the database adds to what it has by then.

    https://docs.sqlalchemy.org/en/21/orm/persistence_techniques.html#embedding-sql-insert-update-expressions-into-a-flush
    """
    with stage.attempt("left"), db.Session.begin() as session:
        counter = session.get_one(Counter, 1)
        stage.checkpoint("before-writing", counter=counter)
        counter.tweets = Counter.tweets + 1


def lost_update_counter_locked(db: Database, stage: Stage) -> None:
    """SELECT ... FOR UPDATE waits for who has locked the row, and then reads what that one has stored.

    It does so at the default isolation level of either server; at a higher one PostgreSQL refuses the row instead.
    https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.Session.get
    """
    with stage.attempt("left"), db.Session.begin() as session:
        stage.checkpoint("before-writing")
        counter = session.get_one(Counter, 1, with_for_update=True)
        counter.tweets += 1


def optimistic_version_overtaken(db: Database, stage: Stage) -> None:
    """With `version_id_col` every UPDATE asks for the version that was loaded, and one that matches no row is an error.

    https://docs.sqlalchemy.org/en/21/orm/versioning.html#simple-version-counting
    """
    with db.Session() as session:
        profile = session.get_one(Profile, 1)
        stage.checkpoint("loaded", profile=profile)
        profile.bio = "mine"
        with stage.attempt("saved", profile=profile):
            session.commit()


def optimistic_version_undisturbed(db: Database, stage: Stage) -> None:
    """With `version_id_col` every UPDATE asks for the version that was loaded, and sets the next one.

    https://docs.sqlalchemy.org/en/21/orm/versioning.html#simple-version-counting
    """
    with db.Session() as session:
        profile = session.get_one(Profile, 1)
        stage.checkpoint("loaded", profile=profile)
        profile.bio = "mine"
        with stage.attempt("saved", profile=profile):
            session.commit()


def matched_vs_changed_rows(db: Database, stage: Stage) -> None:
    """The count is that of the rows which the WHERE has matched, on every database.

    MariaDB would count only those that it has changed; SQLAlchemy asks it for the others when it connects.
    https://docs.sqlalchemy.org/en/21/tutorial/data_update.html#getting-affected-row-count-from-update-delete
    """
    make_vip = update(Kol).where(Kol.twitter_handle == "@ada").values(is_vip=True)
    for name in ("first", "second"):
        with db.Session.begin() as session:
            count = session.execute(make_vip).rowcount  # type: ignore[attr-defined]  # of an UPDATE it has one
        stage.checkpoint(name, count=count)
