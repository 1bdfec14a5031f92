"""A worker process: opens one implementation on one database and records its cases, one after the other."""

import os
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from shared_scenarios.catalogue import cases
from shared_scenarios.cell import Cell, blank
from shared_scenarios.errors import CannotRun
from shared_scenarios.evidence.failure import failure
from shared_scenarios.runner.messages import Begun, Job, Message, Refused, encode
from shared_scenarios.runner.play import record
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import Case, Implementation

HUNG = 70  # the exit status of a worker that ended itself because an answer did not return


def work(job: Job, out: BinaryIO) -> None:
    """Do the job, write messages to `out`."""
    wanted = set(job.cases)
    chosen = [case for case in cases() if case.name in wanted]
    try:
        venue = open_venue(job)
    except CannotRun as error:
        send(out, Refused(error.message, error.hint))
        return
    except Exception as error:  # noqa: BLE001  # an implementation that cannot be opened fails its cells, no others
        _fail_all(out, job, chosen, error)
        return
    _play_all(out, job, chosen, venue)


def open_venue(job: Job) -> Venue:
    """The implementation that the job names, open on a database of its own."""
    module, _, attribute = job.reference.partition(":")
    found: tuple[Implementation, ...] = getattr(import_module(module), attribute)
    implementation = next(one for one in found if one.name == job.implementation)
    return Venue(implementation, job.database, Path(job.folder))


def send(out: BinaryIO, message: Message) -> None:
    """Tell the parent."""
    out.write(encode(message) + b"\n")


def _play_all(out: BinaryIO, job: Job, chosen: list[Case], venue: Venue) -> None:
    watch = Watchdog(out, job, venue)
    for case in chosen:
        watch.begin(case)
        send(out, Begun(case.name))
        cell = record(case, venue)
        watch.end()
        send(out, cell)
    venue.close()


def _fail_all(out: BinaryIO, job: Job, chosen: list[Case], error: Exception) -> None:
    where = traceback.format_exception(error)[-2].strip()
    for case in chosen:
        cell = blank(case, job.implementation, job.database.kind, "error")
        cell.failure, cell.reason = failure(error), f"the implementation could not be opened: {where}"
        send(out, cell)


class Watchdog:
    """Ends the process when an answer does not return in time, after it has said where the answer hangs."""

    def __init__(self, out: BinaryIO, job: Job, venue: Venue) -> None:
        self._out, self._job, self._venue = out, job, venue
        self._case: Case | None = None
        self._turn = threading.Condition()
        threading.Thread(target=self._watch, daemon=True).start()

    def begin(self, case: Case) -> None:
        with self._turn:
            self._case = case
            self._turn.notify()

    def end(self) -> None:
        with self._turn:
            self._case = None
            self._turn.notify()

    def _watch(self) -> None:
        with self._turn:
            while True:
                case = self._case
                returned = self._turn.wait(self._job.timeout if case else None)
                if case and not returned:
                    try:
                        send(self._out, self._timed_out(case))
                    finally:  # with nobody left to read it too: a parent that was killed leaves no worker behind
                        os._exit(HUNG)

    def _timed_out(self, case: Case) -> Cell:
        cell = blank(case, self._job.implementation, self._job.database.kind, "timed out")
        lines = traceback.format_stack(sys._current_frames()[threading.main_thread().ident or 0])
        own = [line for line in lines if str(self._venue.root) in line] or lines
        cell.reason = f"no end after {self._job.timeout:g} s; it hangs at {' '.join(own[-1].split())}"
        cell.timeline = list(self._venue.recorder.events)
        return cell
