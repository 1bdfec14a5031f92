"""Which rows the observer reads: those of the two tables, and of a table of its own that a scenario begins with."""

from collections.abc import Iterable, Mapping, Sequence

from shared_scenarios.scenario import Row

# The columns by name: the three ORMs' schemas may order them differently.
COLUMNS = {
    "kols": ("id", "twitter_handle", "is_vip", "last_checked_at"),
    "tweets": ("id", "text", "kol_id"),
}


def columns(seed: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Of each table that is observed; of a further one, those that its row names."""
    return COLUMNS | {table: tuple(row) for table, row in seed if table not in COLUMNS}


def selects(observed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A statement for each table."""
    return {table: f"SELECT {', '.join(names)} FROM {table} ORDER BY id" for table, names in observed.items()}  # noqa: S608  # names of the catalogue
