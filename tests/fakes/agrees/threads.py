"""Each thread waits for its turn, and has a unit of its own."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import Database

ADD = "INSERT INTO tweets (text, kol_id) VALUES (?, 1)"


def thread_inside_transaction_handed_over(db: Database, stage: Stage) -> None:
    db.execute(ADD, ("first",))
    stage.checkpoint("written")
    with stage.attempt("thread-ended"):
        raise Mishap
    db.rollback()
    stage.checkpoint("left")


def session_shared_by_threads_shared(db: Database, stage: Stage) -> None:
    db.execute(ADD, ("first",))
    stage.checkpoint("first-written")
    db.rollback()
    with stage.attempt("second-ended"), db:
        db.execute(ADD, ("second",))
    stage.checkpoint("first-ended")


session_shared_by_threads_per_thread = session_shared_by_threads_shared
session_shared_by_threads_one_at_a_time = session_shared_by_threads_shared


def session_shared_by_threads_while_flushing(db: Database, stage: Stage) -> None:
    with stage.attempt("second-ended"):
        raise Mishap
    with db:
        db.execute(ADD, ("first",))
    stage.checkpoint("first-ended")
