"""Worker processes, seen from the parent: start, read, replace when one dies, end them all."""

import os
import selectors
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from shared_scenarios.catalogue import case_of
from shared_scenarios.cell import Cell, CellState, blank
from shared_scenarios.errors import CannotRun
from shared_scenarios.runner.messages import Begun, Hatched, Job, Message, Refused, decode_message
from shared_scenarios.runner.nests import Nest, Nests
from shared_scenarios.runner.reading import read
from shared_scenarios.runner.whole import whole

OPENING = 60.0  # seconds a worker may take to import its ORM and make its schema
GRACE = 2.0  # seconds that a worker gets to say itself that an answer hangs
SHOWN = 60  # bytes that are shown of what is no message


class Worker:
    """A process and what is left of its job."""

    def __init__(self, job: Job, nest: Nest) -> None:
        self.job, self._nest = job, nest
        self._process: int | None = None
        self.left = list(job.cases)
        self.current = ""
        self.finished = 0
        self._buffer = self._nonsense = b""
        self.deadline = time.monotonic() + OPENING
        self._errors = Path(job.folder) / f"{job.implementation.replace(':', '+')}-{job.database.kind}.stderr"
        self.pipe, theirs = os.pipe()
        with self._errors.open("wb") as errors:
            nest.hatch(job, theirs, errors.fileno())
        os.close(theirs)

    def read(self) -> tuple[list[Cell], bool]:
        """The cells that have arrived, and whether more can come; CannotRun if it refused to start."""
        data = os.read(self.pipe, 1 << 20)
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        cells = [cell for line in lines if not self._nonsense and (cell := self._take(line))]
        return cells, bool(data) and not self._nonsense

    def _take(self, line: bytes) -> Cell | None:
        message = _understood(line)
        if message is None or not self._is_due(message):
            self._nonsense = line or b"\n"
            return None
        if isinstance(message, Refused):
            raise CannotRun(message.message, message.hint)
        if isinstance(message, Hatched):
            self._process = message.process
            return None
        if isinstance(message, Begun):
            self.current = message.case
            self.deadline = time.monotonic() + self.job.timeout + GRACE
            return None
        self.left.remove(message.case)
        self.current, self.finished = "", self.finished + 1
        return read(message, case_of(message.case))

    def _is_due(self, message: Message) -> bool:
        """Whether a worker would say this now; an answer that finds the pipe may write anything into it."""
        match message:
            case Hatched():
                return self._process is None
            case Refused():
                return not self.current and not self.finished
            case Begun(case):
                return not self.current and case in self.left
        ours = (message.implementation, message.database) == (self.job.implementation, self.job.database.kind)
        return ours and message.case in ([self.current] if self.current else self.left)

    def last_words(self) -> list[Cell]:
        """Cells for what died with the process: the case it was at, or all, if it never came to any."""
        if self._nonsense:
            self.kill()
        status = self._buried()
        if not self.current and self.finished:
            return []
        lost = [self.current] if self.current else self.left
        self.left = [name for name in self.left if name not in lost]
        return [_lost(self.job, name, *self._end(status)) for name in lost]

    def _end(self, status: int) -> tuple[CellState, str]:
        """How it came to its end."""
        if self._nonsense:
            what = self._nonsense[:SHOWN].decode(errors="replace")
            return "error", f"what only the harness may write to was written to by something else: {what!r}"
        if time.monotonic() >= self.deadline and status == -signal.SIGKILL:
            return "timed out", f"no end after {self.job.timeout:g} s, and no word from the process"
        return "crashed", self._crash(status)

    def _crash(self, status: int) -> str:
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        words = (self._errors.read_text(errors="replace") or self._nest.last_words()).strip().splitlines()
        return f"the process ended with {how}" + (f": {words[-1]}" if words else "")

    def kill(self) -> None:
        """End it, whatever it does; if it has not come into the world yet, end who would bring it."""
        if self._process is None:
            self._nest.kill()
        else:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)

    def _buried(self) -> int:
        """Its exit status, or that of the nest where that did not come to tell."""
        status = None if self._process is None else self._nest.bury(self._process)
        self._process = None
        if status is not None:
            return status
        return self._nest.status()  # nothing comes from one that has lost a worker

    def end(self) -> None:
        """Kill it, if it still runs, and collect it."""
        if self._process is not None:
            self.kill()
            self._nest.bury(self._process)
        os.close(self.pipe)


def _understood(line: bytes) -> Message | None:
    try:
        message: Message = decode_message(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return message


def _lost(job: Job, name: str, state: CellState, reason: str) -> Cell:
    cell = blank(case_of(name), job.implementation, job.database.kind, state)
    cell.reason = reason
    return cell


def run_jobs(jobs: Sequence[Job], limit: int, nests: Nests) -> Iterator[Cell]:
    """The cells of all jobs, as they come, by at most `limit` workers at once. No worker outlives this."""
    waiting = list(jobs)
    running: dict[int, Worker] = {}
    try:
        with selectors.DefaultSelector() as selector:
            while waiting or running:
                while waiting and len(running) < limit:
                    job = waiting.pop(0)
                    _start(job, nests.start(job.implementation), running, selector)
                yield from _serve(running, waiting, selector)
    finally:
        for worker in running.values():
            worker.end()


def _start(job: Job, nest: Nest, running: dict[int, Worker], selector: selectors.BaseSelector) -> None:
    with whole():  # a process that is started and not yet known would be left behind
        worker = Worker(job, nest)
        running[worker.pipe] = worker
    selector.register(worker.pipe, selectors.EVENT_READ)


def _serve(running: dict[int, Worker], waiting: list[Job], selector: selectors.BaseSelector) -> Iterator[Cell]:
    pause = min(worker.deadline for worker in running.values()) - time.monotonic()
    for key, _ in selector.select(max(pause, 0)):
        worker = running[key.fd]
        cells, alive = worker.read()
        yield from cells
        if not alive:
            selector.unregister(worker.pipe)
            yield from _bury(running.pop(key.fd), waiting)
    for worker in [one for one in running.values() if time.monotonic() >= one.deadline]:
        worker.kill()
        selector.unregister(worker.pipe)  # what an answer has started may hold it open for good
        yield from _bury(running.pop(worker.pipe), waiting)


def _bury(worker: Worker, waiting: list[Job]) -> Iterator[Cell]:
    """A worker has ended: account for what it left undone, and give the rest to a new one."""
    if worker.left:
        yield from worker.last_words()
    if worker.left:
        waiting.insert(0, msgspec.structs.replace(worker.job, cases=worker.left))
    worker.end()
