"""The command `ormatrix`, as a user calls it."""

import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ORMATRIX = str(Path(sys.executable).with_name("ormatrix"))
PATIENCE = 30.0  # seconds until something that should happen is given up


class Called(subprocess.CompletedProcess[str]):
    """What a call gave: `stdout`, `stderr`, `returncode`."""


def ormatrix(*arguments: object, cwd: Path, path: Path | None = None, **environment: str) -> Called:
    """Call it in a folder; with the packages of `path`, if there are any."""
    done = subprocess.run(
        [ORMATRIX, *map(str, arguments)], cwd=cwd, env=environ(path, environment), capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return Called(done.args, done.returncode, done.stdout, done.stderr)


def started(
    *arguments: object, cwd: Path, path: Path | None = None, stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Start it in a process group of its own, as a shell does."""
    return subprocess.Popen(
        [ORMATRIX, *map(str, arguments)], cwd=cwd, env=environ(path, {}), start_new_session=True,
        stdout=subprocess.PIPE, stderr=stderr, text=True,
    )  # fmt: skip


def environ(path: Path | None, more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, with a folder in front of the path of modules."""
    paths = [str(path), os.environ.get("PYTHONPATH", "")] if path else [os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **more}


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"it never came to this: {what}"
        time.sleep(0.02)


def living(group: int) -> list[str]:
    """The processes of a group that still run; one that has ended and is not yet collected does not."""
    listed = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,pid="], capture_output=True, text=True, check=True)
    found = [line.split() for line in listed.stdout.splitlines()]
    return [process for own, state, process in found if own == str(group) and not state.startswith("Z")]


def on_terminal(*arguments: str, cwd: Path) -> str:
    """What a call prints on a terminal that is 100 columns wide."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [ORMATRIX, *arguments],
        cwd=cwd,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "100", "TERM": "xterm"},
    ):
        os.close(theirs)
        with os.fdopen(ours, "rb") as terminal:
            return b"".join(_until_closed(terminal.fileno())).decode().replace("\r\n", "\n")


def _until_closed(terminal: int) -> Iterator[bytes]:
    try:
        while piece := os.read(terminal, 65536):
            yield piece
    except OSError:  # this is how Linux says that nobody writes any more
        return
