"""What one object does to those that belong to it."""

from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET, error_at
from shared_scenarios.scenario import Facts, Reading, Row, Variant, scenario
from shared_scenarios.timeline import Timeline

LIN: Row = ("kols", {"id": 2, "twitter_handle": "@lin", "is_vip": False})
ADAS_SECOND: Row = ("tweets", {"id": 2, "text": "hello again", "kol_id": 1})
LINS_TWEETS: tuple[Row, ...] = (
    ("tweets", {"id": 3, "text": "hi", "kol_id": 2}),
    ("tweets", {"id": 4, "text": "hi again", "kol_id": 2}),
)


@scenario(
    question="Listing 100 tweets with their KOL runs 101 queries.",
    why="The commonest cause of slow pages; in asynchronous code it may be an error instead.",
    checkpoints=("listed", "finished"),
    seed=[ADA, LIN, ADAS_TWEET, ADAS_SECOND, *LINS_TWEETS],
    variants=[
        Variant("plain", "a loop that touches each tweet's KOL"),
        Variant("eager-join", "the KOLs are asked for in advance, by a JOIN"),
        Variant("eager-select", "the KOLs are asked for in advance, by a SELECT of their own"),
    ],
)
def n_plus_one_tweets(seen: Timeline) -> Reading:
    """Listing four tweets with their two KOLs"""
    error = error_at(seen, "listed")
    sent = [one for one in seen.statements("SELECT") if one.touches("kols") or one.touches("tweets")]
    facts: Facts = {
        "selects_sent": len(sent),
        "tweets_listed": len(str(seen.at("finished").objects["handles"]).split()),
        "exception": error,
    }
    if error:
        return Reading(f"raises {error}", facts)
    one_more_per = {3: ": one more for each KOL", 5: ": one more for each tweet"}.get(len(sent), "")
    return Reading(f"{len(sent)} SELECT{'s' if len(sent) != 1 else ''}{one_more_per}", facts)


@scenario(
    question="What happens to the tweets when I delete the KOL?",
    why="Tweets without a KOL, a mass delete that nobody expected, or a crash: by a default that nobody chose.",
    checkpoints=("loaded", "deleted"),
    seed=[ADA, ADAS_TWEET, ADAS_SECOND],
    variants=[
        Variant("object", "the KOL is deleted as an object"),
        Variant("query", "the KOL is deleted by a query"),
        Variant("cascade", "the KOL is deleted as an object, and the model or the call says that the tweets go along"),
    ],
)
def delete_kol_with_tweets(seen: Timeline) -> Reading:
    """Deleting a KOL who has two tweets"""
    error = error_at(seen, "deleted")
    kols, tweets = len(seen.rows("deleted", "kols")), len(seen.rows("deleted", "tweets"))
    facts: Facts = {
        "exception": error,
        "deletes_sent": len(seen.statements("DELETE")),
        "updates_sent": len(seen.statements("UPDATE")),
        "kols_kept": kols,
        "tweets_kept": tweets,
    }
    if error:
        tried = "setting kol_id to NULL is refused" if seen.statements("UPDATE") else "the DELETE is refused"
        return Reading(f"{tried}: {error}", facts)
    if kols:
        return Reading("nothing is deleted, nothing raised", facts)
    return Reading("KOL deleted, tweets left without one" if tweets else "KOL and tweets deleted", facts)


@scenario(
    question="I created Tweet(kol=Kol(...)) without saving the KOL first.",
    why="Foreign keys that are NULL, a helpful error, or it just works.",
    checkpoints=("built", "saved"),
    variants=[
        Variant("never-saved", "only the tweet is saved"),
        Variant("saved-later", "the KOL is saved after the tweet was built", ("built", "kol-saved", "saved")),
    ],
)
def unsaved_parent(seen: Timeline) -> Reading:
    """A tweet that is built on a KOL which has not been saved"""
    error, tweets = error_at(seen, "saved"), len(seen.rows("saved", "tweets"))
    sent = seen.statements("INSERT", table="tweets")
    facts: Facts = {
        "exception": error,
        "tweet_insert_sent": bool(sent),
        "kol_id_in_memory": seen.look("saved", "tweet").fields.get("kol_id"),
        "kols_kept": len(seen.rows("saved", "kols")),
        "tweets_kept": tweets,
    }
    if error:
        where = "from the database" if sent else "before anything is sent"
        return Reading(f"raises {error} {where}", facts)
    if not tweets:
        return Reading("tweet not stored, nothing raised", facts)
    return Reading("both stored" + (", the tweet along with its KOL" if _along(seen) else ""), facts)


def _along(seen: Timeline) -> bool:
    """Whether the tweet was sent by whoever saved the KOL."""
    early = [point.name for point in seen.checkpoints() if point.name == "kol-saved"]
    return bool(early) and bool(seen.statements("INSERT", table="tweets", until="kol-saved"))
