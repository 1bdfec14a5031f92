"""What one object does to those that belong to it, answered in SQLAlchemy."""

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, selectinload

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def n_plus_one_tweets_plain(db: Database, stage: Stage) -> None:
    """A relation is loaded when it is first touched; a KOL that the Session has already is taken from there.

    So it is one SELECT more for each KOL, not for each tweet.
    https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#lazy-loading
    """
    handles = []
    with stage.attempt("listed"), db.Session() as session:
        for tweet in session.scalars(select(Tweet)).all():
            handles.append(tweet.kol.twitter_handle)  # noqa: PERF401  # the loop is the question
    stage.checkpoint("finished", handles=" ".join(handles))


def n_plus_one_tweets_eager_join(db: Database, stage: Stage) -> None:
    """joinedload() adds a JOIN to the query, which is what the documentation advises for many-to-one relations.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#joined-eager-loading
    """
    handles = []
    with stage.attempt("listed"), db.Session() as session:
        tweets = session.scalars(select(Tweet).options(joinedload(Tweet.kol))).all()
        handles = [tweet.kol.twitter_handle for tweet in tweets]
    stage.checkpoint("finished", handles=" ".join(handles))


def n_plus_one_tweets_eager_select(db: Database, stage: Stage) -> None:
    """selectinload() loads the KOLs of all tweets by one further SELECT, with their keys in an IN.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#select-in-loading
    """
    handles = []
    with stage.attempt("listed"), db.Session() as session:
        tweets = session.scalars(select(Tweet).options(selectinload(Tweet.kol))).all()
        handles = [tweet.kol.twitter_handle for tweet in tweets]
    stage.checkpoint("finished", handles=" ".join(handles))


def delete_kol_with_tweets_object(db: Database, stage: Stage) -> None:
    """A relationship deletes no children by default: they are loaded, and their foreign key is set to NULL.

    The column is NOT NULL, so the flush fails and all is rolled back; `cascade="all, delete"` on the relationship
    deletes them instead.
    https://docs.sqlalchemy.org/en/21/orm/cascades.html#delete
    """
    with stage.attempt("deleted"), db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        session.delete(kol)


def delete_kol_with_tweets_query(db: Database, stage: Stage) -> None:
    """A DELETE by query knows nothing of relationships: what becomes of the tweets is for the foreign key to say.

    PostgreSQL and MariaDB refuse it; SQLite does not check foreign keys unless each connection asks for it.
    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#important-notes-and-caveats-for-orm-enabled-update-and-delete
    """
    with stage.attempt("deleted"), db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        session.execute(delete(Kol).where(Kol.twitter_handle == "@ada"))


def delete_kol_with_tweets_cascade(db: Database, stage: Stage) -> None:
    """The relationship of this model says `cascade="all, delete-orphan"`: the flush deletes the tweets, then the KOL.

    https://docs.sqlalchemy.org/en/21/orm/cascades.html#delete
    """
    with stage.attempt("deleted"), db.Session.begin() as session:
        kol = session.scalars(select(KolWithTweets).where(KolWithTweets.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        session.delete(kol)


class _Base(DeclarativeBase):
    """The registry of models whose KOLs own their tweets."""


class KolWithTweets(_Base):
    """A KOL whose tweets go with it."""

    __tablename__ = "kols"

    id: Mapped[int] = mapped_column(primary_key=True)
    twitter_handle: Mapped[str]
    tweets: Mapped[list["TweetOfKol"]] = relationship(cascade="all, delete-orphan")


class TweetOfKol(_Base):
    """A tweet that goes with its KOL."""

    __tablename__ = "tweets"

    id: Mapped[int] = mapped_column(primary_key=True)
    kol_id: Mapped[int] = mapped_column(ForeignKey("kols.id"))


def unsaved_parent_never_saved(db: Database, stage: Stage) -> None:
    """add() takes along what the object refers to, and the flush sends the KOL first and gives its key to the tweet.

    https://docs.sqlalchemy.org/en/21/orm/cascades.html#save-update
    """
    tweet = Tweet(text="hello", kol=Kol(twitter_handle="@ada"))
    stage.checkpoint("built", tweet=tweet)
    with stage.attempt("saved", tweet=tweet), db.Session.begin() as session:
        session.add(tweet)
        session.flush()


def unsaved_parent_saved_later(db: Database, stage: Stage) -> None:
    """The relation works both ways: adding the KOL adds its tweets, so that one flush sends both.

    https://docs.sqlalchemy.org/en/21/orm/cascades.html#save-update
    """
    kol = Kol(twitter_handle="@ada")
    tweet = Tweet(text="hello", kol=kol)
    stage.checkpoint("built", tweet=tweet)
    with stage.attempt("saved", tweet=tweet), db.Session.begin() as session:
        session.add(kol)
        session.flush()
        stage.checkpoint("kol-saved", tweet=tweet)
        session.add(tweet)
