"""The nests of a run: one for each package of implementations, all forked from one stem."""

import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from shared_scenarios.runner.forkers import GRACE, Forker, Stem
from shared_scenarios.runner.messages import HEAD, Job
from shared_scenarios.runner.whole import whole


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


class Nests:
    """Those of one run, and its folder; `modules` open the implementations of these names."""

    def __init__(self, folder: Path, modules: Mapping[str, str]) -> None:
        self.folder, self._modules = folder, modules
        self._stems: list[Stem] = []  # the last is the one that may live
        self._nests: dict[str, list[Nest]] = {}  # so are these

    def start(self, implementation: str) -> Nest:
        """The living one for this implementation."""
        package = _package(self._modules[implementation])
        with whole():  # as for workers
            nests = self._nests.setdefault(package, [])
            if not nests or nests[-1].is_dead():
                modules = dict.fromkeys(one for one in self._modules.values() if _package(one) == package)
                nests.append(Nest(package, list(modules), self.folder, self._living_stem()))
            return nests[-1]

    def _living_stem(self) -> Stem:
        """Dead ones are kept: nests of theirs may live, and workers ask what they had to say."""
        if not self._stems or self._stems[-1].is_dead():
            self._stems.append(Stem())
        return self._stems[-1]

    def end(self) -> None:
        """All of them, at the same time."""
        nests = [nest for own in self._nests.values() for nest in own]
        for nest in nests:
            nest.let_go()
        for nest in nests:
            nest.end()
        for stem in self._stems:
            stem.end()
        self._nests, self._stems = {}, []


def _package(module: str) -> str:
    return module.partition(".")[0]
