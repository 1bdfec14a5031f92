"""Writes the columns that it means to write, looks how many rows that were, and asks again when it came too late."""

import sqlite3

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, READ_ADA, Database, Kol

MAKE_VIP = "UPDATE kols SET is_vip = TRUE WHERE id = 1"


class Gone(Exception):
    pass


def two_columns_two_writers_plain(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    with db:
        db.execute(MAKE_VIP)
    stage.checkpoint("saved")


two_columns_two_writers_changed_only = two_columns_two_writers_plain


def two_columns_two_writers_no_change(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    stage.checkpoint("saved")


def row_deleted_elsewhere_plain(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    with stage.attempt("saved"), db:
        if not db.execute(MAKE_VIP).rowcount:
            raise Gone


row_deleted_elsewhere_changed_only = row_deleted_elsewhere_plain
row_deleted_elsewhere_counted = row_deleted_elsewhere_plain


def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    stage.checkpoint("started")
    kol = Kol()
    with stage.attempt("asked"):
        try:
            db.execute(ADD_ADA)
            db.commit()
        except sqlite3.IntegrityError:
            db.rollback()
        (kol.id, _, _) = db.execute(READ_ADA).fetchone()
    stage.checkpoint("got", kol=kol)


get_or_create_race_in_block = get_or_create_race_by_itself
get_or_create_race_insert_first = get_or_create_race_by_itself
