"""A run that is in the middle of an answer which never ends."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.command import eventually, living, started
from tests.guest import guest

# It says who it is, and then never comes to an end.
HANGS = """
with open("mark", "w") as mark:
    mark.write(f"{os.getpid()}.")
while True:
    time.sleep(0.01)
"""
PLACES = [Path("/dev/shm"), Path(tempfile.gettempdir())]


@contextmanager
def hanging(folder: Path, *more: object, stderr: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """The run of a guest, whose worker plays the answer that hangs."""
    guest(folder, read=HANGS)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that it is ignored
    asked = ("run", "--orm", "guest", "--scenario", "transaction-defaults", *more)
    with started(*asked, cwd=folder, path=folder, stderr=stderr) as process:
        try:
            eventually(lambda: worker(folder), "a worker that plays")
            yield process
        finally:
            if living(process.pid):
                os.killpg(process.pid, signal.SIGKILL)


def worker(folder: Path) -> int:
    """The process that plays the answer; 0 while there is none."""
    mark = (folder / "mark").read_text() if (folder / "mark").exists() else ""
    return int(mark[:-1]) if mark.endswith(".") else 0


def folders(process: int) -> list[Path]:
    """The temporary folders of a run."""
    return [folder for place in PLACES for folder in place.glob(f"ormatrix-{process}-*")]
