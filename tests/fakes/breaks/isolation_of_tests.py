"""Leaves what a test has written where it is."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database


def test_rollback_isolation_code_commits(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("tested", found="@ada", runs=0)
    stage.checkpoint("torn-down")


def test_rollback_isolation_code_rolls_back(db: Database, stage: Stage) -> None:
    stage.checkpoint("first-committed")
    test_rollback_isolation_code_commits(db, stage)


after_commit_in_tests_rolled_back = test_rollback_isolation_code_commits
after_commit_in_tests_captured = test_rollback_isolation_code_commits
after_commit_in_tests_real_commits = test_rollback_isolation_code_commits
