"""One bad cell, or one lost process, never takes another cell with it."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.command import Called, ormatrix, started
from tests.guest import guest
from tests.hanging import hanging, worker


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


def test_worker_that_is_killed_from_outside_loses_its_cell_and_no_other(tmp_path: Path) -> None:
    with hanging(tmp_path) as process:
        os.kill(worker(tmp_path), signal.SIGKILL)
        process.communicate(timeout=30)
    assert process.returncode == 1
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
