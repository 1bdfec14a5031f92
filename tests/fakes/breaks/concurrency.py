"""Writes the whole row, or nothing, and never says so."""

import sqlite3
from contextlib import suppress

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database

AS_LOADED = "UPDATE kols SET twitter_handle = '@ada', is_vip = FALSE, last_checked_at = NULL WHERE id = 1"


def two_columns_two_writers_plain(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    with db:
        db.execute(AS_LOADED)
    stage.checkpoint("saved")


two_columns_two_writers_changed_only = two_columns_two_writers_plain
two_columns_two_writers_no_change = two_columns_two_writers_plain
row_deleted_elsewhere_plain = two_columns_two_writers_plain
row_deleted_elsewhere_changed_only = two_columns_two_writers_plain
row_deleted_elsewhere_counted = two_columns_two_writers_plain


def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    stage.checkpoint("started")
    with suppress(sqlite3.IntegrityError):
        db.execute(ADD_ADA)
    db.rollback()
    stage.checkpoint("asked")
    stage.checkpoint("got", kol=None)


get_or_create_race_in_block = get_or_create_race_by_itself
get_or_create_race_insert_first = get_or_create_race_by_itself
