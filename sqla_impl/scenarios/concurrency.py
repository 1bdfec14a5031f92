"""While somebody else writes the same rows, answered in SQLAlchemy."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Counter, Kol, Profile


def two_columns_two_writers_plain(db: Database, stage: Stage) -> None:
    """The unit of work keeps account of what was set on the object, and its UPDATE names those columns alone.

    Nothing has to be asked for: what another transaction wrote to other columns stays.
    https://docs.sqlalchemy.org/en/21/tutorial/orm_data_manipulation.html#updating-orm-objects-using-the-unit-of-work-pattern
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            session.commit()


def two_columns_two_writers_changed_only(db: Database, stage: Stage) -> None:
    """To save only what was changed is what every flush does; there is no option for it, and none against it.

    https://docs.sqlalchemy.org/en/21/tutorial/orm_data_manipulation.html#updating-orm-objects-using-the-unit-of-work-pattern
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            session.flush()
            session.commit()


def two_columns_two_writers_no_change(db: Database, stage: Stage) -> None:
    """An object on which nothing was set is not dirty, so the flush has nothing to send and COMMIT goes alone.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        with stage.attempt("saved", kol=kol):
            session.commit()


def row_deleted_elsewhere_plain(db: Database, stage: Stage) -> None:
    """A flush counts the rows that its UPDATE has matched; fewer than it expects is a StaleDataError.

    The transaction is rolled back, and nothing of the unit is stored.
    https://docs.sqlalchemy.org/en/21/orm/exceptions.html#sqlalchemy.orm.exc.StaleDataError
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            session.commit()


def row_deleted_elsewhere_changed_only(db: Database, stage: Stage) -> None:
    """Every flush saves only what was changed, and counts the rows that its UPDATE has matched: none is an error.

    https://docs.sqlalchemy.org/en/21/orm/exceptions.html#sqlalchemy.orm.exc.StaleDataError
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            session.flush()
            session.commit()


def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    """SQLAlchemy has no get_or_create: who writes one catches the IntegrityError, rolls back and selects again.

    The rollback ends the transaction, so the second SELECT sees what was committed meanwhile on every database.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    by_handle, kol = select(Kol).where(Kol.twitter_handle == "@ada"), None
    with db.Session() as session:
        stage.checkpoint("started")
        with stage.attempt("asked"):
            kol = session.scalars(by_handle).one_or_none()
            if kol is None:
                kol = Kol(twitter_handle="@ada")
                session.add(kol)
                try:
                    session.commit()
                except IntegrityError:
                    session.rollback()
                    kol = session.scalars(by_handle).one()
        stage.checkpoint("got", kol=kol)


def get_or_create_race_in_block(db: Database, stage: Stage) -> None:
    """A savepoint keeps the transaction alive after the IntegrityError; what the second SELECT sees is another matter.

    PostgreSQL's READ COMMITTED shows the new row. The snapshot of MariaDB's REPEATABLE READ, which SQLAlchemy leaves
    as it is, hides the very row that refused the INSERT: NoResultFound.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    by_handle, kol = select(Kol).where(Kol.twitter_handle == "@ada"), None
    with stage.attempt("asked"), db.Session.begin() as session:
        stage.checkpoint("started")
        kol = session.scalars(by_handle).one_or_none()
        if kol is None:
            try:
                with session.begin_nested():
                    kol = Kol(twitter_handle="@ada")
                    session.add(kol)
            except IntegrityError:
                kol = session.scalars(by_handle).one()
    stage.checkpoint("got", kol=kol)


def lost_update_counter_read_modify_write(db: Database, stage: Stage) -> None:
    """A transaction at the default level of either server does not keep others from writing what was read in it.

    The new value was worked out in memory, from the old one; a version counter or a lock would have noticed.
    https://docs.sqlalchemy.org/en/21/orm/versioning.html
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

    It does so at every isolation level of either server.
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
