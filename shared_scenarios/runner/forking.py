"""Forking: how a process comes into the world and ends, so that it is never taken for the one it came from."""

import os
import sys
import traceback
from collections.abc import Callable
from socket import socket
from typing import NoReturn


def forked(act: Callable[[], None], control: socket, errors: int) -> int:
    """The number of a new process that does this; it hears nothing of what we are asked, and prints to `errors`."""
    process = os.fork()
    if process == 0:
        control.close()
        os.dup2(errors, 1)  # messages have a pipe for themselves
        os.dup2(errors, 2)
        os.close(errors)
        _end_after(act)
    return process


def _end_after(act: Callable[[], None]) -> NoReturn:
    """What a process does at its end is left out: nothing is open any more, or it has crashed."""
    status = 1
    try:
        act()
        status = 0
    except SystemExit as end:
        status = _status(end.code)
    except BaseException:  # noqa: BLE001  # whatever it is, it must not get into the loop of who has forked us
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _status(code: int | str | None) -> int:
    """As Python has it: words are said, and mean a failure."""
    if isinstance(code, int | None):
        return code or 0
    sys.stderr.write(f"{code}\n")
    return 1
