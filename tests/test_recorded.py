"""Recorded outcomes: written once, compared ever after, and changed only where a cell has changed."""

import json
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from shared_scenarios.catalogue import cases
from shared_scenarios.errors import BAD_REPORT, CANNOT_RUN, FAILED, OK
from shared_scenarios.report.read import read_report
from shared_scenarios.report.write import as_lines
from shared_scenarios.runner.run import plan
from tests.command import Called, on_terminal, ormatrix
from tests.guest import guest

RECORDED = Path(__file__).with_name("outcomes") / "peewee"
CASE = "forgotten-commit/sent"


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    """A folder of recorded outcomes that a test may spoil."""
    servers = shutil.ignore_patterns("postgresql.jsonl", "mariadb.jsonl")
    shutil.copytree(RECORDED, tmp_path / "outcomes" / "peewee", ignore=servers)
    return tmp_path / "outcomes"


def files(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Every file, with its content and the time at which it was last written."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def doctor(folder: Path, version: str = "", outcome: str = "lost in the past") -> None:
    """Record another outcome for one cell, and another version of the ORM."""
    (path,) = folder.rglob("*.jsonl")
    report = read_report(path)
    (cell,) = [cell for cell in report.cells if cell.case == CASE]
    cell.outcome, cell.facts = outcome, {**cell.facts, "kols_at_end": 7}
    player = structs.replace(report.header.implementations[0], versions={"peewee": version or "4.5.3"})
    path.write_bytes(as_lines(report._replace(header=structs.replace(report.header, implementations=[player]))))
    if version:
        path.parent.rename(path.parent.with_name(version))


def check(folder: Path, *more: str) -> Called:
    return ormatrix("check", "--orm", "peewee", "--outcomes", folder, *more, cwd=folder.parent)


def test_behaviour_as_recorded_is_no_change(outcomes: Path) -> None:
    called = check(outcomes)
    assert called.returncode == OK
    assert json.loads(called.stdout) == []
    assert f"{len(cases())} cells compared, 0 changed" in check(outcomes, "--format", "terminal").stdout


SIDES = ["recorded: peewee on sqlite", "now: peewee on sqlite"]


def test_changed_behaviour_fails_and_shows_both_timelines_and_versions(outcomes: Path) -> None:
    doctor(outcomes, version="4.4")
    called = check(outcomes, "--format", "terminal")
    assert called.returncode == FAILED
    assert f"{CASE} by peewee on sqlite" in called.stdout
    assert "recorded with peewee 4.4, SQLite " in called.stdout
    assert ": stored, no commit was needed" in called.stdout
    assert "kols_at_end: 7 -> 1" in called.stdout
    assert called.stdout.count("INSERT INTO") == 2
    assert [side for side in SIDES if side in called.stdout] == SIDES
    assert f"{len(cases())} cells compared, 1 changed" in called.stdout


def test_changed_behaviour_is_one_change_with_both_cells_in_a_pipe(outcomes: Path) -> None:
    doctor(outcomes)
    (change,) = json.loads(check(outcomes, "--scenario", "forgotten-commit").stdout)
    assert change["case"] == CASE
    assert change["recorded"]["outcome"] == "lost in the past"
    assert change["now"]["outcome"] == "stored, no commit was needed"
    assert change["now"]["timeline"]


def test_recorded_text_gets_no_hold_of_the_terminal(outcomes: Path) -> None:
    doctor(outcomes, outcome="\x1b[2Jlost")
    asked = ("check", "--orm", "peewee", "--scenario", "forgotten-commit", "--outcomes", str(outcomes))
    shown = on_terminal(*asked, cwd=outcomes.parent)
    assert "\\x1b[2Jlost" in shown
    assert "\x1b[2J" not in shown


def test_change_in_another_scenario_is_not_looked_for(outcomes: Path) -> None:
    doctor(outcomes)
    assert check(outcomes, "--scenario", "add-sends-nothing").returncode == OK


def test_cell_that_is_recorded_and_no_longer_played_is_a_change(outcomes: Path) -> None:
    (path,) = outcomes.rglob("*.jsonl")
    report = read_report(path)
    questions = [*report.header.questions, structs.replace(report.header.questions[0], scenario="gone")]
    gone = structs.replace(report.cells[0], scenario="gone")
    header = structs.replace(report.header, questions=questions)
    path.write_bytes(as_lines(report._replace(header=header, cells=[*report.cells, gone])))
    called = check(outcomes, "--format", "terminal")
    assert called.returncode == FAILED
    assert ": no such cell" in called.stdout


def test_nothing_recorded_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    called = check(tmp_path / "nowhere")
    assert called.returncode == CANNOT_RUN
    assert "nothing is recorded for peewee" in called.stderr
    assert "ormatrix record" in called.stderr


def test_recorded_outcomes_that_were_changed_by_hand_are_refused(outcomes: Path) -> None:
    (path,) = outcomes.rglob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b"no commit was needed", b"no commit was wanted"))
    called = check(outcomes)
    assert called.returncode == BAD_REPORT
    assert "was changed after it was written" in called.stderr
    assert "Restore it, or remove it and write it anew with `ormatrix record`." in called.stderr


def record(folder: Path, path: Path | None = None, orm: str = "peewee") -> Called:
    return ormatrix("record", "--orm", orm, "--outcomes", folder, cwd=folder.parent, path=path)


def test_record_writes_nothing_when_nothing_changed(outcomes: Path) -> None:
    before = files(outcomes)
    assert record(outcomes).stdout == "nothing has changed\n"
    assert files(outcomes) == before


def test_record_writes_a_file_per_implementation_and_version_which_check_then_finds(tmp_path: Path) -> None:
    called = record(tmp_path / "new")
    (path,) = files(tmp_path / "new")
    assert path == tmp_path / "new" / "peewee" / "4.5" / "sqlite.jsonl"
    assert called.stdout == f"recorded {path}\n"
    assert check(tmp_path / "new").returncode == OK


def test_a_configuration_is_recorded_and_checked_with_its_cases_alone(tmp_path: Path) -> None:
    name = "peewee:foreign-keys-on"
    record(tmp_path / "new", orm=name)
    (path,) = files(tmp_path / "new")
    assert path == tmp_path / "new" / "peewee+foreign-keys-on" / "4.5" / "sqlite.jsonl"
    called = ormatrix("check", "--orm", name, "--outcomes", "new", "--format", "terminal", cwd=tmp_path)
    assert called.returncode == OK
    assert f"{plan([name]).cells()} cells compared, 0 changed" in called.stdout


def test_record_puts_right_what_changed(outcomes: Path) -> None:
    doctor(outcomes)
    assert record(outcomes).stdout.startswith("recorded ")
    assert check(outcomes).returncode == OK


def test_record_writes_nothing_while_a_cell_has_no_result(tmp_path: Path) -> None:
    called = record(tmp_path / "new", guest(tmp_path / "path"), "guest")
    assert called.returncode == FAILED
    assert "cells have no result, the first" in called.stderr
    assert files(tmp_path / "new") == {}
