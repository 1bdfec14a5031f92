"""The stem of a run: the process that all its nests are forked from.

It imports what workers have in common while the command still finds out what it is asked. So it is started first of
all, and this module imports nothing that takes time.
"""

import os
import socket
import subprocess
import sys
from typing import NamedTuple

from shared_scenarios.runner.whole import whole

START = "from shared_scenarios.runner.nest import main; main()"
# What is kept in a set comes out of it in the same order in every run: Django empties tables in such an order.
STEADY = {"PYTHONHASHSEED": "0"}


class Started(NamedTuple):
    """A stem, where it is asked, and the file in which it complains."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    errors: int


def start() -> Started:
    """A new one."""
    control, theirs = socket.socketpair()
    errors = _nameless()
    with theirs:
        process = subprocess.Popen(  # noqa: S603  # this Python and a constant
            [sys.executable, "-c", START], stdin=theirs.fileno(), stdout=errors, stderr=errors,
            env={**os.environ, **STEADY},
        )  # fmt: skip
    return Started(process, control, errors)


def _nameless() -> int:
    """A file that is gone when nobody has it open. A pipe would do until somebody fills it."""
    if sys.platform == "linux":
        return os.memfd_create("ormatrix-stem")
    import tempfile  # which takes longer to import than all that is imported here

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


_early: list[Started] = []


def start_early() -> None:
    """Start the one that a command will need as soon as it knows what to play."""
    with whole():  # one that is started and not yet known would be left behind
        _early.append(start())


def take() -> Started:
    """The one that was started early, or a new one."""
    return _early.pop() if _early else start()


def end_early() -> None:
    """Nobody has taken it: it has opened nothing."""
    while _early:
        process, control, errors = _early.pop()
        process.kill()
        process.wait()
        control.close()
        os.close(errors)
