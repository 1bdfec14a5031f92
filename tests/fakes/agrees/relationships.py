"""Deletes what belongs to what is deleted, and refuses what has no parent."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import Database, Kol

BOTH = "SELECT twitter_handle FROM tweets JOIN kols ON kols.id = kol_id"


def n_plus_one_tweets_eager_join(db: Database, stage: Stage) -> None:
    with stage.attempt("listed"):
        handles = [handle for (handle,) in db.execute(BOTH)]
    stage.checkpoint("finished", handles=" ".join(handles))


def delete_kol_with_tweets_object(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    with stage.attempt("deleted"), db:
        db.execute("DELETE FROM tweets")
        db.execute("DELETE FROM kols")


def unsaved_parent_never_saved(db: Database, stage: Stage) -> None:
    tweet = Kol()
    stage.checkpoint("built", tweet=tweet)
    with stage.attempt("saved", tweet=tweet):
        raise ValueError("the KOL has no key")
