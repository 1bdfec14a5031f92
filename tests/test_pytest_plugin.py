"""The shared suite under pytest, for our implementations and for anybody's."""

import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from msgspec import structs

from shared_scenarios.catalogue import cases
from shared_scenarios.report.read import read_report
from shared_scenarios.report.write import as_lines
from shared_scenarios.runner.run import plan
from shared_scenarios.targets.address import VARIABLES
from shared_scenarios.targets.private_folder import MEMORY, PREFIX
from tests import required
from tests.command import environ, eventually
from tests.guest import READS, guest

OUTCOMES = Path(__file__).with_name("outcomes")
SUITE = """
    from shared_scenarios.pytest_plugin import must_hold

    def test_suite(played_cell, recorded_cell):
        must_hold(played_cell, recorded_cell)

    def test_of_something_else():
        pass
"""
EVERY = len(cases()) + 1  # with the test of something else
BROKEN = "save-again-after-rollback and plain"  # a promise that Peewee is known to break


@pytest.fixture(scope="module", autouse=True)
def _drivers() -> None:
    """What a test imports first is forgotten when its pytester ends, which a compiled driver does not bear."""
    for module in required.DRIVERS.values():
        with suppress(ImportError):
            import_module(module)


@pytest.fixture(autouse=True)
def _project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's project, whose only test is the shared suite; packages in its folder are installed."""
    pytester.makepyfile(SUITE)
    monkeypatch.setenv("PYTHONPATH", environ(pytester.path, {})["PYTHONPATH"])
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)


def played(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """The project's tests, run as its owner would."""
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments)


def collected(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    """The names of the tests that would run."""
    lines = played(pytester, "--collect-only", "-q", *arguments).outlines
    return [line.partition("::")[2] for line in lines if "::" in line]


def test_without_orm_every_cell_is_a_test_and_so_is_everything_else(pytester: pytest.Pytester) -> None:
    names = collected(pytester)
    assert len(names) == plan().cells() + 1
    assert "test_suite[django-add-sends-nothing]" in names
    assert "test_of_something_else" in names


def test_a_configuration_plays_its_cases_on_the_databases_that_it_is_about(pytester: pytest.Pytester) -> None:
    asked = plan(["peewee:foreign-keys-on"])
    names = collected(pytester, "--orm=peewee:foreign-keys-on")
    assert sorted(names) == sorted(f"test_suite[peewee:foreign-keys-on-{case.name}]" for case in asked.cases)


def test_a_configuration_that_cannot_run_here_is_left_out_with_a_word(pytester: pytest.Pytester) -> None:
    guest(pytester.path, requires="Python>=99", cases="transaction-defaults/read")
    result = played(pytester, "--orm=guest", "-rs")
    result.assert_outcomes(skipped=1, deselected=1)
    result.stdout.fnmatch_lines(["*guest: it needs Python>=99, and * is installed"])


@pytest.mark.parametrize("orms", [["peewee"], ["sqlalchemy-async", "django"]])
def test_orm_chooses_its_cells_and_deselects_everything_else(pytester: pytest.Pytester, orms: list[str]) -> None:
    names = collected(pytester, *(f"--orm={orm}" for orm in orms))
    assert sorted(names) == sorted(f"test_suite[{orm}-{case.name}]" for orm in orms for case in cases())


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("--orm=pewee", "no implementation 'pewee'. Did you mean peewee or peewee-async or peewee:pooled?"),
        ("--orm=peewee:foreign-keys-on --database=mariadb", "peewee:foreign-keys-on plays nothing of this."),
        ("--database=sqllite", "no database 'sqllite'. Did you mean sqlite?"),
    ],
)
def test_unknown_name_is_a_usage_error_with_the_nearest(pytester: pytest.Pytester, argument: str, said: str) -> None:
    result = played(pytester, *argument.split())
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[0].startswith(f"ERROR: {said}")


def test_cells_that_observe_something_pass(pytester: pytest.Pytester) -> None:
    played(pytester, "--orm=peewee", "-k", "add-sends-nothing or key-before-commit").assert_outcomes(
        passed=2, deselected=EVERY - 2
    )


def test_third_partys_implementation_plays(pytester: pytest.Pytester) -> None:
    guest(pytester.path)
    played(pytester, "--orm=guest", "-k", "transaction-defaults").assert_outcomes(passed=4, deselected=EVERY - 4)


def test_answer_that_is_missing_fails_and_says_what_to_write(pytester: pytest.Pytester) -> None:
    guest(pytester.path)
    result = played(pytester, "--orm=guest", "-k", "add-sends-nothing")
    result.assert_outcomes(failed=1, deselected=EVERY - 1)
    result.stdout.fnmatch_lines(["*write `def add_sends_nothing(db, stage)`*in guest_orm/answers/when_sql_is_sent.py"])


