"""What one object does to those that belong to it, answered in Peewee with asyncio."""

from peewee import Load

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Stage


async def n_plus_one_tweets_plain(db: AsyncDatabase, stage: Stage) -> None:
    """To touch a foreign key that is not loaded would send a query where nothing can be awaited: Peewee refuses it.

    `await tweet.afetch(Tweet.kol)` in the loop is one query per tweet; for many rows the documentation names
    `with_related()`.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#lazy-foreign-key-access
    """
    handles = []
    with stage.attempt("listed"):
        async with db:
            for tweet in await db.list(Tweet.select()):
                handles.append(tweet.kol.twitter_handle)  # noqa: PERF401  # the loop is the question
    stage.checkpoint("finished", handles=" ".join(handles))


async def n_plus_one_tweets_eager_join(db: AsyncDatabase, stage: Stage) -> None:
    """Selecting both models and joining them gives tweets that have their KOL already: the loop awaits nothing.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#lazy-foreign-key-access
    """
    handles = []
    with stage.attempt("listed"):
        async with db:
            tweets = await db.list(Tweet.select(Tweet, Kol).join(Kol))
            handles = [tweet.kol.twitter_handle for tweet in tweets]
    stage.checkpoint("finished", handles=" ".join(handles))


async def n_plus_one_tweets_eager_select(db: AsyncDatabase, stage: Stage) -> None:
    """`with_related()` sends one query more for each relation that it names, and the loop awaits nothing.

    The documentation prefers it to `prefetch()`, which it calls legacy.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/relationships.rst#eager-loading-with-with_related
    """
    handles = []
    with stage.attempt("listed"):
        async with db:
            tweets = await Tweet.select().with_related(Load(Tweet.kol)).aexecute()
            handles = [tweet.kol.twitter_handle for tweet in tweets]
    stage.checkpoint("finished", handles=" ".join(handles))


async def delete_kol_with_tweets_object(db: AsyncDatabase, stage: Stage) -> None:
    """`adelete_instance()` deletes the one row; what becomes of the tweets is for the foreign key to say.

    PostgreSQL and MariaDB refuse, SQLite does not check unless asked to; `recursive=True` deletes the tweets first.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#deleting-records
    """
    async with db:
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        with stage.attempt("deleted"):
            await kol.adelete_instance()


async def delete_kol_with_tweets_query(db: AsyncDatabase, stage: Stage) -> None:
    """A DELETE by query is one statement and nothing else; the foreign key answers for the tweets.

    PostgreSQL and MariaDB refuse, SQLite does not check unless the connection asked for it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#deleting-records
    """
    async with db:
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        with stage.attempt("deleted"):
            await Kol.delete().where(Kol.twitter_handle == "@ada").aexecute()


async def delete_kol_with_tweets_cascade(db: AsyncDatabase, stage: Stage) -> None:
    """`recursive=True` deletes the tweets first, by statements of their own, which the block makes one unit.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#deleting-records
    """
    async with db:
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        with stage.attempt("deleted"):
            async with db.atomic():
                await kol.adelete_instance(recursive=True)


async def unsaved_parent_never_saved(db: AsyncDatabase, stage: Stage) -> None:
    """`asave()` saves one object: the KOL has no key yet, so the tweet is sent without one and the column refuses it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    async with db:
        tweet = Tweet(text="hello", kol=Kol(twitter_handle="@ada"))
        stage.checkpoint("built", tweet=tweet)
        with stage.attempt("saved", tweet=tweet):
            await tweet.asave()


async def unsaved_parent_saved_later(db: AsyncDatabase, stage: Stage) -> None:
    """The tweet keeps the object beside the key, and `asave()` takes the key from it if there is one by then.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    async with db:
        kol = Kol(twitter_handle="@ada")
        tweet = Tweet(text="hello", kol=kol)
        stage.checkpoint("built", tweet=tweet)
        await kol.asave()
        stage.checkpoint("kol-saved", tweet=tweet)
        with stage.attempt("saved", tweet=tweet):
            await tweet.asave()
