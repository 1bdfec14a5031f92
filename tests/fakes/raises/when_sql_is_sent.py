"""Raises what nobody has heard of."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import Database
from tests.fakes.neighbours import *  # noqa: F403


class Unheard(Exception):
    """An exception of a library that the harness does not know."""


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    stage.checkpoint("sent")
    raise Unheard("of")
