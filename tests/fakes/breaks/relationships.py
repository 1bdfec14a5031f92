"""Leaves tweets behind, and loses them without a word."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import READ_ADA, Database, Kol


def n_plus_one_tweets_plain(db: Database, stage: Stage) -> None:
    with stage.attempt("listed"):
        for _ in db.execute("SELECT id FROM tweets").fetchall():
            db.execute(READ_ADA)
    stage.checkpoint("finished", handles="@ada @ada @lin @lin")


def delete_kol_with_tweets_object(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    with stage.attempt("deleted"), db:
        db.execute("DELETE FROM kols")


def unsaved_parent_never_saved(db: Database, stage: Stage) -> None:
    tweet = Kol()
    stage.checkpoint("built", tweet=tweet)
    stage.checkpoint("saved", tweet=tweet)