def test_failing_cells_message_is_its_timeline(pytester: pytest.Pytester) -> None:
    guest(pytester.path, read=f"{READS}\nraise ValueError('after all')")
    result = played(pytester, "--orm=guest", "-k", "transaction-defaults and read and not block")
    result.assert_outcomes(failed=1, deselected=EVERY - 1)
    result.stdout.fnmatch_lines(
        ["transaction-defaults/read by guest on sqlite: error", "ValueError: after all", "*c1: SELECT id FROM kols*",
         "-- done ---*", "*others see: *@ada*", "*c1 closed*", "-- left ---*"]
    )  # fmt: skip
    assert "pytest_plugin.py" not in result.stdout.str()


def test_broken_promise_fails_where_nothing_is_recorded(pytester: pytest.Pytester) -> None:
    result = played(pytester, "--orm=peewee", "-k", BROKEN)
    result.assert_outcomes(failed=1, deselected=EVERY - 1)
    result.stdout.fnmatch_lines(["broken promise: a save that raises nothing has stored the row"])


def record(pytester: pytest.Pytester, outcome: str = "") -> None:
    """Give the project recorded outcomes; with another outcome than there is, for the broken promise."""
    shutil.copytree(OUTCOMES / "peewee", pytester.path / "recorded" / "peewee")
    pytester.makeini("[pytest]\normatrix_outcomes = recorded")
    (path,) = (pytester.path / "recorded").rglob("sqlite.jsonl")
    report = read_report(path)
    cells = [structs.replace(cell, outcome=outcome or cell.outcome) for cell in report.cells]
    path.write_bytes(as_lines(report._replace(cells=cells)))


def test_broken_promise_that_is_recorded_is_as_expected(pytester: pytest.Pytester) -> None:
    record(pytester)
    played(pytester, "--orm=peewee", "-k", BROKEN).assert_outcomes(passed=1, deselected=EVERY - 1)


def test_changed_behaviour_fails_with_both_timelines(pytester: pytest.Pytester) -> None:
    record(pytester, "as in the past")
    result = played(pytester, "--orm=peewee", "-k", "add-sends-nothing")
    result.assert_outcomes(failed=1, deselected=EVERY - 1)
    result.stdout.fnmatch_lines(
        ["behaviour has changed", "recorded: add-sends-nothing by peewee on sqlite: as in the past", "*INSERT INTO*",
         "now: add-sends-nothing by peewee on sqlite: INSERT sent at once and stored at once", "*INSERT INTO*"]
    )  # fmt: skip


def test_implementation_with_nothing_recorded_is_an_error_that_says_what_to_do(pytester: pytest.Pytester) -> None:
    record(pytester)
    guest(pytester.path)
    result = played(pytester, "--orm=guest", "-k", "transaction-defaults and read and not block")
    result.assert_outcomes(errors=1, deselected=EVERY - 1)
    result.stdout.fnmatch_lines(["*nothing is recorded for guest on sqlite*"])


def test_suite_is_shared_out_among_processes(pytester: pytest.Pytester) -> None:
    record(pytester)
    result = played(pytester, "--orm=peewee", "-n", "2", "-v")
    result.assert_outcomes(passed=len(cases()))
    assert set(re.findall(r"\[(gw\d)\]", result.stdout.str())) == {"gw0", "gw1"}


WAITS = """
    import time

    def test_suite(ormatrix_database):
        with open("up", "w") as up:
            up.write("It is.")
        time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_private_server_ends_with_a_session_that_is_ended(pytester: pytest.Pytester, number: int) -> None:
    required.binaries("postgresql")
    pytester.makepyfile(WAITS)
    command = [sys.executable, "-m", "pytest", "--database=postgresql"]
    with subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.DEVNULL) as process:
        eventually((pytester.path / "up").exists, "a test that has a server")
        assert list(MEMORY.glob(f"{PREFIX}{process.pid}-*"))
        process.send_signal(number)
    assert list(MEMORY.glob(f"{PREFIX}{process.pid}-*")) == []


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
@pytest.mark.parametrize("named", ["--database", "variable"])
def test_server_that_cannot_be_used_is_told_without_its_password(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, kind: str, named: str
) -> None:
    required.driver(kind, required.DRIVERS[kind])
    url = f"{kind}://u:hunter2@127.0.0.1:1/"
    if named == "variable":
        monkeypatch.setenv(VARIABLES[kind], url)
    database = kind if named == "variable" else url
    result = played(pytester, "--orm=peewee", f"--database={database}", "-k", "add-sends-nothing", "--showlocals")
    result.assert_outcomes(errors=1, deselected=EVERY - 1)
    result.stdout.fnmatch_lines(["* at 127.0.0.1:1 cannot be used by u: *", "*Name another address*"])
    assert "hunter2" not in result.stdout.str() + result.stderr.str()
    assert "pytest_plugin.py" not in result.stdout.str()
    assert "exception" not in result.stdout.str()
