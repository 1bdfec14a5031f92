"""Speed on servers: a cell, the proxy, and the whole run of three databases. Says what it leaves out."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean, median
from unittest.mock import patch

from shared_scenarios.catalogue import cases
from shared_scenarios.report.read import read_report
from shared_scenarios.runner.registry import choose
from shared_scenarios.runner.registry import obstacle as lacks
from shared_scenarios.runner.run import addressed
from shared_scenarios.targets.address import VARIABLES, parse_database
from shared_scenarios.targets.open import obstacle
from tests.bench_replay import keep
from tests.bench_say import say

CELLS, PROCESS = (Path(__file__).with_name(name) for name in ("bench_cells.py", "bench_process.py"))
ROUNDS, PAIRS = 3, 5
# An ORM drops a hook that is a coroutine; Python would say so for each time.
PYTHON = [sys.executable, "-W", "ignore:coroutine:RuntimeWarning"]
# The bounds of recording, and of the run of three databases, were set for these questions and implementations; the
# catalogue has grown since.
FOUNDING = (
    "key-before-commit", "add-sends-nothing", "session-is-not-a-transaction", "kol-and-first-tweet-atomic",
    "visible-only-after-commit", "read-helper-flushes", "autoflush-off-split-view", "autoflush-error-in-a-read",
    "rollback-ends-transaction-not-session", "commit-returns-connection", "close-detaches",
    "transaction-defaults", "forgotten-commit", "fields-after-rollback", "save-again-after-rollback",
    "swallowed-error-clean-exit", "query-after-integrity-error", "sqlite-savepoint-escapes",
    "sqlite-foreign-keys-off",
)  # fmt: skip
QUESTIONS = (
    *FOUNDING, "raw-error-commit-becomes-rollback", "skip-duplicate-with-savepoint",
    "two-columns-two-writers", "row-deleted-elsewhere", "get-or-create-race", "run-after-commit",
    "hook-from-rolled-back-savepoint",
)  # fmt: skip
IMPLEMENTATIONS = ("sqlalchemy", "sqlalchemy:autoflush-off", "sqlalchemy-async", "django", "peewee")
RUNS = 3
Times = list[float]


def bench_servers(run: list[str], output: Path) -> None:
    """Every kind of server that can be had here, then all of them in one run."""
    able = [kind for kind in ("postgresql", "mariadb") if _can(kind)]
    for kind in able:
        with addressed(parse_database(kind)) as database:
            assert database.url is not None
            _bench_cells(kind, database.url)
            _bench_runs(run, kind, database.url, output)
    if len(able) == 2:
        _bench_whole(run, output)


def _can(kind: str) -> bool:
    why = obstacle(kind)
    if why:
        print(f"left out: {kind}: {why}")
    return not why


def _bench_cells(kind: str, url: str) -> None:
    recorded, direct = Times(), Times()
    for name in _players(kind):
        one, other = _paired(name, url)
        both = f"{fmean(one) * 1000:.1f} ms, without the proxy {fmean(other) * 1000:.1f} ms"
        print(f"  {name} on {kind}, {len(one)} cells: {both}", flush=True)
        recorded += one
        direct += other
    say(f"a cell on {kind}, ms, each the least of {ROUNDS}", fmean(recorded) * 1000, 15)
    say(f"a cell on {kind}, through the proxy / straight to the server", sum(recorded) / sum(direct), 1.3)


def _bench_runs(run: list[str], kind: str, url: str, output: Path) -> None:
    """Whole runs of those cells, by turns. A run without the proxy reads no evidence, and writes the same report; its
    drivers go straight to the server by TCP, as they usually do, where the proxy takes a private server's socket.
    """
    names = dict.fromkeys(case.name for case in cases() if not case.scenario.meanwhile)
    asked = {"--database": (kind,), "--scenario": names, "--orm": tuple(_players(kind))}
    whole = [*run, *_given(asked)]
    through, straight = (
        [*PYTHON, str(PROCESS), role, str(output), *whole[1:]] for role in ("recording-run", "direct-run")
    )
    with patch.dict(os.environ, {VARIABLES[kind]: url}):
        _seconds(whole)
        keep(output / "report.jsonl", output)
        _seconds(straight)
        times = [(_seconds(through), _seconds(straight)) for _ in range(PAIRS)]
    ratio = median(one / other for one, other in times)
    say(f"a run on {kind}, through the proxy / straight to the server", ratio, 1.3)
    took = ", ".join(f"{one:.2f} / {other:.2f}" for one, other in times)
    print(f"  {took} s")


def _players(kind: str) -> Iterator[str]:
    for entry in choose([]):
        if why := lacks(entry.implementation, kind):
            print(f"left out: {entry.implementation.name} on {kind}: it {why}")
        elif not entry.implementation.configuration:
            yield entry.implementation.name


def _paired(orm: str, url: str) -> tuple[Times, Times]:
    """For each cell the least of several rounds, through the proxy and at once without it, after one that warms up:
    what else the machine does only adds to it.
    """
    with ExitStack() as processes:
        both = [processes.enter_context(_playing(orm, url, how)) for how in ("recorded", "direct")]
        cells, _ = (range(int(_read(process))) for process in both)
        _, *rounds = [[[_next(process) for process in both] for _ in cells] for _ in range(ROUNDS + 1)]
    recorded, direct = ([min(pair[side] for pair in cell) for cell in zip(*rounds, strict=True)] for side in (0, 1))
    return recorded, direct


@contextmanager
def _playing(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [*PYTHON, str(CELLS), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0, arguments[0]
    finally:
        process.kill()


def _next(process: "subprocess.Popen[str]") -> float:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return float(_read(process))


def _read(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _bench_whole(run: list[str], output: Path) -> None:
    asked = {"--orm": IMPLEMENTATIONS, "--scenario": QUESTIONS, "--database": ("sqlite", "postgresql", "mariadb")}
    times = [_seconds([*run, *_given(asked)]) for _ in range(RUNS)]
    cells = len(list(read_report(output / "report.jsonl").cells))
    what = f"{len(QUESTIONS)} questions, {len(IMPLEMENTATIONS)} implementations, three databases"
    say(f"a run of {what}, with their start, s", min(times), 10)
    took = ", ".join(f"{one:.2f}" for one in times)
    print(f"  {cells} cells; {took} s; load of this machine {os.getloadavg()[0]:.1f}")


def _given(asked: Mapping[str, Iterable[str]]) -> list[str]:
    return [part for option, names in asked.items() for name in names for part in (option, name)]


def _seconds(command: list[str]) -> float:
    """It is asked to end before we do: killed, it would leave its servers behind."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            assert process.wait() == 0, command
        finally:
            process.terminate()
    return time.perf_counter() - start
