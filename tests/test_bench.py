"""The benchmark leaves nothing behind when it is told to end, and compares runs that write the same report."""

import io
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from shared_scenarios.report.read import read_report
from shared_scenarios.runner import worker
from shared_scenarios.targets.private_folder import MEMORY, PREFIX
from shared_scenarios.timeline import Connection, Statement
from tests import required
from tests.bench_replay import keep, replay
from tests.bench_servers import PROCESS
from tests.command import ORMATRIX, eventually, living
from tests.handmade import cell
from tests.timelines import sent

# Without its first part, which needs no server and takes a minute.
BENCH = "from tests import bench; bench._bench = lambda folder: None; bench.main()"


def _servers(process: int) -> list[Path]:
    return [
        folder for parent in (MEMORY, Path(tempfile.gettempdir())) for folder in parent.glob(f"{PREFIX}{process}-*")
    ]


def test_a_benchmark_that_is_told_to_end_takes_its_servers_with_it() -> None:
    required.binaries("postgresql")
    with subprocess.Popen(
        [sys.executable, "-c", BENCH], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        eventually(lambda: any((folder / "server.pid").exists() for folder in _servers(process.pid)), "a server")
        (folder,) = _servers(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    listed = subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True, check=True).stdout
    assert (str(folder) in listed, folder.exists(), living(process.pid)) == (False, False, [])


def test_a_run_without_witnesses_writes_what_was_kept_of_the_run_before(tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    run = ["run", "--orm", "peewee", "--scenario", "rollback", "--format", "json", "--output", str(tmp_path)]
    subprocess.run([ORMATRIX, *run], check=True, capture_output=True)
    recorded = list(read_report(report).cells)
    keep(report, tmp_path)
    (kept,) = tmp_path.glob("*.cells")
    assert b'"facts"' not in kept.read_bytes()
    kept.write_bytes(kept.read_bytes().replace(b'"text":"INSERT', b'"text":"kept: INSERT'))
    subprocess.run([sys.executable, str(PROCESS), "silent-run", str(tmp_path), *run], check=True, capture_output=True)
    replayed = list(read_report(report).cells)
    assert [(cell.key, cell.outcome, cell.facts, cell.broken) for cell in replayed] == [
        (cell.key, cell.outcome, cell.facts, cell.broken) for cell in recorded
    ]
    assert any(
        "kept: INSERT" in event.text for cell in replayed for event in cell.timeline if isinstance(event, Statement)
    )


def test_a_worker_that_records_does_not_pass_for_one_that_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "send", worker.send)
    replay(tmp_path)
    keep_one = tmp_path / "alpha-sqlite.cells"
    keep_one.write_bytes(b"flush kept")
    worker.send(out := io.BytesIO(), cell())
    assert out.getvalue() == b"kept\n"
    for event in (sent("COMMIT"), Connection(1, "c1", "opened")):
        with pytest.raises(AssertionError, match="was recorded"):
            worker.send(out, cell(timeline=[event]))
