"""What one object does to those that belong to it, answered in SQLAlchemy with asyncio."""

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, selectinload

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet


async def n_plus_one_tweets_plain(db: AsyncDatabase, stage: Stage) -> None:
    """To touch a relation that is not loaded would send SQL where nothing can be awaited: MissingGreenlet.

    On SQLite and MariaDB it comes inside a StatementError. Load it in advance, or await it by the mixin AsyncAttrs.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm-avoid-lazyloads
    """
    handles = []
    with stage.attempt("listed"):
        async with db.session_maker() as session:
            for tweet in (await session.scalars(select(Tweet))).all():
                handles.append(tweet.kol.twitter_handle)  # noqa: PERF401  # the loop is the question
    stage.checkpoint("finished", handles=" ".join(handles))


async def n_plus_one_tweets_eager_join(db: AsyncDatabase, stage: Stage) -> None:
    """`joinedload()` adds a JOIN to the query; with all loaded, nothing has to be awaited in the loop.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#joined-eager-loading
    """
    handles = []
    with stage.attempt("listed"):
        async with db.session_maker() as session:
            tweets = (await session.scalars(select(Tweet).options(joinedload(Tweet.kol)))).all()
            handles = [tweet.kol.twitter_handle for tweet in tweets]
    stage.checkpoint("finished", handles=" ".join(handles))


async def n_plus_one_tweets_eager_select(db: AsyncDatabase, stage: Stage) -> None:
    """`selectinload()` fetches the KOLs of all tweets by one further SELECT; the asyncio examples use it.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html#select-in-loading
    """
    handles = []
    with stage.attempt("listed"):
        async with db.session_maker() as session:
            tweets = (await session.scalars(select(Tweet).options(selectinload(Tweet.kol)))).all()
            handles = [tweet.kol.twitter_handle for tweet in tweets]
    stage.checkpoint("finished", handles=" ".join(handles))


async def delete_kol_with_tweets_object(db: AsyncDatabase, stage: Stage) -> None:
    """Without a delete cascade the flush loads the tweets and sets their foreign key to NULL, which is refused.

    `cascade="save-update, merge, delete"` on the relationship makes it delete them; the asyncio documentation says to
    avoid "all".
    https://docs.sqlalchemy.org/en/21/orm/cascades.html#delete
    """
    with stage.attempt("deleted"):
        async with db.session_maker.begin() as session:
            kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
            stage.checkpoint("loaded", kol=kol)
            await session.delete(kol)


async def delete_kol_with_tweets_query(db: AsyncDatabase, stage: Stage) -> None:
    """A DELETE by query leaves the tweets to the foreign key, which PostgreSQL and MariaDB enforce.

    SQLite enforces it only on connections that ask for it.
    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#important-notes-and-caveats-for-orm-enabled-update-and-delete
    """
    with stage.attempt("deleted"):
        async with db.session_maker.begin() as session:
            kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
            stage.checkpoint("loaded", kol=kol)
            await session.execute(delete(Kol).where(Kol.twitter_handle == "@ada"))


async def delete_kol_with_tweets_cascade(db: AsyncDatabase, stage: Stage) -> None:
    """The relationship of this model names `delete` among its cascades: the flush deletes the tweets, then the KOL.

    The asyncio documentation says to avoid "all", which has `refresh-expire` in it too.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession
    """
    with stage.attempt("deleted"):
        async with db.session_maker.begin() as session:
            kol = (await session.scalars(select(KolWithTweets).where(KolWithTweets.twitter_handle == "@ada"))).one()
            stage.checkpoint("loaded", kol=kol)
            await session.delete(kol)


class _Base(DeclarativeBase):
    """The registry of models whose KOLs own their tweets."""


class KolWithTweets(_Base):
    """A KOL whose tweets go with it."""

    __tablename__ = "kols"

    id: Mapped[int] = mapped_column(primary_key=True)
    twitter_handle: Mapped[str]
    tweets: Mapped[list["TweetOfKol"]] = relationship(cascade="save-update, merge, delete, delete-orphan")


class TweetOfKol(_Base):
    """A tweet that goes with its KOL."""

    __tablename__ = "tweets"

    id: Mapped[int] = mapped_column(primary_key=True)
    kol_id: Mapped[int] = mapped_column(ForeignKey("kols.id"))


async def unsaved_parent_never_saved(db: AsyncDatabase, stage: Stage) -> None:
    """`add()` cascades along the relation to the KOL, and the flush inserts in the order that foreign keys need.

    https://docs.sqlalchemy.org/en/21/orm/cascades.html#save-update
    """
    tweet = Tweet(text="hello", kol=Kol(twitter_handle="@ada"))
    stage.checkpoint("built", tweet=tweet)
    with stage.attempt("saved", tweet=tweet):
        async with db.session_maker.begin() as session:
            session.add(tweet)
            await session.flush()


async def unsaved_parent_saved_later(db: AsyncDatabase, stage: Stage) -> None:
    """The KOL knows its tweets by the other end of the relation: to add it adds them, and one flush sends both.

    https://docs.sqlalchemy.org/en/21/orm/cascades.html#save-update
    """
    kol = Kol(twitter_handle="@ada")
    tweet = Tweet(text="hello", kol=kol)
    stage.checkpoint("built", tweet=tweet)
    with stage.attempt("saved", tweet=tweet):
        async with db.session_maker.begin() as session:
            session.add(kol)
            await session.flush()
            stage.checkpoint("kol-saved", tweet=tweet)
            session.add(tweet)
