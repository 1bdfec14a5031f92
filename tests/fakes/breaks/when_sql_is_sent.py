"""Commits a unit in its middle."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_NO_TWEET, Database
from tests.fakes.neighbours import *  # noqa: F403


def kol_and_first_tweet_atomic_by_key(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("kol-made")
    db.commit()
    stage.checkpoint("tweet-made")
    stage.checkpoint("finished")


kol_and_first_tweet_atomic_by_relation = kol_and_first_tweet_atomic_by_key


def kol_and_first_tweet_atomic_tweet_fails(db: Database, stage: Stage) -> None:
    with stage.attempt("finished"):
        db.execute(ADD_ADA)
        stage.checkpoint("kol-made")
        db.commit()
        db.execute(ADD_NO_TWEET)
