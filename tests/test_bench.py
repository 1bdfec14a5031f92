"""The benchmark leaves nothing behind when it is told to end."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from shared_scenarios.targets.private_folder import MEMORY, PREFIX
from tests import required
from tests.command import eventually, living

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
