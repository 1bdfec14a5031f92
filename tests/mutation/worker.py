"""A worker process: plays the mutants of one implementation's answers, one after the other, by the runner's own means.

Started with a job on standard input; its arguments are the number of the first mutant and the step to the next.
"""

import faulthandler
import gc
import os
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from shared_scenarios.catalogue import cases
from shared_scenarios.cell import FAILED_STATES, Cell
from shared_scenarios.runner.answers import find_answer
from shared_scenarios.runner.messages import Job
from shared_scenarios.runner.play import play
from shared_scenarios.runner.venue import Venue
from shared_scenarios.runner.worker import open_venue
from shared_scenarios.scenario import Case
from tests.mutation.mutants import Mutant, in_place, mutants
from tests.mutation.verdict import Verdict, judge, timelines_differ

REPLACE_ME = 75  # the exit status of a worker that cannot go on
PATIENCE = 0.1  # seconds that a statement waits for SQLite's lock; the same for original and mutant


class Played(msgspec.Struct, frozen=True):
    """A mutant and what became of it; without a verdict while it is played."""

    number: int
    implementation: str
    case: str
    file: str
    line: int
    what: str
    verdict: Verdict | None = None


def main() -> None:
    """Write two lines per mutant to what was standard output: before it is played, and after."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    first, step = (int(word) for word in sys.argv[1:])
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    venue = open_venue(job)
    _shorten_patience()
    gc.disable()
    gc.freeze()
    played: list[int] = []
    try:
        _play_all(out, job, venue, first, step, played)
    except AssertionError:
        if not played:
            raise
        os._exit(REPLACE_ME)  # an original fails because of what a mutant before it has left behind
    os._exit(0)  # threads and connections that a mutant has left behind are nobody's concern


def _play_all(out: BinaryIO, job: Job, venue: Venue, first: int, step: int, played: list[int]) -> None:
    for number, (case, before, mutant) in enumerate(all_mutants(venue, set(job.cases))):
        if number >= first and number % step == 0:
            played.append(number)
            asked = describe(number, venue, case, mutant)
            out.write(msgspec.json.encode(asked) + b"\n")
            faulthandler.dump_traceback_later(job.timeout, exit=True)
            verdict = judge(before, changed(venue, case, mutant))
            faulthandler.cancel_dump_traceback_later()
            out.write(msgspec.json.encode(msgspec.structs.replace(asked, verdict=verdict)) + b"\n")
            if verdict.by == "error" and judge(before, play(case, venue)).by != "same":
                os._exit(REPLACE_ME)  # an answer that failed has left the implementation in pieces


def _shorten_patience() -> None:
    plain = sqlite3.connect

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = plain(*args, **kwargs | {"timeout": PATIENCE})
        return connection

    for module in (sqlite3, sqlite3.dbapi2):
        setattr(module, "connect", connect)  # noqa: B010  # two modules, one function


def all_mutants(venue: Venue, wanted: set[str]) -> Iterator[tuple[Case, Cell, Mutant]]:
    """Each with the cell of its original, in an order that is the same in every process."""
    for case in (case for case in cases() if case.name in wanted):
        before = original(venue, case)
        if before.state != "not applicable":
            answer = find_answer(venue.implementation, case)
            yield from ((case, before, mutant) for mutant in mutants(answer))


def describe(number: int, venue: Venue, case: Case, mutant: Mutant) -> Played:
    """The mutant in words."""
    file = os.path.relpath(mutant.function.__code__.co_filename, venue.root.parent)
    return Played(number, venue.implementation.name, case.name, file, *mutant.change)


def original(venue: Venue, case: Case) -> Cell:
    """The cell of the answer as it is; played twice, for what differs by itself would be told of every mutant."""
    one, other = play(case, venue), play(case, venue)
    assert one.state not in FAILED_STATES, f"{case.name} by {one.implementation}: {one.failure} {one.reason}"
    difference = timelines_differ(one, other)
    assert not difference, f"{case.name} by {one.implementation} differs from run to run: {difference}"
    return one


def changed(venue: Venue, case: Case, mutant: Mutant) -> Cell:
    """The mutant's cell; what it leaves behind is collected before the next."""
    with in_place(mutant):
        cell = play(case, venue)
    gc.collect()
    return cell


if __name__ == "__main__":
    main()
