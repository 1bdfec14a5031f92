"""Steps that no interrupt may cut in two."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Ctrl-C, a polite end, and a terminal that was closed.
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def whole() -> Iterator[None]:
    """Hold back interrupts until the block is through; they reach the main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in INTERRUPTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
