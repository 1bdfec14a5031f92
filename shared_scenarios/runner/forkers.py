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

GRACE = 2.0  # seconds that one gets to end what it has forked, and itself
WORDS = 1 << 16  # bytes that are read of what one complains of


class Forker:
    """A process that is asked for others through a socket. When it is dead, nobody answers."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def _ask(self, request: Build | Job, files: Sequence[int]) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self._control, [_framed(encode(request))], files)

    def bury(self, process: int) -> int | None:
        """The exit status of a process it has forked that has ended, or is about to; None if it cannot tell."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.sendall(_framed(encode(Bury(process))))
            told = self._control.recv(16)
            return int(told) if told not in (b"", b"null") else None
        return None

    def let_go(self) -> None:
        """It ends as soon as it hears that nobody is there."""
        with suppress(OSError):  # it has ended
            self._control.shutdown(socket.SHUT_WR)


class Stem(Forker):
    """The process that forks nests."""

    def __init__(self) -> None:
        self._process, control, self._errors = stem.take()
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
        """It ends by itself, which it gets a while for."""
        self.let_go()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
        self._control.close()
        os.close(self._errors)

    def last_words(self) -> str:
        """What it had to say."""
        return os.pread(self._errors, WORDS, 0).decode(errors="replace")


class Nest(Forker):
    """A process that forks workers."""

    def __init__(self, package: str, modules: Sequence[str], folder: Path, stem: Stem) -> None:
        self._errors, self._stem = folder / f"{package}.stderr", stem
        self._number: int | None = None
        self._status: int | None = None
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
        """As every forker, once the number is read that came before all answers."""
        return super().bury(process) if self.process else None

    def hatch(self, job: Job, out: int, errors: int) -> None:
        """Have a worker forked, which writes to these two; if the nest is dead, nobody will."""
        self._ask(job, [out, errors])

    def kill(self) -> None:
        """End it, whatever it does; if it has not come into the world yet, end who would bring it."""
        if self.process is None:
            self._stem.kill()
        elif not self.is_dead():  # its number may be another's by then
            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)

    def status(self) -> int:
        """Kill it; its exit status, or that of the stem if nobody has seen it end."""
        if self._status is None:
            self.kill()
            found = None if self.process is None else self._stem.bury(self.process)
            self._status = self._stem.kill() if found is None else found
        return self._status

    def end(self) -> None:
        """See to it that it has ended; it was let go of."""
        if not self._has_ended():
            self.kill()
        self._control.close()

    def _has_ended(self) -> bool:
        """Whether it has, after a while that it gets for it; one that was not born may be meanwhile."""
        self._control.settimeout(GRACE)
        try:
            while told := self._control.recv(16):
                self._number = self._number or int.from_bytes(told[:HEAD])
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True
        finally:
            self._control.settimeout(None)
        return True

    def last_words(self) -> str:
        """What it had to say, or the stem, if it came to nothing."""
        return self._errors.read_text(errors="replace") or self._stem.last_words()


def _framed(request: bytes) -> bytes:
    return len(request).to_bytes(HEAD) + request
