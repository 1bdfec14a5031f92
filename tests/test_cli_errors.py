"""Errors that reach a user: cause and cure on standard error, a documented exit code, and no traceback."""

import gc
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared_scenarios import cli
from shared_scenarios.cli import group
from shared_scenarios.errors import CANNOT_RUN, EXIT_CODES, FAILED, OK, USAGE
from shared_scenarios.report.write import as_lines
from shared_scenarios.runner.whole import INTERRUPTS
from tests.command import ORMATRIX, ormatrix, started
from tests.guest import declare, guest
from tests.handmade import cell, report

USAGES = {
    ("run", "--orm", "djagno"): "no implementation 'djagno'\n  Did you mean django",
    ("run", "--scenario", "add-send-nothing"): "no scenario 'add-send-nothing'\n  Did you mean add-sends-nothing",
    (
        "run",
        "--database",
        "postgres://u:secret@h:x/d",
    ): "'postgres://***' is not an address of a server\n  Known: sqlite",
    ("show", "read-helper-flushs"): "no scenario 'read-helper-flushs'\n  Did you mean read-helper-flushes",
    ("check", "--orm", "pewee"): "no implementation 'pewee'\n  Did you mean peewee",
    ("record", "--orm", "pewee"): "no implementation 'pewee'\n  Did you mean peewee",
    ("show",): "Missing argument 'SCENARIO'",
    ("rnu",): "No such command 'rnu'. Did you mean run?",
    ("zzz",): "No such command 'zzz'.",
    ("show", "zzz"): "no scenario 'zzz'\n  There are ",
    ("run", "--output", ""): "Invalid value for '--output': an empty name",
    ("record", "--outcomes", ""): "Invalid value for '--outcomes': an empty name",
    ("html", "one.jsonl", "--output", ""): "Invalid value for '--output': an empty name",
    ("run", "--jobs", "0"): "Invalid value for '--jobs'",
    ("run", "--timeout", "0"): "Invalid value for '--timeout'",
    ("show", "x", "--format", "markdown"): "'markdown' is not one of",
}


@pytest.mark.parametrize(("given", "said"), USAGES.items(), ids=map(" ".join, USAGES))
def test_what_is_not_understood_is_said_with_the_nearest_names(given: list[str], said: str, tmp_path: Path) -> None:
    called = ormatrix(*given, cwd=tmp_path)
    assert called.returncode == USAGE
    assert said in called.stderr
    assert called.stdout == ""
    assert list(tmp_path.rglob("*")) == []


