"""Files that a user names: written whole or not at all, and nothing of theirs is touched."""

import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from shared_scenarios.errors import BAD_REPORT, CANNOT_RUN, OK, USAGE, CannotRun
from shared_scenarios.report.read import read_report
from shared_scenarios.report.write import as_lines, write_files
from shared_scenarios.targets.sqlite_file import OURS
from tests.command import Called, on_terminal, ormatrix
from tests.handmade import BROKEN, avoided, cell, eventful, report

ONE = ("run", "--orm", "peewee", "--scenario", "add-sends-nothing")
FLUSH, LOAD = report(eventful("alpha")), report(cell("alpha", "load"))


def refused(called: Called, status: int, said: str) -> bool:
    """Whether it ended with a status, a cause and a cure on standard error, and nothing else."""
    first, *cure = called.stderr.splitlines()
    return called.returncode == status and said in first and bool(cure) and called.stdout == ""


def test_run_writes_a_report_that_can_be_read_and_the_matrix_in_two_forms(tmp_path: Path) -> None:
    assert ormatrix(*ONE, "--output", "new/folder", cwd=tmp_path).returncode == OK
    folder = tmp_path / "new" / "folder"
    assert sorted(file.name for file in folder.iterdir()) == ["index.html", "matrix.json", "matrix.md", "report.jsonl"]
    assert read_report(folder / "report.jsonl").cells[0].case == "add-sends-nothing"
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o644}


@pytest.mark.parametrize("output", ["taken", "taken/below", "/proc/1/ormatrix"])
@pytest.mark.parametrize("command", [(*ONE, "--output"), ("record", "--orm", "peewee", "--outcomes")])
def test_folder_that_cannot_be_written_in_is_found_out_before_the_run(
    command: tuple[str, ...], output: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    called = ormatrix(*command, output, cwd=tmp_path)
    assert called.returncode in (CANNOT_RUN, USAGE)
    assert output in called.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]
    assert (tmp_path / "taken").read_text() == "a file"


@pytest.mark.parametrize("name", ["report.jsonl", "index.html"])
def test_folder_in_the_place_of_a_file_is_found_out_before_the_run(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    called = ormatrix(*ONE, "--output", ".", cwd=tmp_path)
    assert refused(called, CANNOT_RUN, f"cannot write {name}: it is a folder")
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_files_for_which_there_is_no_room_leave_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "small").write_text("older")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(CannotRun, match=r"cannot write .*large: File too large"):
            write_files(tmp_path, [("small", b"newer"), ("large", b"x" * 2000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("small", "older")]


def test_files_of_which_one_cannot_be_put_in_its_place_leave_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "small").write_text("older")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotRun, match="folder: it is a folder"):
        write_files(tmp_path, [("small", b"newer"), ("folder", b"")])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["folder", "small"]
    assert (tmp_path / "small").read_text() == "older"


def somebodys(path: Path, content: bytes | None = None, signature: int = 0) -> bytes:
    """A file that somebody has already: these bytes, or a database with a table."""
    if content is not None:
        path.write_bytes(content)
        return content
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kols (id INTEGER)")
        connection.execute(f"PRAGMA application_id = {signature}")
    return path.read_bytes()


@pytest.mark.parametrize(
    "content", [None, b"", b"no database at all", b"." * 68 + b"ormx"], ids=["database", "empty", "text", "signed text"]
)
def test_database_that_is_not_ours_is_not_touched(content: bytes | None, tmp_path: Path) -> None:
    before = somebodys(tmp_path / "x-peewee.db", content)
    called = ormatrix(*ONE, "--database", "sqlite:///x.db", cwd=tmp_path)
    assert refused(called, CANNOT_RUN, "x-peewee.db exists and is not a database that ormatrix made")
    assert (tmp_path / "x-peewee.db").read_bytes() == before
    assert list(tmp_path.glob("x*")) == [tmp_path / "x-peewee.db"]
    assert list(tmp_path.rglob("*.jsonl")) == []


def test_database_that_is_not_ours_keeps_what_is_in_its_log(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "lies.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE kols (id INTEGER)")
        for beside in ("", "-wal"):
            (tmp_path / f"x-peewee.db{beside}").write_bytes((tmp_path / f"lies.db{beside}").read_bytes())
    before = {file: file.read_bytes() for file in tmp_path.glob("x*")}
    called = ormatrix(*ONE, "--database", "sqlite:///x.db", cwd=tmp_path)
    assert refused(called, CANNOT_RUN, "x-peewee.db exists and is not a database that ormatrix made")
    assert {file: file.read_bytes() for file in tmp_path.glob("x*")} == before


