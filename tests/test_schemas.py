"""Each ORM makes the two tables by its own means: what is the same, and how they differ."""

import subprocess
import sys
from pathlib import Path

import pytest

from shared_scenarios.runner.venue import Venue
from tests.schema_of import TABLES, Schema, differences, schema_of
from tests.venues import opened, prepare

ORMS = ("sqlalchemy", "django", "peewee")
print_me = None


@pytest.fixture
def schemas(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Schema]:
    found = {}
    for name in ORMS:
        prepare(name, request)
        (tmp_path / name).mkdir()
        with opened(name, tmp_path / name) as venue:
            found[name] = made_by(venue)
    return found


def made_by(venue: Venue) -> Schema:
    venue.target.reset(())
    connection = venue.target.wire.connect_past(venue.target.url)
    schema = schema_of(connection)
    connection.close()
    return schema

def test_x(schemas):
    import pprint
    pprint.pprint(schemas["django"]); pprint.pprint(differences(schemas), width=150)
    assert 0
