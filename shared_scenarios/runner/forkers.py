"""What forks processes, seen from where a run is; first of all the stem, which forks nests."""

import os
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress

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


def _framed(request: bytes) -> bytes:
    return len(request).to_bytes(HEAD) + request
