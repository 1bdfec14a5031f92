"""The stem, which imports what all workers have in common, and forks nests; and a nest, which imports what those of one
kind have in common, and forks workers.

A worker is a process of its own, as if it had been started anew; only the half second of imports is shared. Stem and
nest open nothing, and have one thread. When the parent is gone, they end their workers and themselves.
"""

import gc
import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module

from shared_scenarios.catalogue import cases
from shared_scenarios.runner import worker
from shared_scenarios.runner.forking import forked
from shared_scenarios.runner.messages import HEAD, Build, Bury, Hatched, Job, decode_request, encode
from shared_scenarios.runner.whole import INTERRUPTS
from shared_scenarios.targets.open import dialect_of, target_of

# What every ORM here imports itself.
COMMON = ("asyncio", "json", "logging", "sysconfig")
GRACE = 2  # seconds that nests get to end their workers and themselves


def main() -> None:
    """The stem: read requests from the socket that stands in the place of standard input."""
    gc.disable()  # for good: a worker lives for a second, and collecting would take a tenth of it
    for number in INTERRUPTS:  # they reach the parent too, and it ends us: a worker is then known to be gone
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    cases()
    target_of("sqlite")  # before any ORM: its witness keeps the `connect` that Python came with
    for module in COMMON:
        import_module(module)
    nests: set[int] = set()
    try:
        _serve(control, nests)
    finally:
        _see_off(nests)
    os._exit(0)


def _see_off(nests: set[int]) -> None:
    """They end by themselves, for nobody is there any more; one that does not, has to."""

    def make_end(*_: object) -> None:
        for process in nests:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    signal.signal(signal.SIGALRM, make_end)
    signal.alarm(GRACE)
    while nests:
        nests.discard(os.wait()[0])


def _serve(control: socket.socket, living: set[int]) -> None:
    """Do what is asked until nobody is there to ask; `living` is what was forked and is not buried."""
    for request, files in _requests(control):
        if isinstance(request, Bury):
            status = _buried(request.process)
            living.discard(request.process)
            control.sendall(encode(status))
        else:
            living.add(_forked(request, control, *files))
            for file in files:
                os.close(file)


def _buried(process: int) -> int | None:
    """Its exit status; None if it is none of ours, or was buried before."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    except ChildProcessError:
        return None


def _requests(control: socket.socket) -> Iterator[tuple[Build | Bury | Job, Sequence[int]]]:
    while True:
        head, files, _, _ = socket.recv_fds(control, HEAD, 2)
        if not head:
            return
        yield decode_request(control.recv(int.from_bytes(head), socket.MSG_WAITALL)), files


def _forked(request: Build | Job, control: socket.socket, channel: int, errors: int) -> int:
    """The number of a new process that is what was asked for."""
    if isinstance(request, Build):
        return forked(lambda: _nest(request, channel), control, errors)
    _prepare(request)
    return forked(lambda: _work(request, channel), control, errors)


def _prepare(job: Job) -> None:
    """Import the target, with the harness's driver, where the first worker that needs it is about to be forked."""
    if job.database.kind != "sqlite":
        with suppress(Exception):  # a worker will fail at the same place, and has somebody to tell
            target_of(job.database.kind)
            dialect_of(job.database.kind)


def _nest(build: Build, channel: int) -> None:
    os.set_inheritable(channel, False)  # what a module starts when it is imported, may outlive us
    control = socket.socket(fileno=channel)
    control.sendall(os.getpid().to_bytes(HEAD))
    for module in build.modules:
        with suppress(Exception):  # as in `_prepare`
            import_module(module)
    workers: set[int] = set()
    try:
        _serve(control, workers)
    finally:
        for process in workers:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _work(job: Job, channel: int) -> None:
    out = os.fdopen(channel, "wb", buffering=0)
    worker.send(out, Hatched(os.getpid()))
    worker.work(job, out)
