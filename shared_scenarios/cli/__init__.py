"""The command `ormatrix`. A command's module is imported when it is called, and none for `--help`."""

import errno
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module

import click

from shared_scenarios.errors import CANNOT_RUN, EXIT_CODES, FAILED, INTERRUPTED, OrmatrixError
from shared_scenarios.runner.whole import INTERRUPTS

COMMANDS = {
    "run": "Play scenarios, draw the matrix, write the report.",
    "show": "Timelines of a scenario, side by side.",
    "list": "Scenarios, implementations and databases.",
    "open": "Show the page of a run in the browser.",
    "html": "Draw the page of a report, or of two.",
    "matrix": "Draw the matrix of a report.",
    "combine": "Put reports of parts together.",
    "record": "Write the recorded outcomes anew.",
    "check": "Compare behaviour with the recorded outcomes.",
    "schema": "The JSON Schema of the report file.",
    "completion": "Print the completion script of a shell.",
}
OF_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
EPILOG = "Exit codes: " + "; ".join(f"{code}: {meaning}" for code, meaning in EXIT_CODES.items()) + "."


class Commands(click.Group):
    """Commands by name; each lives in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it now; None for a name that is no command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}_command").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, which needs no command to be imported."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="ormatrix", message="ormatrix %(version)s")
def cli() -> None:
    """How do SQLAlchemy, Django and Peewee handle sessions, flush and transactions?

    One suite of scenarios runs against each ORM in its own idiom. Three witnesses record what happened: the SQL as the
    database received it, the objects in memory, and what an independent second connection sees. The matrix is
    computed from that record.

    \b
    Start with
      ormatrix run                         everything, on SQLite
      ormatrix show read-helper-flushes    why does a helper that reads write?
      ormatrix list                        what there is

    Results are tables on a terminal and JSON in a pipe.
    """


def main() -> None:
    """The entry point: no traceback reaches a user."""
    _listen()
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # whatever it is, it is told, and by its own code
        status = _told(error)
    sys.exit(status)


def _told(error: BaseException) -> int:
    """Say what went wrong, as a user can use it; the exit code."""
    match error:
        case KeyboardInterrupt() | click.exceptions.Abort():
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
        click.echo(f"ormatrix: {printable(message)}", err=True)
        if hint:
            click.echo(f"  {printable(hint)}", err=True)
    return status
