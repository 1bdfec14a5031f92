"""Which rows the observer reads: those of the two tables, and of a table of its own that a scenario begins with."""

from collections.abc import Iterable

from shared_scenarios.scenario import Row

TABLES = ("kols", "tweets")
# The columns by name: the three ORMs' schemas may order them differently.
SELECT = {
    "kols": "SELECT id, twitter_handle, is_vip, last_checked_at FROM kols ORDER BY id",
    "tweets": "SELECT id, text, kol_id FROM tweets ORDER BY id",
}


def selects(seed: Iterable[Row]) -> dict[str, str]:
    """A statement for each table that is observed; of a further one, the columns that its row names."""
    more = {table: row for table, row in seed if table not in SELECT}
    return SELECT | {table: f"SELECT {', '.join(row)} FROM {table} ORDER BY id" for table, row in more.items()}  # noqa: S608  # names of the catalogue
