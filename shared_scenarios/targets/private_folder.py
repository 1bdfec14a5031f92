"""Folders of private servers, and whose rights these run with. What a killed run left behind goes at the next start."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "ormatrix-server-"
MEMORY = Path("/dev/shm")  # noqa: S108  # the folder below it is made by mkdtemp, for its owner alone
ROOM = 512 << 20  # bytes that must be free there
GRACE = 10.0  # seconds that a server gets to end
_PID = "server.pid"
_FOREIGN = ("PG", "MYSQL", "MARIADB")  # variables that would tell a server to be another than the one we want


@dataclass(frozen=True)
class Account:
    """Whose rights a server runs with; no `uid` means our own."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def options(self, folder: Path) -> dict[str, Any]:
        """For subprocess: there, with these rights, and with nothing of the environment that is meant for others."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        ours: dict[str, Any] = {"cwd": folder, "env": env}
        return ours if self.uid is None else {**ours, "user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, *paths: Path) -> None:
        """Make it the owner of what we made."""
        for path in paths if self.uid is not None and self.gid is not None else ():
            os.chown(path, self.uid, self.gid)  # type: ignore[arg-type]  # neither is None

    def can_run(self, program: Path) -> bool:
        """Whether it may; a program below the home folder of root, others may not."""
        if self.uid is None:
            return os.access(program, os.X_OK)
        with suppress(OSError):
            asked = subprocess.run([program, "--version"], capture_output=True, check=False, **self.options(Path("/")))  # noqa: S603  # a program that was found
            return asked.returncode == 0
        return False


def account(preferred: str) -> Account:
    """Our own; of root, for whom servers do not run, the one that is meant for them, or nobody."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get(preferred) or known["nobody"]
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


@contextmanager
def new_folder(owner: Account) -> Iterator[Path]:
    """Closed to others, in memory where there is room, named by the process that it belongs to."""
    remove_orphans()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_parent()))
    try:
        owner.give(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parent() -> Path:
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if roomy else Path(tempfile.gettempdir())


def write_pid(folder: Path, process: int, end: signal.Signals) -> None:
    """Leave word of how to end the server, for those who find the folder without its owner."""
    (folder / _PID).write_text(f"{process} {end.value}")


def stop(process: "subprocess.Popen[bytes]", end: signal.Signals) -> None:
    """End a server, and be sure that it has ended."""
    with suppress(ProcessLookupError):
        process.send_signal(end)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def remove_orphans() -> None:
    """End the servers of runs that were killed, and remove their folders."""
    for folder in orphans(PREFIX):
        _end_server_in(folder)
        shutil.rmtree(folder, ignore_errors=True)


def orphans(prefix: str) -> Iterator[Path]:
    """Temporary folders that begin so, go on with the number of a process, and have outlived it."""
    for folder in [found for parent in {MEMORY, Path(tempfile.gettempdir())} for found in parent.glob(f"{prefix}*-*")]:
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not alive(int(owner)):
            yield folder


def _end_server_in(folder: Path) -> None:
    """Only if its command names the folder: its number may be another process's by now."""
    try:
        process, end = map(int, (folder / _PID).read_text().split())
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + GRACE
    while str(folder) in _command(process):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, end if time.monotonic() < deadline else signal.SIGKILL)
        if time.monotonic() > 2 * GRACE + deadline:
            return
        time.sleep(0.02)


def _command(process: int) -> str:
    """The command line of a process; empty once it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    if Path("/proc/self").exists():
        return ""
    asked = subprocess.run(["ps", "-wwo", "command=", "-p", str(process)], capture_output=True, text=True, check=False)  # noqa: S603, S607  # a number
    return asked.stdout


def alive(process: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
