"""Keeps every promise."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_NO_TWEET, ADD_TWEET, Database
from tests.fakes.neighbours import *  # noqa: F403


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        stage.checkpoint("sent")
    stage.checkpoint("committed")


def kol_and_first_tweet_atomic_by_key(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        stage.checkpoint("kol-made")
        db.execute(ADD_TWEET)
        stage.checkpoint("tweet-made")
    stage.checkpoint("finished")


kol_and_first_tweet_atomic_by_relation = kol_and_first_tweet_atomic_by_key


def kol_and_first_tweet_atomic_tweet_fails(db: Database, stage: Stage) -> None:
    with stage.attempt("finished"), db:
        db.execute(ADD_ADA)
        stage.checkpoint("kol-made")
        db.execute(ADD_NO_TWEET)
