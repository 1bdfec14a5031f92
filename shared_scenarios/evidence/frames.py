"""Which line of the answer sent this? Read from the stack of the thread or task that waits for the statement."""

import asyncio
import linecache
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import CodeType, CoroutineType, FrameType
from typing import Literal

from shared_scenarios.scenario import Housekeeping
from shared_scenarios.timeline import Line

Kind = Literal["answer", "housekeeping", "other"]
Spot = tuple[CodeType, int]
SHARED = str(Path(__file__).parents[1])


class Frames:
    """Finds the frames of one implementation's own files, and of its ORM's housekeeping, on a stack.

    `root` is the folder of the implementation's package; `housekeeping` the places the implementation names.
    """

    def __init__(self, root: Path, housekeeping: tuple[Housekeeping, ...] = ()) -> None:
        self.root = root
        self._prefix = str(root)
        self._places = housekeeping
        self._kinds: dict[CodeType, Kind] = {}
        self._lines: dict[Spot, Line] = {}
        self.loop: asyncio.AbstractEventLoop | None = None

    def here(self) -> tuple[list[Line], bool]:
        """The lines, the answer's first, and whether the ORM's housekeeping is what runs."""
        spots, upkeep = self._on_stack(sys._getframe(1))
        if not spots and self.loop and threading.current_thread() is not threading.main_thread():
            spots = self._of_waiting_task(sys._getframe(1))
        return [self._line(spot) for spot in spots], upkeep

    def _on_stack(self, frame: FrameType | None) -> tuple[list[Spot], bool]:
        spots: list[Spot] = []
        upkeep = False
        while frame is not None:
            kind = self._kinds.get(frame.f_code) or self._kind(frame.f_code)
            if kind == "answer":
                spots.append((frame.f_code, frame.f_lineno))
            upkeep = upkeep or kind == "housekeeping"
            frame = frame.f_back
        spots.reverse()
        return spots, upkeep

    def _of_waiting_task(self, frame: FrameType | None) -> list[Spot]:
        """A driver's thread works for the task that waits for the future which that thread will set."""
        futures = list(_futures(frame))
        for task in asyncio.all_tasks(self.loop):
            if getattr(task, "_fut_waiter", None) in futures or not futures:
                return [spot for spot in _await_chain(task.get_coro()) if self._is_answer(spot[0])]
        return []

    def _is_answer(self, code: CodeType) -> bool:
        return (self._kinds.get(code) or self._kind(code)) == "answer"

    def _kind(self, code: CodeType) -> Kind:
        kind: Kind = "other"
        if code.co_filename.startswith(self._prefix):
            kind = "answer"
        elif any(code.co_filename.endswith(p.file) and code.co_name == p.function for p in self._places):
            kind = "housekeeping"
        self._kinds[code] = kind
        return kind

    def _line(self, spot: Spot) -> Line:
        if spot not in self._lines:
            code, number = spot
            file = Path(code.co_filename).relative_to(self.root.parent).as_posix()
            text = linecache.getline(code.co_filename, number).strip()
            self._lines[spot] = Line(file, number, code.co_name, text)
        return self._lines[spot]


def _futures(frame: FrameType | None) -> Iterator[object]:
    while frame is not None:
        yield from (v for v in frame.f_locals.values() if isinstance(v, asyncio.Future | Future))
        frame = frame.f_back


def _await_chain(coroutine: object) -> Iterator[Spot]:
    while isinstance(coroutine, CoroutineType) and coroutine.cr_frame is not None:
        yield coroutine.cr_frame.f_code, coroutine.cr_frame.f_lineno
        coroutine = coroutine.cr_await
