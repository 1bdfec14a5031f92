"""Nests, seen from the parent: one for each package of implementations."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from shared_scenarios.runner.messages import HEAD, Bury, Job, encode
from shared_scenarios.runner.whole import whole

START = "from shared_scenarios.runner.nest import main; main()"
# What is kept in a set comes out of it in the same order in every run: Django empties tables in such an order.
STEADY = {"PYTHONHASHSEED": "0"}
GRACE = 2.0  # seconds that a nest gets to end its workers and itself


class Nest:
    """A process that forks workers."""

    def __init__(self, package: str, modules: Sequence[str], folder: Path) -> None:
        self.errors = folder / f"{package}.stderr"
        self._control, theirs = socket.socketpair()
        with theirs, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(  # noqa: S603  # this Python and a constant
                [sys.executable, "-c", START, *modules],
                stdin=theirs.fileno(), stdout=errors, stderr=errors, env={**os.environ, **STEADY},
            )  # fmt: skip

    def hatch(self, job: Job, out: int, errors: int) -> None:
        """Have a worker forked, which writes to these two; if the nest is dead, nobody will."""
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self._control, [_framed(encode(job))], [out, errors])

    def bury(self, process: int) -> int | None:
        """The exit status of a worker that has ended, or is about to; None if the nest has ended before it."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.sendall(_framed(encode(Bury(process))))
            told = self._control.recv(16)
            return int(told) if told else None
        return None

    def let_go(self) -> None:
        """It ends, with all its workers, as soon as it finds nobody there."""
        self._control.close()

    def end(self) -> None:
        """See to it that it has ended."""
        self.let_go()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nests:
    """Those of one run, and its folder; `modules` open the implementations of these names."""

    def __init__(self, folder: Path, modules: Mapping[str, str]) -> None:
        self.folder, self._modules = folder, modules
        self._nests: dict[str, Nest] = {}

    def start(self, implementation: str) -> Nest:
        """The living one for this implementation."""
        package = _package(self._modules[implementation])
        with whole():  # as for workers
            nest = self._nests.get(package)
            if nest is None or nest.process.poll() is not None:
                if nest is not None:
                    nest.end()
                modules = dict.fromkeys(one for one in self._modules.values() if _package(one) == package)
                nest = self._nests[package] = Nest(package, list(modules), self.folder)
            return nest

    def end(self) -> None:
        """All of them, at the same time."""
        for nest in self._nests.values():
            nest.let_go()
        for nest in self._nests.values():
            nest.end()


def _package(module: str) -> str:
    return module.partition(".")[0]


def _framed(request: bytes) -> bytes:
    return len(request).to_bytes(HEAD) + request
