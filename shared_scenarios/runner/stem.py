"""The stem of a run: the process that all its nests are forked from.

It imports what workers have in common while the command still finds out what it is asked. So it is started first of
all, and this module imports nothing that takes time.
"""

import socket
import subprocess
import sys
from os import environ
from typing import NamedTuple

from shared_scenarios.runner.whole import whole

START = "from shared_scenarios.runner.nest import main; main()"
# What is kept in a set comes out of it in the same order in every run: Django empties tables in such an order.
STEADY = {"PYTHONHASHSEED": "0"}


class Stem(NamedTuple):
    """The process, and where it is asked."""

    process: subprocess.Popen[bytes]
    control: socket.socket


def start() -> Stem:
    """A new one."""
    control, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603  # this Python and a constant
            [sys.executable, "-c", START], stdin=theirs.fileno(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**environ, **STEADY},
        )  # fmt: skip
    return Stem(process, control)


_early: list[Stem] = []


def start_early() -> None:
    """Start the one that a command will need as soon as it knows what to play."""
    with whole():  # one that is started and not yet known would be left behind
        _early.append(start())


def take() -> Stem:
    """The one that was started early, or a new one."""
    return _early.pop() if _early else start()


def end_early() -> None:
    """Nobody has taken it: it has opened nothing."""
    while _early:
        process, control = _early.pop()
        process.kill()
        control.close()
        process.communicate()
