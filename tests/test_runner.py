"""Runs end whole or leave nothing: no process, no folder, no report that looks complete."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import Called, eventually, living, ormatrix, started
from tests.guest import guest

# It says who it is, and then never comes to an end.
HANGS = """
with open("mark", "w") as mark:
    mark.write(f"{os.getpid()}.")
while True:
    time.sleep(0.01)
"""
PLACES = [Path("/dev/shm"), Path(tempfile.gettempdir())]


def run(folder: Path, *more: object, **environment: str) -> Called:
    """Run what the guest in this folder answers."""
    return ormatrix(
        "run", "--orm", "guest", "--scenario", "transaction-defaults", *more, cwd=folder, path=folder, **environment
    )


def cells(folder: Path) -> dict[str, dict[str, Any]]:
    """The cells of the report, by variant; it has its footer."""
    records = [json.loads(line) for line in (folder / "ormatrix-report/report.jsonl").read_text().splitlines()]
    assert records[-1]["cells"] == 4
    return {record["variant"]: record for record in records[1:-1]}


def folders(process: int) -> list[Path]:
    """The temporary folders of a run."""
    return [folder for place in PLACES for folder in place.glob(f"ormatrix-{process}-*")]


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run whose worker is in the middle of an answer that never ends."""
    guest(tmp_path, read=HANGS)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that it is ignored
    yield from _hanging(tmp_path)


def _hanging(folder: Path, *more: object) -> Iterator[subprocess.Popen[str]]:
    asked = ("run", "--orm", "guest", "--scenario", "transaction-defaults", *more)
    with started(*asked, cwd=folder, path=folder) as process:
        try:
            eventually(lambda: _worker(folder), "a worker that plays")
            yield process
        finally:
            if living(process.pid):
                os.killpg(process.pid, signal.SIGKILL)


def _worker(folder: Path) -> int:
    """The process that plays the guest's hanging answer; 0 while there is none."""
    mark = (folder / "mark").read_text() if (folder / "mark").exists() else ""
    return int(mark[:-1]) if mark.endswith(".") else 0


INTERRUPTS = {
    "Ctrl-C": lambda group: os.killpg(group, signal.SIGINT),
    "SIGINT": lambda group: os.kill(group, signal.SIGINT),
    "SIGTERM": lambda group: os.kill(group, signal.SIGTERM),
}


@pytest.mark.parametrize("how", INTERRUPTS)
def test_interrupted_run_leaves_nothing_and_says_so(hanging: subprocess.Popen[str], tmp_path: Path, how: str) -> None:
    assert len(folders(hanging.pid)) == 1
    INTERRUPTS[how](hanging.pid)
    _, said = hanging.communicate(timeout=30)
    assert hanging.returncode == 130
    assert said.strip() == "ormatrix: interrupted; nothing was written"
    assert living(hanging.pid) == []
    assert folders(hanging.pid) == []
    assert [file for file in tmp_path.rglob("*") if file.suffix in (".jsonl", ".md", ".json", ".db")] == []


def test_interrupted_run_leaves_an_older_report_as_it_was(hanging: subprocess.Popen[str], tmp_path: Path) -> None:
    older = tmp_path / "ormatrix-report" / "report.jsonl"
    older.write_text("older")
    hanging.send_signal(signal.SIGINT)
    hanging.communicate(timeout=30)
    assert older.read_text() == "older"
    assert list(older.parent.iterdir()) == [older]


def test_interrupted_run_removes_a_database_that_it_was_told_to_make(tmp_path: Path) -> None:
    guest(tmp_path, read=HANGS)
    for process in _hanging(tmp_path, "--database", f"sqlite:///{tmp_path}/made.db"):
        assert [file.name for file in tmp_path.glob("*.db")] == ["made-guest.db"]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert list(tmp_path.glob("*.db*")) == []


def test_workers_of_a_killed_run_end_and_the_next_run_removes_its_folder(tmp_path: Path) -> None:
    guest(tmp_path, read=HANGS)
    for process in _hanging(tmp_path, "--timeout", 1):
        left = folders(process.pid)
        assert len(left) == 1
        process.kill()
        process.wait()
        eventually(lambda: not living(process.pid), "the end of its workers")  # noqa: B023  # called at once
        guest(tmp_path / "next", name="other")
        ormatrix("run", "--orm", "other", "--scenario", "defaults", cwd=tmp_path, path=tmp_path / "next")
        assert folders(process.pid) == []


def test_worker_that_is_killed_from_outside_loses_its_cell_and_no_other(
    hanging: subprocess.Popen[str], tmp_path: Path
) -> None:
    os.kill(_worker(tmp_path), signal.SIGKILL)
    hanging.communicate(timeout=30)
    assert hanging.returncode == 1
    played = cells(tmp_path)
    assert played["read"]["state"] == "crashed"
    assert played["read"]["reason"] == "the process ended with signal SIGKILL"
    assert [cell["state"] for cell in played.values()].count("observed") == 3


FAILS = {
    "write": "time.sleep(60)",
    "read": "import ctypes; ctypes.PyDLL(None).sleep(60)",
    "empty_block": "os._exit(3)",
    "reading_block": "sys.exit('enough')",
}
REASONS = {
    "write": "timed out: no end after 0.5 s; it hangs at File",
    "read": "timed out: no end after 0.5 s, and no word from the process",
    "empty-block": "crashed: the process ended with exit status 3",
    "reading-block": "crashed: the process ended with exit status 1: enough",
}


def test_each_answer_that_ends_or_holds_its_process_is_reported_in_its_own_cell(tmp_path: Path) -> None:
    called = run(guest(tmp_path, **FAILS), "--timeout", 0.5)
    assert called.returncode == 1
    for variant, cell in cells(tmp_path).items():
        assert f"{cell['state']}: {cell['reason']}".startswith(REASONS[variant])


def test_what_an_answer_prints_disturbs_nobody(tmp_path: Path) -> None:
    talks = """
    print("x" * 100_000)
    os.write(1, b'{"record":"begun","case":"no-such-case"}\\n')
    os.system("echo from a child")
    stage.checkpoint("done")
    stage.checkpoint("left")
    """
    called = run(guest(tmp_path, read=talks))
    assert called.returncode == 0
    assert json.loads(called.stdout)["counts"]["observed"] == 4
    assert called.stderr == ""


def test_two_runs_at_the_same_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    asked = ("run", "--orm", "peewee", "--scenario", "defaults", "--output")
    both = [started(*asked, name, cwd=tmp_path) for name in ("one", "other")]
    assert [process.communicate(timeout=30)[1] for process in both] == ["", ""]
    one, other = [(tmp_path / name / "report.jsonl").read_text().splitlines() for name in ("one", "other")]
    assert one[1:-1] == other[1:-1]
