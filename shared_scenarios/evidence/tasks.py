"""The lines of answers that are awaited: of the task that waits for a driver's thread, or that was started for another.

Kept apart from the stack of plain answers, because asyncio takes longer to import than a small ORM does.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from types import CoroutineType, FrameType
from typing import Any
from weakref import WeakKeyDictionary

from shared_scenarios.evidence.frames import Found, Frames, Spot

PATIENCE = 0.05  # seconds for a task to come to where it waits; far more than it takes, unless it waits for the harness
MOST_TURNS = 10_000  # of giving way to a task that is about to wait; far more than it ever takes


class TaskFrames:
    """Knows of each task of one event loop which line started it and where it waits."""

    def __init__(self, frames: Frames, loop: asyncio.AbstractEventLoop) -> None:
        self._frames, self._loop = frames, loop
        self._origins: WeakKeyDictionary[asyncio.Task[Any], list[Spot]] = WeakKeyDictionary()
        loop.set_task_factory(self._new_task)

    def complete(self, frame: FrameType, found: Found) -> Found:
        """On the loop, the line that started the running task comes first; in a driver's thread, ask who waits."""
        spots, upkeep = found
        task = self._running()
        if task is not None:
            return [*self._origins.get(task, ()), *spots], upkeep
        if spots or threading.current_thread() is threading.main_thread():
            return found
        return self._of_waiting_task(frame)

    def serves_upkeep(self, frame: FrameType) -> bool:
        """SQLAlchemy's greenlets stand aside while the loop runs the driver for them: a local of a frame holds each."""
        caller: FrameType | None = frame
        while caller is not None:
            if any(self._frames.on_stack(aside)[1] for aside in _greenlets(caller)):
                return True
            caller = caller.f_back
        return False

    def rest(self) -> None:
        until = time.monotonic() + PATIENCE
        while asyncio.current_task(self._loop) is not None and time.monotonic() < until:
            time.sleep(0)

    def _running(self) -> asyncio.Task[Any] | None:
        return asyncio.current_task(self._loop) if asyncio._get_running_loop() is self._loop else None

    def _new_task(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        """SQLAlchemy leaves an `async with` in a task of its own, whose stack knows nothing of the answer."""
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
        spots, _ = self._frames.on_stack(sys._getframe(1))
        parent = self._running()
        self._origins[task] = [*self._origins.get(parent, ()), *spots] if parent else spots
        return task

    def _of_waiting_task(self, frame: FrameType) -> Found:
        """A driver's thread works for the task that waits for the future which that thread will set."""
        futures = _futures(frame)
        tasks: list[asyncio.Task[Any]] = []
        for _ in range(MOST_TURNS):
            # The thread may be faster than its task, which then is still on its way to wait.
            running = asyncio.current_task(self._loop) is not None
            tasks = [task for task in asyncio.all_tasks(self._loop) if not futures or _awaited(task) in futures]
            if not running or (futures and tasks):
                break
            time.sleep(0)
        return max(map(self._of_task, tasks), key=_depth, default=([], False))

    def _of_task(self, task: asyncio.Task[Any]) -> Found:
        parts = [self._frames.on_stack(frame) for frame in _await_chain(task.get_coro())]
        spots = [spot for found, _ in parts for spot in found]
        return [*self._origins.get(task, ()), *spots], any(upkeep for _, upkeep in parts)


def _depth(found: Found) -> tuple[int, bool]:
    """The task that sends is the innermost; one that only waits for it has as many lines, but no housekeeping."""
    spots, upkeep = found
    return len(spots), upkeep


def _futures(frame: FrameType) -> list[object]:
    """The futures that a driver's thread holds in its frames."""
    found: list[object] = []
    caller: FrameType | None = frame
    while caller is not None:
        found.extend(value for value in caller.f_locals.values() if isinstance(value, asyncio.Future | Future))
        caller = caller.f_back
    return found


def _awaited(task: asyncio.Task[Any]) -> object:
    return getattr(task, "_fut_waiter", None)


def _await_chain(coroutine: object) -> Iterator[FrameType]:
    """The stacks of a task that waits, outermost first: its coroutines, and the greenlets that these drive."""
    while isinstance(coroutine, CoroutineType) and coroutine.cr_frame is not None:
        yield coroutine.cr_frame
        yield from _greenlets(coroutine.cr_frame)
        coroutine = coroutine.cr_await


def _greenlets(frame: FrameType) -> Iterator[FrameType]:
    """The stacks of the greenlets that a frame drives."""
    greenlet = getattr(sys.modules.get("greenlet"), "greenlet", ())
    if frame.f_code.co_name == "greenlet_spawn":
        yield from (value.gr_frame for value in frame.f_locals.values() if isinstance(value, greenlet))
