"""Which line of the answer sent this? Read from the stack of the thread or task that waits for the statement."""

import asyncio
import linecache
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import CodeType, CoroutineType, FrameType
from typing import Any, Literal
from weakref import WeakKeyDictionary

from shared_scenarios.scenario import Housekeeping
from shared_scenarios.timeline import Line

Kind = Literal["answer", "housekeeping", "other"]
Spot = tuple[CodeType, int]
MOST_TURNS = 10_000  # of giving way to a task that is about to wait; far more than it ever takes


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
        self._origins: WeakKeyDictionary[asyncio.Task[Any], list[Spot]] = WeakKeyDictionary()
        self.loop: asyncio.AbstractEventLoop | None = None

    def serve(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answers are awaited on `loop`: keep in mind which line started each of its tasks."""
        self.loop = loop
        loop.set_task_factory(self._new_task)

    def _new_task(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        """SQLAlchemy leaves an `async with` in a task of its own, whose stack knows nothing of the answer."""
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
        self._origins[task] = self._on_stack(sys._getframe(1))[0]
        return task

    def here(self) -> tuple[list[Line], bool]:
        """The lines, the answer's first, and whether the ORM's housekeeping is what runs."""
        spots, upkeep = self._on_stack(sys._getframe(1))
        if not spots and self.loop and threading.current_thread() is not threading.main_thread():
            spots, upkeep = self._of_waiting_task(sys._getframe(1))
        return [self._line(spot) for spot in spots], upkeep

    def _on_stack(self, frame: FrameType | None) -> tuple[list[Spot], bool]:
        spots, upkeep = self._sift(reversed(list(_stack(frame))))
        on_loop = self.loop is not None and asyncio._get_running_loop() is self.loop
        task = asyncio.current_task(self.loop) if on_loop else None
        return [*self._origins.get(task, ()), *spots] if task else spots, upkeep

    def _of_waiting_task(self, frame: FrameType | None) -> tuple[list[Spot], bool]:
        """A driver's thread works for the task that waits for the future which that thread will set."""
        futures = _futures(frame)
        for _ in range(MOST_TURNS):
            # The thread may be faster than its task, which then is still on its way to wait.
            running = asyncio.current_task(self.loop) is not None
            tasks = [task for task in asyncio.all_tasks(self.loop) if not futures or _awaited(task) in futures]
            if tasks or not running:
                return max(map(self._of_task, tasks), key=lambda found: len(found[0]), default=([], False))
            time.sleep(0)
        return [], False

    def _of_task(self, task: asyncio.Task[Any]) -> tuple[list[Spot], bool]:
        spots, upkeep = self._sift(_await_chain(task.get_coro()))
        return [*self._origins.get(task, ()), *spots], upkeep

    def _sift(self, frames: Iterable[FrameType]) -> tuple[list[Spot], bool]:
        """Of frames, outermost first: the answer's spots, and whether housekeeping is among them."""
        spots: list[Spot] = []
        upkeep = False
        for frame in frames:
            kind = self._kinds.get(frame.f_code) or self._kind(frame.f_code)
            if kind == "answer":
                spots.append((frame.f_code, frame.f_lineno))
            upkeep = upkeep or kind == "housekeeping"
        return spots, upkeep

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


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _futures(frame: FrameType | None) -> list[object]:
    """The futures that a driver's thread holds in its frames."""
    return [v for one in _stack(frame) for v in one.f_locals.values() if isinstance(v, asyncio.Future | Future)]


def _awaited(task: asyncio.Task[Any]) -> object:
    return getattr(task, "_fut_waiter", None)


def _await_chain(coroutine: object) -> Iterator[FrameType]:
    """The frames of a task that waits, outermost first: its coroutines, and the greenlets that these drive."""
    greenlet = getattr(sys.modules.get("greenlet"), "greenlet", ())
    while isinstance(coroutine, CoroutineType) and coroutine.cr_frame is not None:
        yield coroutine.cr_frame
        for value in coroutine.cr_frame.f_locals.values():
            if isinstance(value, greenlet):
                yield from reversed(list(_stack(value.gr_frame)))
        coroutine = coroutine.cr_await
