"""`ormatrix check` with several databases: what is left out, and which versions are others than recorded."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from shared_scenarios.cli import check_command, playing
from shared_scenarios.errors import CannotRun
from shared_scenarios.report.outcomes import changes, other_versions, recorded_files, recorded_kinds
from shared_scenarios.report.read import read_report
from shared_scenarios.report.records import Report
from shared_scenarios.report.write import write_files
from shared_scenarios.runner.run import Plan, plan
from tests.handmade import cell, configured, report

KINDS = ("sqlite", "postgresql", "mariadb")


def recorded(folder: Path, *cells: str, versions: str = "1.0") -> Path:
    made = report(*(cell(database=kind) for kind in cells), versions=versions)
    write_files(folder, recorded_files(made, folder))
    return folder


def names(asked: Plan) -> tuple[list[str], list[str]]:
    return [entry.implementation.name for entry in asked.entries], [one.kind for one in asked.databases]


def test_each_database_is_recorded_in_a_file_of_its_own(tmp_path: Path) -> None:
    recorded(tmp_path, "postgresql", "sqlite", "mariadb")
    assert recorded_kinds(tmp_path) == ["sqlite", "mariadb", "postgresql"]
    assert (tmp_path / "alpha" / "1.0" / "postgresql.jsonl").exists()


def test_another_version_of_a_server_is_named_though_nothing_has_changed(tmp_path: Path) -> None:
    recorded(tmp_path, *KINDS)
    now = report(*(cell(database=kind) for kind in KINDS))
    now.header.databases["postgresql"] = {"POSTGRESQL": "4.0", "psycopg": "3.2"}
    assert list(changes(now, tmp_path, whole=True)) == []
    assert other_versions(now, tmp_path) == [
        "postgresql was recorded with POSTGRESQL 3.0; here it is 4.0",
        "postgresql was recorded with psycopg absent; here it is 3.2",
    ]


def test_a_change_names_the_versions_of_the_server_too(tmp_path: Path) -> None:
    recorded(tmp_path, "mariadb")
    (change,) = changes(report(cell(database="mariadb", outcome="sent late")), tmp_path, whole=True)
    assert change.recorded_versions == {"alpha": "1.0", "MARIADB": "3.0"}


def _without(monkeypatch: pytest.MonkeyPatch, *servers: str, django: str = "") -> None:
    monkeypatch.setattr(playing, "no_server", lambda kind: "no binaries" if kind in servers else "")
    monkeypatch.setattr(
        playing, "obstacle", lambda one, kind: django if (one.name, kind) == ("django", "mariadb") else ""
    )


def test_a_server_that_cannot_be_had_is_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "postgresql")
    (part,), left_out = playing.playable(plan(["django", "peewee"], (), KINDS))
    assert names(part) == (["django", "peewee"], ["sqlite", "mariadb"])
    assert left_out == ["postgresql: no binaries"]


def test_an_implementation_without_its_driver_is_left_out_on_that_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, django="needs mysqlclient")
    parts, left_out = playing.playable(plan(["django", "peewee"], (), KINDS))
    assert [names(part) for part in parts] == [
        (["django", "peewee"], ["sqlite", "postgresql"]),
        (["peewee"], ["mariadb"]),
    ]
    assert left_out == ["django on mariadb: it needs mysqlclient"]


def test_a_configuration_that_cannot_run_on_sqlite_is_left_out_unless_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "peewee:foreign-keys-on"
    monkeypatch.setattr(playing, "obstacle", lambda one, kind: "needs a newer Python" if one.name == name else "")
    (part,), left_out = playing.playable(plan(["peewee", "peewee:f*"], ()))
    assert (names(part)[0], left_out) == (["peewee"], [f"{name} on sqlite: it needs a newer Python"])
    (part,), left_out = playing.playable(plan(["peewee", name], ()))
    assert (names(part)[0], left_out) == (["peewee", name], [])
    with pytest.raises(CannotRun, match=f"{name} cannot run on sqlite here: it needs a newer Python"):
        playing.play(plan(["peewee", name], ()))


def test_a_configuration_that_was_left_out_of_a_run_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(playing, "obstacle", lambda one, kind: "needs a newer Python" if ":" in one.name else "")
    played = playing.play(plan(["peewee", "peewee:f*"], ["sqlite-foreign-keys-off"]))
    assert {one.implementation for one in played.cells} == {"peewee"}
    assert capsys.readouterr().err == "left out: peewee:foreign-keys-on on sqlite: it needs a newer Python\n"


def test_a_configuration_is_recorded_in_a_file_that_holds_its_cases_alone(tmp_path: Path) -> None:
    made = configured(cell(), cell("alpha:safe", outcome="late"), cell(scenario="load"))
    write_files(tmp_path, recorded_files(made, tmp_path))
    kept = read_report(tmp_path / "alpha+safe" / "1.0" / "sqlite.jsonl")
    assert [question.name for question in kept.header.questions] == ["flush"]
    assert list(changes(made, tmp_path, whole=True)) == []


def test_a_case_that_a_configuration_no_longer_plays_is_a_change(tmp_path: Path) -> None:
    before = configured(*(cell(name, scenario) for scenario in ("flush", "load") for name in ("alpha", "alpha:safe")))
    write_files(tmp_path, recorded_files(before, tmp_path))
    now = configured(cell(), cell("alpha:safe"), cell(scenario="load"))
    assert [(one.case, one.implementation, one.now) for one in changes(now, tmp_path, whole=True)] == [
        ("load", "alpha:safe", None)
    ]


def test_an_address_needs_no_binaries_here(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "postgresql")
    (part,), left_out = playing.playable(plan(["peewee"], (), ["postgresql://h/"]))
    assert (names(part), left_out) == ((["peewee"], ["postgresql"]), [])


@pytest.mark.parametrize("asked_for", [False, True])
def test_check_fails_for_want_of_a_server_only_where_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked_for: bool
) -> None:
    """Where it was, it is up to `play`, which knows no server to start."""
    played: list[Plan] = []

    def play(asked: Plan) -> Report:
        played.append(asked)
        return report(cell())

    _without(monkeypatch, "postgresql")
    monkeypatch.setattr(check_command, "play", play)
    recorded(tmp_path, "sqlite", "postgresql")
    more = ["--database", "postgresql"] if asked_for else []
    called = CliRunner().invoke(check_command.command, ["--outcomes", str(tmp_path), *more])
    assert called.exit_code == 0
    assert [names(one)[1] for one in played] == ([["postgresql"]] if asked_for else [["sqlite"]])
    assert ("left out: postgresql: no binaries" in called.stderr) is not asked_for
