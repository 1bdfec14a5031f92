"""Worker processes that play mutants, seen from the parent: one per implementation, replaced when one dies."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from shared_scenarios.runner.messages import Job, encode
from shared_scenarios.runner.registry import Entry
from shared_scenarios.scenario import Case
from shared_scenarios.targets.address import Database
from tests.mutation.verdict import Verdict
from tests.mutation.worker import REPLACE_ME, Played

ROOT = Path(__file__).parents[2]
TIMEOUT = 10.0
decode = msgspec.json.Decoder(Played).decode


def play_all(entries: Sequence[Entry], cases: Sequence[Case], step: int, jobs: int) -> list[Played]:
    """Every `step`-th mutant of every answer, with its verdict."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        parts = pool.map(lambda entry: list(_play(_job(entry, cases, folder), step)), entries)
        return [played for part in parts for played in part]


def _job(entry: Entry, cases: Sequence[Case], folder: str) -> Job:
    name = entry.implementation.name
    return Job(entry.reference, name, Database("sqlite"), folder, [case.name for case in cases], TIMEOUT)


def _play(job: Job, step: int) -> Iterator[Played]:
    """A worker that ends before its time has met a mutant that hangs, or one after which nothing works."""
    first, status = 0, REPLACE_ME
    while status == REPLACE_ME:
        last: Played | None = None
        with _started(job, first, step) as process:
            assert process.stdout is not None
            for last in map(decode, process.stdout):
                if last.verdict is not None:
                    yield last
            status = process.wait()
        if last is not None and last.verdict is None:
            yield msgspec.structs.replace(last, verdict=Verdict("error"))
            status = REPLACE_ME
        first = last.number + 1 if last is not None else first
    if status:
        raise RuntimeError(f"{job.implementation}: {_errors(job).read_text().strip()[-2000:]}")


@contextmanager
def _started(job: Job, first: int, step: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.mutation.worker", str(first), str(step)]
    with _errors(job).open("wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT)
    assert process.stdin is not None
    process.stdin.write(encode(job))
    process.stdin.close()
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _errors(job: Job) -> Path:
    return Path(job.folder) / f"{job.implementation.replace(':', '+')}.stderr"
