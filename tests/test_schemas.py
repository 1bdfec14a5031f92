"""Each ORM makes the two tables by its own means: what is the same, and how they differ."""

from pathlib import Path

import pytest

from shared_scenarios.runner.venue import Venue
from tests.schema_of import Schema, differences, schema_of
from tests.venues import opened, prepare

ORMS = ("sqlalchemy", "django", "peewee")

# A release of an ORM that changes a line here changes what the scenarios are played on.
DIFFERENCES = {
    "tables": (
        ["counters", "kols", "profiles", "tweets"],
        ["counters", "django_migrations", "kols", "profiles", "sqlite_sequence", "tweets"],
        ["counters", "kols", "profiles", "tweets"],
    ),
    "kols autoincrement": (False, True, False),
    "tweets autoincrement": (False, True, False),
    "tweets deferrable": (False, True, False),
    "tweets indexes": ([], ["(kol_id)"], ["(kol_id)"]),
    "kols.is_vip type": ("BOOLEAN", "bool", "INTEGER"),
    "kols.last_checked_at type": ("DATETIME", "datetime", "DATETIME"),
    "kols.twitter_handle type": ("VARCHAR(50)", "varchar(50)", "VARCHAR(50)"),
    "tweets.kol_id type": ("INTEGER", "bigint", "INTEGER"),
    "tweets.text type": ("VARCHAR(280)", "varchar(280)", "VARCHAR(280)"),
}
COLUMNS = {
    "kols": {"id", "twitter_handle", "is_vip", "last_checked_at"},
    "tweets": {"id", "text", "kol_id"},
}


def made_by(venue: Venue) -> Schema:
    venue.target.reset(())
    connection = venue.target.wire.connect_past(venue.target.url)
    schema = schema_of(connection)
    connection.close()
    return schema


@pytest.fixture
def schemas(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Schema]:
    found = {}
    for name in ORMS:
        prepare(name, request)
        (tmp_path / name).mkdir()
        with opened(name, tmp_path / name) as venue:
            found[name] = made_by(venue)
    return found


def test_the_schemas_differ_in_this_and_in_nothing_else(schemas: dict[str, Schema]) -> None:
    found = {name: tuple(values.values()) for name, values in differences(schemas).items()}
    assert found == DIFFERENCES


@pytest.mark.parametrize("table", COLUMNS)
def test_the_columns_are_the_same(schemas: dict[str, Schema], table: str) -> None:
    for schema in schemas.values():
        entries = {name.split()[0] for name in schema}
        assert {name.partition(".")[2] for name in entries if name.startswith(f"{table}.")} == COLUMNS[table]


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("kols.twitter_handle null", False),
        ("kols.is_vip null", False),
        ("kols.is_vip default", None),
        ("kols.last_checked_at null", True),
        ("kols indexes", ["unique (twitter_handle)"]),
        ("tweets.text null", False),
        ("tweets.kol_id null", False),
        ("tweets.kol_id references", "kols.id on delete NO ACTION"),
    ],
)
def test_what_scenarios_rely_on_is_so_everywhere(schemas: dict[str, Schema], entry: str, value: object) -> None:
    assert {name: schema[entry] for name, schema in schemas.items()} == dict.fromkeys(ORMS, value)


def test_a_configuration_and_a_mode_of_sqlalchemy_make_the_same_schema(tmp_path: Path) -> None:
    made = []
    for name in ("sqlalchemy", "sqlalchemy:autoflush-off", "sqlalchemy-async"):
        with opened(name, tmp_path) as venue:
            made.append(made_by(venue))
    assert made[0] == made[1] == made[2]
