"""What forks processes, seen from where a run is: the stem, which forks nests, and a nest, which forks workers."""

import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from shared_scenarios.runner import stem
from shared_scenarios.runner.messages import HEAD, Build, Bury, Job, encode

GRACE = 4.0  # seconds that a stem gets to end, twice as much as it gives its nests


class Parent:
    """A process that forks others, and is asked to through a socket. When it is dead, nobody answers."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def _ask(self, request: Build | Job, files: Sequence[int]) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self._control, [_framed(encode(request))], files)

    def bury(self, process: int) -> int | None:
        """The exit status of a process it has forked that has ended, or is about to; None if it ended before it."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.sendall(_framed(encode(Bury(process))))
            told = self._control.recv(16)
            return int(told) if told else None
        return None

    def let_go(self) -> None:
        """It ends as soon as it finds nobody there."""
        self._control.close()


class Stem(Parent):
    """The process that forks nests."""

    def __init__(self) -> None:
        self._process, control = stem.take()
        assert self._process.stdout is not None
        self._output = self._process.stdout
        super().__init__(control)

    def build(self, modules: Sequence[str], control: int, errors: int) -> None:
        """Have a nest forked that imports these; if the stem is dead, nobody will."""
        self._ask(Build(list(modules)), [control, errors])

    def is_dead(self) -> bool:
        """Whether it can be asked nothing any more."""
        return self._process.poll() is not None

    def kill(self) -> int:
        """End it, whatever it does; its exit status."""
        self._process.kill()
        return self._process.wait()

    def end(self) -> None:
        """It ends when its nests have, which it gives a while for that."""
        self.let_go()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
        self._output.close()

    def last_words(self) -> str:
        """What a dead one had to say."""
        return self._output.read().decode(errors="replace") if self.is_dead() else ""


class Nest(Parent):
    """A process that forks workers."""

    def __init__(self, package: str, modules: Sequence[str], folder: Path, stem: Stem) -> None:
        self._errors, self._stem = folder / f"{package}.stderr", stem
        self._number: int | None = None
        ours, theirs = socket.socketpair()
        super().__init__(ours)
        with theirs, self._errors.open("wb") as errors:
            stem.build(modules, theirs.fileno(), errors.fileno())

    @property
    def process(self) -> int | None:
        """Its number, which is the first that it says; None if it has not come into the world."""
        if self._number is None:
            with suppress(BlockingIOError, ConnectionResetError):
                self._number = int.from_bytes(self._control.recv(HEAD, socket.MSG_DONTWAIT)) or None
        return self._number

    def is_dead(self) -> bool:
        """Whether nobody is there, or will be."""
        is_born = self.process is not None
        try:
            return not self._control.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK)
        except BlockingIOError:
            return not is_born and self._stem.is_dead()
        except ConnectionResetError:
            return True

    def bury(self, process: int) -> int | None:
        """As every parent, once the number is read that came before all answers."""
        return super().bury(process) if self.process else None

    def hatch(self, job: Job, out: int, errors: int) -> None:
        """Have a worker forked, which writes to these two; if the nest is dead, nobody will."""
        self._ask(job, [out, errors])

    def kill(self) -> None:
        """End it, whatever it does; if it has not come into the world yet, end who would bring it."""
        if self.process is None:
            self._stem.kill()
        else:
            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)

    def status(self) -> int:
        """Kill it; its exit status, or that of the stem if nobody has seen it end."""
        self.kill()
        found = None if self.process is None else self._stem.bury(self.process)
        return self._stem.kill() if found is None else found

    def last_words(self) -> str:
        """What it had to say, or the stem, if it came to nothing."""
        return self._errors.read_text(errors="replace") or self._stem.last_words()


def _framed(request: bytes) -> bytes:
    return len(request).to_bytes(HEAD) + request
