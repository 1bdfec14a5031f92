"""What can be done to the line at one statement: cut it, or let it take longer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

When = Literal["before", "after"]


@dataclass(eq=False)
class Fault:
    """Done once, at the statement whose text matches for the n-th time: before it reaches the server, or after the
    server has executed it and before the driver learns so.

    `seconds` is how long the line is held up; None cuts it.
    """

    match: Callable[[str], bool]
    left: int = 1
    when: When = "before"
    seconds: float | None = None
    fired: bool = False
    withdrawn: bool = False

    @property
    def what(self) -> str:
        """In words, for the timeline."""
        return f"{'cut' if self.seconds is None else 'held up'} {self.when}"


class Faults:
    """Those that are still to come, on any connection. Added by one thread, met by another."""

    def __init__(self) -> None:
        self.used = False
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Let it wait for its statement."""
        self.used = True
        self._waiting.append(fault)
        return fault

    def met(self, text: str) -> Fault | None:
        """The fault whose turn this statement is."""
        self._waiting = [fault for fault in self._waiting if not fault.withdrawn]
        for fault in self._waiting:
            if fault.match(text):
                fault.left -= 1
                if not fault.left:
                    self._waiting.remove(fault)
                    fault.fired = True
                    return fault
        return None