def test_database_of_the_very_name_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    before = somebodys(tmp_path / "x.db")
    called = ormatrix(*ONE, "--database", "sqlite:///x.db", cwd=tmp_path)
    assert refused(called, USAGE, "x.db exists, and is not to be touched")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("x.db", before)]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="the system has no folder in which root cannot write")
def test_database_that_cannot_be_made_is_no_matter_of_cells(tmp_path: Path) -> None:
    called = ormatrix(*ONE, "--database", "sqlite:////proc/x.db", cwd=tmp_path)
    assert refused(called, CANNOT_RUN, "no database can be made at /proc/x-peewee.db: ")
    assert list(tmp_path.rglob("*.jsonl")) == []


def test_database_that_is_ours_is_made_anew_and_is_not_named_in_the_report(tmp_path: Path) -> None:
    somebodys(tmp_path / "sesame-peewee.db", signature=OURS)
    assert ormatrix(*ONE, "--database", f"sqlite:///{tmp_path}/sesame.db", cwd=tmp_path).returncode == OK
    assert list(tmp_path.glob("sesame*")) == []
    for file in (tmp_path / "ormatrix-report").iterdir():
        assert "sesame" not in file.read_text()


@pytest.mark.parametrize("command", [("matrix",), ("combine",), ("show", "flush", "--report")])
def test_every_command_that_reads_a_report_refuses_what_is_none(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(as_lines(FLUSH)[:-30])
    assert refused(ormatrix(*command, "bad.jsonl", cwd=tmp_path), BAD_REPORT, "bad.jsonl, line 3 cannot be understood")
    assert refused(ormatrix(*command, "none.jsonl", cwd=tmp_path), BAD_REPORT, "none.jsonl cannot be read")


def test_name_in_a_report_gets_no_hold_of_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(as_lines(report(cell("\x1b[2J"))))
    (tmp_path / "other.jsonl").write_bytes(as_lines(report(cell("\x1b[2J", outcome="another"))))
    said = on_terminal("combine", "one.jsonl", "other.jsonl", cwd=tmp_path)
    assert "two reports differ in flush by \\x1b[2J" in said
    assert "\x1b" not in said


def test_combine_writes_to_standard_output_or_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(as_lines(FLUSH))
    (tmp_path / "other.jsonl").write_bytes(as_lines(LOAD))
    whole = as_lines(report(*FLUSH.cells, *LOAD.cells)).decode()
    assert ormatrix("combine", "one.jsonl", "other.jsonl", cwd=tmp_path).stdout == whole
    ormatrix("combine", "one.jsonl", "other.jsonl", "--output", "whole.jsonl", cwd=tmp_path)
    assert (tmp_path / "whole.jsonl").read_text() == whole


def test_combine_that_fails_leaves_an_older_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(as_lines(FLUSH))
    (tmp_path / "other.jsonl").write_bytes(as_lines(report(cell("beta", "load"))))
    (tmp_path / "whole.jsonl").write_text("older")
    called = ormatrix("combine", "one.jsonl", "other.jsonl", "--output", "whole.jsonl", cwd=tmp_path)
    assert refused(called, BAD_REPORT, "lack 2 cells")
    assert (tmp_path / "whole.jsonl").read_text() == "older"


@pytest.mark.parametrize("named", ["flush", "when-sql-is-sent", "fl*", "when_sql_is_sent"])
def test_show_reads_from_a_report_what_it_is_asked_for(named: str, tmp_path: Path) -> None:
    (tmp_path / "report.jsonl").write_bytes(as_lines(report(eventful("alpha"), eventful("beta"))))
    shown = ormatrix("show", named, "--report", "report.jsonl", "--orm", "beta", "--format", "terminal", cwd=tmp_path)
    assert "beta on sqlite" in shown.stdout
    assert "INSERT INTO kols" in shown.stdout
    assert "alpha" not in shown.stdout.replace("alpha/", "")


def test_show_names_what_avoids_a_broken_promise_though_it_shows_it_not(tmp_path: Path) -> None:
    given = avoided(cell(variant="plain", **BROKEN), cell(variant="safely"))
    (tmp_path / "report.jsonl").write_bytes(as_lines(given))
    shown = ormatrix("show", "flush/plain", "--report", "report.jsonl", "--format", "terminal", cwd=tmp_path).stdout
    assert "Avoided by flush/safely" in shown
    assert "sent at once" not in shown


def test_show_answers_with_the_nearest_names_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "report.jsonl").write_bytes(as_lines(FLUSH))
    assert "Did you mean flush?" in ormatrix("show", "flash", "--report", "report.jsonl", cwd=tmp_path).stderr
    assert refused(
        ormatrix("show", "flush", "--report", "report.jsonl", "--orm", "alpa", cwd=tmp_path), USAGE, "'alpa'"
    )
