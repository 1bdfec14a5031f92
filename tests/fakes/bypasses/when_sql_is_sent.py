"""Connects straight to the server."""

from shared_scenarios.scenario import Stage
from tests.fakes.server import Server, run

ADD_ADA = "INSERT INTO kols (twitter_handle) VALUES ('@ada')"


def forgotten_commit_sent(db: Server, stage: Stage) -> None:
    """Keeps to the address that it is given."""
    connection = db.connect()
    run(connection, "BEGIN", ADD_ADA)
    stage.checkpoint("written")
    connection.close()
    stage.checkpoint("left")


def visible_only_after_commit_in_block(db: Server, stage: Stage) -> None:
    """Writes as it should, and reads past the proxy."""
    connection = db.connect()
    run(connection, "BEGIN", ADD_ADA)
    stage.checkpoint("sent")
    run(connection, "COMMIT")
    stage.checkpoint("committed")
    run(db.straight(), "SELECT count(*) FROM kols")


def visible_only_after_commit_no_block(db: Server, stage: Stage) -> None:
    """Writes past the proxy."""
    connection = db.straight()
    stage.checkpoint("sent")
    run(connection, ADD_ADA)
    stage.checkpoint("committed")
