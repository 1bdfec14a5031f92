"""The command `ormatrix`: what comes before a command and after it. It hears interrupts before it imports anything."""

import errno
import gc
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from shared_scenarios.errors import CANNOT_RUN, EXIT_CODES, FAILED, INTERRUPTED, OrmatrixError
from shared_scenarios.runner.whole import INTERRUPTS

PLAYING = ("run", "check", "record", "show")  # the commands that play
NOTHING = ("-h", "--help", "--report")  # the options with which they do not
OF_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def main() -> None:
    """The entry point: no traceback reaches a user."""
    _listen()
    _mend_streams()
    gc.disable()  # for good: a command lives for seconds, and keeps what it has made to its end
    try:
        with _started_early(sys.argv[1:]):
            from shared_scenarios.cli.group import cli

            status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # whatever it is, it is told, and by its own code
        status = _told(error)
    sys.exit(status)


def _will_play(arguments: Sequence[str]) -> bool:
    """Whether the command is one that plays, by all that can be told without understanding the rest."""
    return bool(arguments) and arguments[0] in PLAYING and not any(one.startswith(NOTHING) for one in arguments)


@contextmanager
def _started_early(arguments: Sequence[str]) -> Iterator[None]:
    """What forks the workers starts before anything else is imported, so that both take their time at the same time."""
    if not _will_play(arguments):
        yield
        return
    from shared_scenarios.runner import stem

    try:
        stem.start_early()
        yield
    finally:
        stem.end_early()


def _told(error: BaseException) -> int:
    """Say what went wrong, as a user can use it; the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return _say(EXIT_CODES[INTERRUPTED], "", INTERRUPTED)
    import click

    match error:
        case click.exceptions.Abort():
            return _say(EXIT_CODES[INTERRUPTED], "", INTERRUPTED)
        case click.ClickException():
            error.show()
            return error.exit_code
        case OrmatrixError():
            return _say(error.message, error.hint, error.exit_code)
        case BrokenPipeError():  # who read our output has gone, e.g. `head`
            _give_up_output()
            return FAILED
    if "ORMATRIX_TRACEBACK" in os.environ:
        raise error
    if isinstance(error, OSError) and (error.filename or error.errno in OF_OUTPUT):
        _give_up_output()
        where = error.filename or "standard output"
        return _say(f"cannot use {where}: {error.strerror}", "Make room, or name another place.", CANNOT_RUN)
    defect = f"a defect in ormatrix: {type(error).__name__}: {error}"
    return _say(defect, "Set ORMATRIX_TRACEBACK=1 to see where, and report it.", FAILED)


def _give_up_output() -> None:
    """Python must not complain at its own end of what it could not write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _mend_streams() -> None:
    """One that was closed goes nowhere; letters that one does not know become question marks."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the place of the one that is missing is the first that is free
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # no Path: imports nothing
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


_interrupted: list[bool] = []


def _listen() -> None:
    """Ctrl-C, SIGTERM and a closed terminal interrupt, unless whoever started us wants them ignored."""
    for number in INTERRUPTS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: object) -> None:
    """Once is enough: whoever presses Ctrl-C twice must not stop the tidying up.

    Later ones are blocked, not ignored: Python complains of a signal that comes just as it begins to be ignored.
    """
    if not _interrupted:
        _interrupted.append(True)
        signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
        raise KeyboardInterrupt


def _say(message: str, hint: str, status: int) -> int:
    from shared_scenarios.views.words import printable

    with suppress(OSError):  # a terminal that was closed hears nothing
        sys.stderr.write(f"ormatrix: {printable(message)}\n" + (f"  {printable(hint)}\n" if hint else ""))
        sys.stderr.flush()
    return status
