"""Speed on servers: a cell, the proxy, and the whole run of three databases. Says what it leaves out."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean, median

from shared_scenarios.catalogue import cases
from shared_scenarios.runner.registry import choose
from shared_scenarios.runner.registry import obstacle as lacks
from shared_scenarios.runner.run import addressed
from shared_scenarios.targets.address import parse_database
from shared_scenarios.targets.open import obstacle
from tests.bench_say import say

CELLS = Path(__file__).parent / "bench_cells.py"
ROUNDS = 5
Times = list[float]


def bench_servers(run: list[str]) -> None:
    """Every kind of server that can be had here, then all of them in one run."""
    able = [kind for kind in ("postgresql", "mariadb") if _can(kind)]
    for kind in able:
        with addressed(parse_database(kind)) as database:
            assert database.url is not None
            _bench_cells(kind, database.url)
    if len(able) == 2:
        _bench_whole([*run, "--database", "sqlite", "--database", "postgresql", "--database", "mariadb"])


def _can(kind: str) -> bool:
    why = obstacle(kind)
    if why:
        print(f"left out: {kind}: {why}")
    return not why


def _bench_cells(kind: str, url: str) -> None:
    recorded, direct = Times(), Times()
    for name in _players(kind):
        one, other = _paired(name, url)
        print(f"  {name} on {kind}: {fmean(one) * 1000:.1f} ms, without the proxy {fmean(other) * 1000:.1f} ms")
        recorded += one
        direct += other
    say(f"a cell on {kind}, ms", fmean(recorded) * 1000, 15)
    say(f"a cell on {kind}, through the proxy / straight to the server", sum(recorded) / sum(direct), 1.3)


def _players(kind: str) -> Iterator[str]:
    for entry in choose([]):
        if why := lacks(entry.implementation, kind):
            print(f"left out: {entry.implementation.name} on {kind}: it {why}")
        elif not entry.implementation.configuration:
            yield entry.implementation.name


def _paired(orm: str, url: str) -> tuple[Times, Times]:
    """For each cell the median of several rounds, through the proxy and at once without it, after one that warms up."""
    with ExitStack() as processes:
        both = [processes.enter_context(_playing(orm, url, how)) for how in ("recorded", "direct")]
        _, *rounds = [[[_next(process) for process in both] for _ in cases()] for _ in range(ROUNDS + 1)]
    recorded, direct = ([median(pair[side] for pair in cell) for cell in zip(*rounds, strict=True)] for side in (0, 1))
    return recorded, direct


@contextmanager
def _playing(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, str(CELLS), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def _bench_whole(run: list[str]) -> None:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    say("whole run of three databases, s", min(times), 10)
    print(f"  {', '.join(f'{one:.2f}' for one in times)} s; load of this machine {os.getloadavg()[0]:.1f}")