def test_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    with started("show", "rollback", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == FAILED


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is always full")
@pytest.mark.parametrize(
    "command",
    [["list"], ["schema"], ["show", "rollback", "--orm", "peewee"], ["combine", "one.jsonl"], ["matrix", "one.jsonl"]],
    ids=" ".join,
)
def test_output_for_which_there_is_no_room_is_no_defect(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(as_lines(report(cell())))
    with Path("/dev/full").open("w") as full:
        called = subprocess.run([ORMATRIX, *command], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
    assert called.returncode == CANNOT_RUN
    assert called.stderr == (
        "ormatrix: cannot use standard output: No space left on device\n  Make room, or name another place.\n"
    )


@pytest.fixture
def _defect(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command that raises what nobody expected."""
    monkeypatch.setattr(group.cli, "main", lambda **_: EXIT_CODES[99])
    before = {number: signal.getsignal(number) for number in INTERRUPTS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    gc.enable()


@pytest.mark.usefixtures("_defect")
def test_defect_shows_a_hint_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == FAILED
    assert capsys.readouterr().err == (
        "ormatrix: a defect in ormatrix: KeyError: 99\n  Set ORMATRIX_TRACEBACK=1 to see where, and report it.\n"
    )


@pytest.mark.usefixtures("_defect")
def test_defect_shows_its_traceback_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORMATRIX_TRACEBACK", "1")
    with pytest.raises(KeyError):
        cli.main()


def test_failed_cell_is_exit_code_1_and_stands_in_the_report(tmp_path: Path) -> None:
    called = ormatrix("run", "--orm", "guest", "--scenario", "identity-and-keys", cwd=tmp_path, path=guest(tmp_path))
    assert called.returncode == FAILED
    assert "write `def key_before_commit(db, stage)`" in json.loads(called.stdout)["notes"][0]


@pytest.mark.parametrize(("wrong", "error"), [("if:", "SyntaxError"), ("import no_such_module", "ModuleNotFoundError")])
def test_answers_that_cannot_be_imported_are_told_with_their_line(wrong: str, error: str, tmp_path: Path) -> None:
    path = guest(tmp_path)
    answers = path / "guest_orm" / "answers" / "defaults.py"
    answers.write_text(f"import os\n{wrong}\n")
    called = ormatrix("show", "transaction-defaults/read", "--orm", "guest", cwd=tmp_path, path=path)
    (cell,) = json.loads(called.stdout)
    assert (cell["failure"]["type"], cell["reason"]) == (error, f"{answers}:2")


@pytest.mark.parametrize("style", ["terminal", "json"])
def test_failed_cell_that_is_shown_is_exit_code_1_too(style: str, tmp_path: Path) -> None:
    path = guest(tmp_path, write="raise ValueError('of no use')")
    asked = ("--orm", "guest", "--format", style)
    for variant, status in (("write", FAILED), ("read", OK)):
        called = ormatrix("show", f"transaction-defaults/{variant}", *asked, cwd=tmp_path, path=path)
        assert (called.returncode, "of no use" in called.stdout) == (status, status == FAILED)


@pytest.mark.parametrize(
    ("requires", "why"),
    [
        ("ormatrix>=99", "needs ormatrix>=99, and 0.1.0 is installed"),
        ("no-orm", "needs no-orm, which is not installed"),
    ],
)
def test_orm_that_is_too_old_or_missing_stops_a_run_before_it_begins(requires: str, why: str, tmp_path: Path) -> None:
    path = guest(tmp_path / "path", requires=requires)
    called = ormatrix("run", cwd=tmp_path, path=path)
    assert called.returncode == CANNOT_RUN
    said = called.stderr[called.stderr.index("ormatrix: ") :]  # an older Python leaves out a configuration, with a word
    assert said.startswith(f"ormatrix: guest cannot run on sqlite here: it {why}\n  Install that, or name the others")
    assert list(tmp_path.rglob("*.jsonl")) == []
    listed = json.loads(ormatrix("list", "implementations", cwd=tmp_path, path=path).stdout)
    assert listed[-1]["can run here"] == why


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_server_that_does_not_answer_is_named_without_its_secrets(kind: str, tmp_path: Path) -> None:
    address = f"{kind}://u:hunter2@127.0.0.1:1/x"
    called = ormatrix("run", "--orm", "peewee", "--database", address, cwd=tmp_path)
    assert called.returncode == CANNOT_RUN
    assert "at 127.0.0.1:1 cannot be used by u" in called.stderr
    assert "hunter2" not in called.stderr
    assert list(tmp_path.rglob("*.jsonl")) == []


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("IMPLEMENTATIONS = 3", "TypeError: a tuple of Implementation is needed, and this is 3"),
        ("IMPLEMENTATIONS = ('x',)", "TypeError: a tuple of Implementation is needed, and this is ('x',)"),
        ("raise SystemExit('no licence')", "SystemExit: no licence"),
    ],
)
def test_implementation_that_is_none_is_told_so(module: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(module)
    called = ormatrix("list", cwd=tmp_path, path=declare(tmp_path, "guest = odd:IMPLEMENTATIONS"))
    assert called.returncode == CANNOT_RUN
    assert f"the implementations of 'odd:IMPLEMENTATIONS' cannot be loaded: {why}" in called.stderr


def test_two_implementations_of_one_name_are_named_with_their_places(tmp_path: Path) -> None:
    path = declare(guest(tmp_path), "other = guest_orm:IMPLEMENTATIONS", "other")
    called = ormatrix("list", cwd=tmp_path, path=path)
    assert called.returncode == CANNOT_RUN
    assert "two implementations are called 'guest': in guest_orm:IMPL" in called.stderr


def test_implementation_that_cannot_be_loaded_is_named_with_its_package(tmp_path: Path) -> None:
    called = ormatrix("list", cwd=tmp_path, path=declare(tmp_path, "guest = no_such_module:IMPLEMENTATIONS"))
    assert called.returncode == CANNOT_RUN
    assert "'no_such_module:IMPLEMENTATIONS' cannot be loaded: ModuleNotFoundError" in called.stderr
    assert "uninstall the package guest-orm" in called.stderr
