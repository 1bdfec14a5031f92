"""The command line: results where they belong, exit codes as documented, errors with cause and cure."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared_scenarios.cli.group import COMMANDS
from shared_scenarios.errors import EXIT_CODES, OK
from shared_scenarios.report.write import as_lines
from shared_scenarios.runner.registry import choose
from tests.command import ORMATRIX, on_terminal, ormatrix
from tests.handmade import cell, report

ONE = ("--orm", "peewee", "--scenario", "add-sends-nothing")


def test_help_lists_every_command_and_every_exit_code(tmp_path: Path) -> None:
    text = " ".join(ormatrix("--help", cwd=tmp_path).stdout.split())
    for code, meaning in EXIT_CODES.items():
        assert f"{code}: {meaning}" in text
    for name, what in COMMANDS.items():
        assert f"{name} {what}" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, tmp_path: Path) -> None:
    called = ormatrix(name, "--help", cwd=tmp_path)
    assert called.returncode == OK
    assert f"Usage: ormatrix {name}" in called.stdout


def test_results_are_json_in_a_pipe(tmp_path: Path) -> None:
    ran = json.loads(ormatrix("run", *ONE, cwd=tmp_path).stdout)
    assert ran["counts"] == {"rows": 1, "rows that differ": 0, "observed": 1}
    assert json.loads(ormatrix("matrix", "ormatrix-report/report.jsonl", cwd=tmp_path).stdout) == ran
    assert json.loads((tmp_path / "ormatrix-report" / "matrix.json").read_text()) == ran
    assert json.loads(ormatrix("show", "add-sends-nothing", *ONE[:2], cwd=tmp_path).stdout)[0]["timeline"]
    assert json.loads(ormatrix("schema", cwd=tmp_path).stdout)["title"].startswith("One line of an ormatrix report")
    assert json.loads(ormatrix("check", *ONE, "--outcomes", OUTCOMES, cwd=tmp_path).stdout) == []


@pytest.mark.parametrize("style", ["terminal", "markdown", "json"])
def test_output_that_does_not_know_all_letters_is_no_defect(style: str, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(as_lines(report(cell(outcome="☃"), cell("beta", outcome="both"))))
    asked = [ORMATRIX, "matrix", "one.jsonl", "--format", style]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (OK, b"")
    assert "☃" in done.stdout.decode() if style == "json" else b"?" in done.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", [f"run {' '.join(ONE)}", "matrix one.jsonl", "combine one.jsonl"])
def test_stream_that_is_closed_is_no_defect(command: str, closed: str, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(as_lines(report(cell())))
    done = subprocess.run(f"{ORMATRIX} {command} {closed}", shell=True, cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (OK, b"")


OUTCOMES = Path(__file__).with_name("outcomes")


def test_list_is_all_there_is_and_whether_it_runs_here(tmp_path: Path) -> None:
    listed = json.loads(ormatrix("list", cwd=tmp_path).stdout)
    assert {"theme", "name", "title", "question"} <= set(listed["scenarios"][0])
    hindered = {one["name"] for one in listed["implementations"] if one["can run here"] != "yes"}
    assert hindered == (
        set()
        if sys.version_info >= (3, 12)
        else {f"{name}:driver-autocommit-off" for name in ("sqlalchemy", "sqlalchemy-async")}
    )
    assert len(listed["implementations"]) == len(choose([]))
    plays = {one["name"]: one["plays"] for one in listed["implementations"]}
    assert (plays["sqlalchemy"], plays["peewee:foreign-keys-on"]) == (
        "everything",
        "4 cases that it changes, on sqlite",
    )
    assert [one["name"] for one in listed["databases"]] == ["sqlite", "postgresql", "mariadb"]
    assert json.loads(ormatrix("list", "databases", cwd=tmp_path).stdout) == listed["databases"]


def test_results_are_tables_on_a_terminal(tmp_path: Path) -> None:
    ran = on_terminal("run", *ONE, cwd=tmp_path)
    assert "playing" in ran
    assert "What this can and cannot prove" in ran
    assert "Written: ormatrix-report/report.jsonl, ormatrix-report/matrix.md, ormatrix-report/matrix.json" in ran
    assert "ormatrix-report/index.html" in ran
    assert "sqlalchemy:autoflush-off" in on_terminal("list", "implementations", cwd=tmp_path)
    assert "INSERT INTO" in on_terminal("show", "add-sends-nothing", *ONE[:2], cwd=tmp_path)


def test_matrix_is_drawn_in_the_format_that_is_asked_for(tmp_path: Path) -> None:
    assert ormatrix("run", *ONE, "--format", "markdown", cwd=tmp_path).stdout.startswith("# SQLAlchemy, Django, Peewee")
    drawn = ormatrix("matrix", "ormatrix-report/report.jsonl", "--format", "terminal", cwd=tmp_path).stdout
    assert "What this can and cannot prove" in drawn
    assert "\x1b" not in drawn
