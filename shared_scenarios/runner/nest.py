"""A nest: a process that imports what the workers of one kind have in common, once, and forks each of them from there.

A worker is a process of its own, as if it had been started anew; only the half second of imports is shared. The nest
itself opens nothing, and has one thread. When the parent is gone, it ends its workers and itself.
"""

import gc
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from typing import BinaryIO, NoReturn

from shared_scenarios.catalogue import cases
from shared_scenarios.runner import worker
from shared_scenarios.runner.messages import HEAD, Bury, Hatched, Job, decode_request, encode
from shared_scenarios.runner.whole import INTERRUPTS
from shared_scenarios.targets.open import dialect_of, target_of


def main() -> None:
    """Read requests from the socket that stands in the place of standard input; the arguments are what to import."""
    gc.disable()  # for good: a worker lives for a second, and collecting would take a tenth of it
    for number in INTERRUPTS:  # they reach the parent too, and it ends us: a worker is then known to be gone
        signal.signal(number, signal.SIG_IGN)
    os.dup2(2, 1)  # messages have a pipe for themselves; whatever else is printed, goes to standard error
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    cases()
    target_of("sqlite")  # before any ORM: its witness keeps the `connect` that Python came with
    for module in sys.argv[1:]:
        with suppress(Exception):  # a worker will fail at the same place, and has somebody to tell
            import_module(module)
    _serve(control)


def _serve(control: socket.socket) -> None:
    living: set[int] = set()
    while True:
        head, files, _, _ = socket.recv_fds(control, HEAD, 2)
        if not head:
            break
        request = decode_request(control.recv(int.from_bytes(head), socket.MSG_WAITALL))
        if isinstance(request, Bury):
            living.discard(request.process)
            control.sendall(encode(os.waitstatus_to_exitcode(os.waitpid(request.process, 0)[1])))
        else:
            _prepare(request)
            living.add(_fork(control, request, *files))
    for process in living:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    os._exit(0)


def _prepare(job: Job) -> None:
    """Import the target, with the harness's driver, where the first worker that needs it is about to be forked."""
    if job.database.kind != "sqlite":
        with suppress(Exception):  # as above
            target_of(job.database.kind)
            dialect_of(job.database.kind)


def _fork(control: socket.socket, job: Job, out: int, errors: int) -> int:
    process = os.fork()
    if process == 0:
        control.close()
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        os.close(errors)
        _work(job, os.fdopen(out, "wb", buffering=0))
    os.close(out)
    os.close(errors)
    return process


def _status(code: int | str | None) -> int:
    """As Python has it: words are said, and mean a failure."""
    if isinstance(code, int | None):
        return code or 0
    sys.stderr.write(f"{code}\n")
    return 1


def _work(job: Job, out: BinaryIO) -> NoReturn:
    """What a process does at its end is left out: the venue is closed by then, or has crashed."""
    status = 1
    try:
        worker.send(out, Hatched(os.getpid()))
        worker.work(job, out)
        status = 0
    except SystemExit as end:
        status = _status(end.code)
    except BaseException:  # noqa: BLE001  # whatever it is, it must not get into the nest's own loop
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
