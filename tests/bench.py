"""Speed, as ratios to named floors, each pair measured in one run: `make bench`.

F is what nobody can go under: one process per ORM that imports the ORM with its models, and sends the statements of
all its cells through plain sqlite3, on the same storage, as many processes at once.
"""

import compileall
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

from shared_scenarios.report.read import read_report
from shared_scenarios.timeline import Statement
from tests.bench_replay import keep
from tests.bench_say import say
from tests.bench_servers import FOUNDING, IMPLEMENTATIONS, PYTHON, bench_servers

ORMS = {"sqlalchemy": "sqla_impl.database", "django": "django_impl.database", "peewee": "peewee_impl.database"}
PAIRS = 9
ORMATRIX = str(Path(sys.executable).with_name("ormatrix"))
BENCH = Path(__file__).parent / "bench_process.py"
Command = Sequence[str]
Measured = Callable[[], float]


def main() -> None:
    """Print each ratio with its bound. SIGTERM ends it as Ctrl-C does, with all that it has started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # As `pip install` leaves a package, and as it leaves the ORMs: compiled.
    for package in ("shared_scenarios", "sqla_impl", "django_impl", "peewee_impl"):
        compileall.compile_dir(Path(__file__).parents[1] / package, quiet=1)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ormatrix-bench-", dir=memory) as folder:
        _bench(Path(folder))
        output = Path(folder) / "out"
        bench_servers([ORMATRIX, "run", "--format", "json", "--output", str(output)], output)


def _bench(folder: Path) -> None:
    command = ["run", "--format", "json", "--output", str(folder / "out")]
    run = [ORMATRIX, *command, *_named("--orm", ORMS)]
    _wait([run])
    floors = [_floor(orm, module, folder) for orm, module in ORMS.items()]
    jobs = os.cpu_count() or 1
    whole, floor = _pairs(lambda: _wait([run]), lambda: _wait(floors, jobs))
    say("whole SQLite run of three sync ORMs / F", median(a / b for a, b in zip(whole, floor, strict=True)), 2.0)
    print(f"  F {median(floor):.3f} s, run {median(whole):.3f} s, {len(_cells(folder))} cells, {jobs} jobs")
    for orm in ORMS:
        _bench_further_cell(orm)
    founding = [*command, *_named("--orm", IMPLEMENTATIONS), *_named("--scenario", FOUNDING)]
    _bench_recording("the founding questions by five implementations", founding, folder)
    _bench_recording("the whole catalogue by three", run[1:], folder)
    library = [sys.executable, "-c", "import click"]
    help_, floor = _pairs(lambda: _wait([[ORMATRIX, "--help"]]), lambda: _wait([library]), 21)
    say("ormatrix --help / import click", median(a / b for a, b in zip(help_, floor, strict=True)), 2.0)


def _bench_further_cell(orm: str) -> None:
    """The least of several: what else the machine does only adds to it, so that this tells most about the program."""
    times = _pairs(lambda: _further_cell(orm, "recorded"), lambda: _further_cell(orm, "silent"))
    recorded, silent = ([one * 1000 for one in each] for each in times)
    say(f"a further cell, {orm}, where each second one was played, ms of CPU, least of {PAIRS}", min(recorded), 2.0)
    print(f"  median {median(recorded):.2f}; with nothing recorded {min(silent):.2f}, median {median(silent):.2f}")


def _bench_recording(what: str, run: Command, folder: Path) -> None:
    """The same run with and without its witnesses; both start alike, and write the same report and views at the end."""
    with_, without = ([*PYTHON, str(BENCH), role, str(folder), *run] for role in ("recording-run", "silent-run"))
    _wait([with_])
    keep(folder / "out" / "report.jsonl", folder)
    recorded, silent = _pairs(lambda: _cpu(with_), lambda: _cpu(without), 2 * PAIRS)
    ratio = median(a / b for a, b in zip(recorded, silent, strict=True))
    say(f"CPU of a run of {what}, recording on / off", ratio, 1.05)
    print(f"  recording {median(recorded):.3f} s of CPU, silent {median(silent):.3f} s")


def _named(option: str, names: Iterable[str]) -> list[str]:
    return [part for name in names for part in (option, name)]


def _pairs(one: Measured, other: Measured, number: int = PAIRS) -> tuple[list[float], list[float]]:
    """Both in turn, after a warm-up of each, so that a machine that changes its speed changes it for both."""
    one(), other()
    times = [(one(), other()) for _ in range(number)]
    return [first for first, _ in times], [second for _, second in times]


def _cpu(command: Command) -> float:
    """Seconds of CPU of a command and of the processes that it has waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _wait([command])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _wait(commands: Sequence[Command], jobs: int = 1) -> float:
    """Run the commands, at most `jobs` at once; the seconds that it took."""
    start = time.perf_counter()
    waiting, running = list(commands), list[subprocess.Popen[bytes]]()
    while waiting or running:
        while waiting and len(running) < jobs:
            running.append(subprocess.Popen(waiting.pop(0), stdout=subprocess.DEVNULL))
        pid, status = os.waitpid(-1, 0)
        done = next(process for process in running if process.pid == pid)
        done.returncode = os.waitstatus_to_exitcode(status)
        assert done.returncode == 0, done.args
        running.remove(done)
    return time.perf_counter() - start


def _cells(folder: Path) -> list[object]:
    return list(read_report(folder / "out" / "report.jsonl").cells)


def _floor(orm: str, module: str, folder: Path) -> Command:
    """A process that imports the ORM and sends, by plain sqlite3, what its cells sent."""
    report = read_report(folder / "out" / "report.jsonl")
    cells = [
        [[e.connection, _sendable(e.text), e.values] for e in cell.timeline if isinstance(e, Statement)]
        for cell in report.cells
        if cell.implementation == orm
    ]
    statements = folder / f"{orm}.json"
    statements.write_text(json.dumps(cells))
    return [sys.executable, str(BENCH), "floor", module, str(statements), str(folder / f"{orm}.db")]


def _sendable(text: str) -> str:
    return text.replace("<savepoint>", "s1")


def _further_cell(orm: str, how: str) -> float:
    """Seconds of CPU that a cell takes when half of them have been played."""
    command = [*PYTHON, str(BENCH), "further", orm, how]
    return float(subprocess.run(command, check=True, capture_output=True).stdout)


if __name__ == "__main__":
    main()
