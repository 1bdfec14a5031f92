"""What a user names is understood, or answered with the nearest names; and none of their secrets is kept."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from shared_scenarios.catalogue import cases
from shared_scenarios.cell import Cell
from shared_scenarios.errors import UnknownName
from shared_scenarios.report.header import header_for
from shared_scenarios.runner.messages import Job
from shared_scenarios.runner.nests import Nests
from shared_scenarios.runner.registry import choose, obstacle, versions
from shared_scenarios.runner.run import Plan, plan, run
from shared_scenarios.scenario import Implementation
from shared_scenarios.targets.address import Database, parse_database

OURS = [
    "sqlalchemy",
    "sqlalchemy:expire-on-commit-off",
    "sqlalchemy:driver-autocommit-off",
    "sqlalchemy:pre-ping",
    "sqlalchemy:autoflush-off",
    "sqlalchemy-async",
    "sqlalchemy-async:expire-on-commit-off",
    "sqlalchemy-async:driver-autocommit-off",
    "django",
    "django:atomic-requests",
    "django:pool",
    "django:transaction-mode-immediate",
    "django-async",
    "django-async:transaction-mode-immediate",
    "peewee",
    "peewee:foreign-keys-on",
    "peewee:only-save-dirty",
    "peewee:pooled",
    "peewee-async",
]
WHOLE = [entry.implementation.name for entry in choose([]) if not entry.implementation.cases]


def orms(asked: Plan) -> list[str]:
    return [entry.implementation.name for entry in asked.entries]


def names(asked: Plan) -> list[str]:
    return [case.name for case in asked.cases]


def hint(**asked: list[str]) -> str:
    """What is said of a name that means nothing."""
    with pytest.raises(UnknownName) as unknown:
        plan(**asked)  # type: ignore[arg-type]
    return f"{unknown.value.message}. {unknown.value.hint}"


def test_no_names_mean_everything_on_sqlite_with_a_worker_per_processor() -> None:
    asked = plan()
    assert orms(asked) == [name for name in OURS if name != "django:pool"]
    assert asked.cases == cases()
    assert asked.databases == (Database("sqlite"),)
    assert asked.jobs == os.cpu_count()
    assert plan(databases=["sqlite", "mariadb"]).jobs == (os.cpu_count() or 1) + 1  # one waits for its server
    sparse = sum(len(asked.cases_of(e.implementation, Database("sqlite"))) for e in asked.entries[1:3])
    assert 10 < sparse < 30
    assert len(WHOLE) * len(cases()) + sparse < asked.cells() < (len(WHOLE) + 1) * len(cases())


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["django"], ["django"]),
        (["peewee", "django", "peewee"], ["django", "peewee"]),
        (["sqlalchemy*"], OURS[:8]),
        (["sqlalchemy:*"], OURS[1:5]),
    ],
)
def test_implementations_are_named_or_matched_and_keep_their_order(given: list[str], meant: list[str]) -> None:
    assert orms(plan(orms=given)) == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("add-sends-nothing", ["add-sends-nothing"]),
        ("fields-after-rollback", ["fields-after-rollback/sent", "fields-after-rollback/unsent"]),
        ("fields-after-rollback/sent", ["fields-after-rollback/sent"]),
        ("fields_after_rollback/unsent", ["fields-after-rollback/unsent"]),
        ("*/sent", ["forgotten-commit/sent", "fields-after-rollback/sent"]),
        ("identity-and-keys", [case.name for case in cases() if case.scenario.theme == "identity_and_keys"]),
    ],
)
def test_scenarios_are_named_by_theme_by_name_or_by_variant(given: str, meant: list[str]) -> None:
    assert names(plan(scenarios=[given])) == meant


def test_theme_has_the_name_of_its_module_or_of_its_heading() -> None:
    assert names(plan(scenarios=["when_sql_is_sent"])) == names(plan(scenarios=["when-sql-is-sent"]))


def test_scenario_named_twice_is_played_once() -> None:
    assert names(plan(scenarios=["add-sends-nothing", "add-sends-nothing"])) == ["add-sends-nothing"]


def test_a_configuration_is_asked_what_it_changes_and_on_the_databases_that_it_is_about() -> None:
    asked = plan(orms=["peewee*"], scenarios=["sqlite", "add-sends-nothing"], databases=["sqlite", "postgresql"])
    on, off = asked.databases
    keys_on = asked.entries[1].implementation
    assert orms(asked) == ["peewee", "peewee:foreign-keys-on", "peewee-async"]
    assert (asked.cases_of(keys_on, on), asked.cases_of(keys_on, off)) == (["sqlite-foreign-keys-off"], [])
    assert (asked.kinds_of(keys_on), asked.cells()) == (["sqlite"], 4 * len(asked.cases) + 1)


def test_cases_that_nobody_plays_are_not_asked() -> None:
    asked = plan(orms=["django:atomic-requests"])
    assert names(asked) == ["commit-after-response/around-request-fails"]
    assert asked.cells() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"orms": ["peewee", "peewee:foreign-keys-on"], "databases": ["mariadb"]},
            "peewee:foreign-keys-on plays nothing of this. It is there for deferred-fk-at-commit/dangling-key, ",
        ),
        (
            {"orms": ["django:atomic-requests"], "scenarios": ["sqlite"]},
            "django:atomic-requests plays nothing of this. It is there for commit-after-response/around-request-fails.",
        ),
        ({"orms": ["django:*"], "scenarios": ["hooks"]}, "django:atomic-requests plays nothing of this."),
    ],
)
def test_a_configuration_that_is_asked_for_where_it_plays_nothing_is_answered_with_where_it_does(
    given: dict[str, list[str]], said: str
) -> None:
    assert said in hint(**given)


def test_the_header_names_the_cases_of_a_configuration_whatever_was_asked() -> None:
    asked = plan(orms=["peewee*"], scenarios=["sqlite"])
    base, keys_on, _ = header_for(asked).implementations
    assert (base.cases, base.databases, keys_on.databases) == ([], [], ["sqlite"])
    assert {"sqlite-foreign-keys-off", "delete-kol-with-tweets/object"} <= set(keys_on.cases)


def test_python_is_required_like_a_distribution_and_is_no_version_of_its_own() -> None:
    def of(python: str) -> Implementation:
        return Implementation("x", "x", "x:x", "x", ("msgspec", f"Python{python}"), "-")

    assert obstacle(of(">=3.11")) == ""
    assert obstacle(of(">=4")) == f"needs Python>=4, and {platform.python_version()} is installed"
    assert list(versions(of(">=3.11"))) == ["msgspec"]


def test_unknown_names_are_answered_with_the_nearest_or_with_all() -> None:
    assert "no implementation 'djagno'. Did you mean django or django:pool or django-async?" in hint(orms=["djagno"])
    assert "no scenario 'add-send-nothing'. Did you mean add-sends-nothing" in hint(scenarios=["add-send-nothing"])
    assert f"no implementation 'zzz'. Known: {', '.join(OURS)}." in hint(orms=["zzz"])
    assert "no implementation 'zz*'" in hint(orms=["django", "zz*"])


@pytest.mark.parametrize("given", ["oracle", "sqlite://x.db", "sqlite:///", "", "/tmp/x.db", "mysql://h:port/"])
def test_unknown_database_is_answered_with_the_forms_that_are_known(given: str) -> None:
    assert "Known: sqlite, sqlite:///FILE, postgresql, postgresql://..." in hint(databases=[given])


@pytest.mark.parametrize(("given", "near"), [("sqlite3", "sqlite"), ("postgre", "postgres"), ("marjadb", "mariadb")])
def test_database_of_a_name_like_it_is_answered_with_that(given: str, near: str) -> None:
    assert f"Did you mean {near}?" in hint(databases=[given])


@pytest.mark.parametrize("path", ["", "missing/x.db"])
def test_database_file_must_be_in_a_folder_that_exists_and_be_none(tmp_path: Path, path: str) -> None:
    assert f"no file can be made at {tmp_path / path}" in hint(databases=[f"sqlite:///{tmp_path / path}"])


def test_two_databases_of_one_kind_would_share_a_column() -> None:
    assert "two databases of one kind" in hint(databases=["sqlite", "sqlite:///x.db"])
    assert plan(databases=["sqlite", "sqlite"]).databases == (Database("sqlite"),)


def test_every_implementation_has_a_database_file_of_its_own(tmp_path: Path) -> None:
    given, none = parse_database(f"sqlite:///{tmp_path}/x.db"), parse_database("sqlite")
    assert given.file_for("sqlalchemy:autoflush-off", Path("/any")) == tmp_path / "x-sqlalchemy+autoflush-off.db"
    assert none.file_for("django", tmp_path) == tmp_path / "django" / "database.db"


SECRETS = ["postgresql://u:hunter2@h:x/db", "mysql://u:p@hunter2@h:x/d", "x://u:a/hunter2@h", "x://h/?password=hunter2"]


@pytest.mark.parametrize("given", SECRETS)
def test_secret_of_an_address_is_never_shown(given: str) -> None:
    assert "hunter2" not in hint(databases=[given])


def test_neither_header_nor_cells_know_an_address(tmp_path: Path) -> None:
    asked = plan(databases=[f"sqlite:///{tmp_path}/hunter2.db"])
    assert b"hunter2" not in msgspec.json.encode(header_for(asked))
    assert set(header_for(asked).databases) == {"sqlite"}


def test_versions_are_those_of_the_distributions_that_are_required() -> None:
    django = choose(["django"])[0].implementation
    assert list(versions(django)) == ["Django"]
    named = Implementation("x", "x", "x:x", "x", ("pytest-xdist[psutil]>=3,<99; python_version>'3'", "msgspec"), "-")
    assert list(versions(named)) == ["pytest-xdist", "msgspec"]


def test_digits_at_the_end_of_a_name_belong_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared_scenarios.runner.registry._version", lambda name: f"version of {name}")
    assert versions(Implementation("x", "x", "x:x", "x", ("psycopg2>=2.9",), "-")) == {
        "psycopg2": "version of psycopg2"
    }


def test_what_is_done_soonest_is_started_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    jobs: list[Job] = []

    def noted(asked: list[Job], *_: object) -> Iterator[Cell]:
        jobs.extend(asked)
        yield from ()

    monkeypatch.setattr("shared_scenarios.runner.run.run_jobs", noted)
    monkeypatch.setattr("shared_scenarios.runner.run.remove_left", lambda _: None)
    asked = plan(["peewee", "peewee-async", "django"], databases=["sqlite", "mariadb://me@127.0.0.1/"])
    assert list(run(asked, Nests(tmp_path, {}))) == []
    assert [(job.database.kind, job.implementation) for job in jobs] == [
        (kind, name)
        for names in (("peewee-async",), ("django", "peewee"))
        for kind in ("mariadb", "sqlite")
        for name in names
    ]
