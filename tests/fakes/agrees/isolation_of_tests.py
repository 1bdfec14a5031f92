"""Rolls back what a test has written, or deletes it."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, Database


def test_rollback_isolation_code_commits(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("tested", found="@ada")
    db.rollback()
    stage.checkpoint("torn-down")


def test_rollback_isolation_code_rolls_back(db: Database, stage: Stage) -> None:
    stage.checkpoint("first-committed")
    test_rollback_isolation_code_commits(db, stage)


def after_commit_in_tests_rolled_back(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("tested", runs=0)
    db.rollback()
    stage.checkpoint("torn-down")


def after_commit_in_tests_captured(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("tested", runs=1)
    db.rollback()
    stage.checkpoint("torn-down")


def after_commit_in_tests_real_commits(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("tested", runs=1)
    with db:
        db.execute("DELETE FROM kols")
    stage.checkpoint("torn-down")


def test_hides_missing_transaction_in_test(db: Database, stage: Stage) -> None:
    stage.checkpoint("locked")
    stage.checkpoint("left")


def test_hides_missing_transaction_in_production(db: Database, stage: Stage) -> None:
    with stage.attempt("locked"):
        raise Mishap
    stage.checkpoint("left")
