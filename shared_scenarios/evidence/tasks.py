"""The lines of answers that are awaited: of the task that waits for a thread, or that was started for another."""

import asyncio
import gc
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from itertools import chain
from types import AsyncGeneratorType, CoroutineType, FrameType
from typing import Any
from weakref import WeakKeyDictionary, ref

from shared_scenarios.evidence.frames import Found, Frames
from shared_scenarios.timeline import Line

WORK = (asyncio.Future, Future, partial)
STEPS = ("async_generator_asend", "async_generator_athrow")  # Python has no other name for their types
ITEM = "_WorkItem"  # of a thread's queue, in the standard library's executors and in asgiref's
OURS = __name__.partition(".")[0] + "."
NO_WORK: set[type] = set()  # types of values that were seen to be none of these
MOST_TYPES = 2000  # of these that are remembered
MOST_TURNS = 10_000  # of giving way to a task that is about to wait; far more than it ever takes


class TaskFrames:
    """Knows of each task of one event loop which line started it and where it waits."""

    def __init__(self, frames: Frames, loop: asyncio.AbstractEventLoop) -> None:
        self._frames, self._loop = frames, loop
        self._origins: WeakKeyDictionary[asyncio.Task[Any], list[Line]] = WeakKeyDictionary()
        self._made: list[ref[asyncio.Task[Any]]] = []  # those that were not done when the last one was made
        self._given: WeakKeyDictionary[Any, Found] = WeakKeyDictionary()
        loop.set_task_factory(self._new_task)

    def complete(self, frame: FrameType | None, found: Found) -> Found:
        """On the loop, the line that started the running task comes first; in a thread, ask who waits for it."""
        lines, upkeep = found
        task = self._running()
        if task is not None:
            return [*self._origins.get(task, ()), *lines], upkeep
        if threading.current_thread() is threading.main_thread():
            return found
        return self.awaited([frame] if frame else [], found)

    def awaited(self, stacks: Iterable[FrameType], found: Found) -> Found:
        """What threads do for the task that waits for them: its lines, then those that were found in the thread."""
        work = [value for frame in stacks for value in _work(frame)]
        lines, upkeep = found
        if lines and not work:
            return found
        waiting, its_upkeep = self._of_waiting_task(work)
        return [*waiting, *lines], upkeep or its_upkeep

    def _running(self) -> asyncio.Task[Any] | None:
        return asyncio.current_task(self._loop) if asyncio._get_running_loop() is self._loop else None

    def _new_task(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        """SQLAlchemy leaves an `async with` in a task of its own, whose stack knows nothing of the answer."""
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
        lines, _ = self._frames.on_stack(sys._getframe(1))
        parent = self._running()
        self._origins[task] = [*self._origins.get(parent, ()), *lines] if parent else lines
        self._made = [*map(ref, self._known()), ref(task)]  # a new list, since other threads may read the old one
        return task

    def _of_waiting_task(self, work: list[object]) -> Found:
        for _ in range(MOST_TURNS):
            # The thread may be faster than its task, which then is still on its way to wait.
            running = asyncio.current_task(self._loop) is not None
            found = self._who_gave(work)
            if found or not running:
                return found or self._who_waits_outside()
            time.sleep(0)
        return self._who_waits_outside()

    def _who_gave(self, work: list[object]) -> Found | None:
        """The task that waits for this work, or did: a thread goes on when the task has been cancelled."""
        for one in work:
            if one in self._given:
                return self._given[one]
        known = self._known() if work else []
        for task in chain(known, self._others(known)) if work else ():
            one = _awaited(task, work)
            if one is not None:
                self._given[one] = self._of_task(task)
                return self._given[one]
        return None

    def _who_waits_outside(self) -> Found:
        """Of a server's driver no work is known."""
        known = self._known()
        found = self._innermost(known)
        return found if any(found) else self._innermost(self._others(known))

    def _innermost(self, tasks: Iterable[asyncio.Task[Any]]) -> Found:
        return max((self._of_task(task) for task in tasks if _waits_outside(task)), key=_depth, default=([], False))

    def _known(self) -> list[asyncio.Task[Any]]:
        """Every task that the loop has made, and that is not done, in this order."""
        return [task for one in self._made if (task := one()) and not task.done()]

    def _others(self, known: Iterable[asyncio.Task[Any]]) -> Iterator[asyncio.Task[Any]]:
        """Those that others have made. To find them takes as long as all the rest, and nearly always it is none."""
        yield from asyncio.all_tasks(self._loop).difference(known)

    def _of_task(self, task: asyncio.Task[Any]) -> Found:
        lines, upkeep = self._frames.on_stacks(_stacks(task.get_coro()))
        return [*self._origins.get(task, ()), *lines], upkeep


def _depth(found: Found) -> tuple[int, bool]:
    """The task that sends is the innermost; one that only waits for it has as many lines, but no housekeeping."""
    lines, upkeep = found
    return len(lines), upkeep


def _work(frame: FrameType) -> list[object]:
    """What a thread works on, from its frames: the future that it will set, the call that it was given.

    A thread that waits for a task may do what that task gives it meanwhile: then this ends at what was given last.
    """
    found: list[object] = []
    caller: FrameType | None = frame
    while caller is not None:
        # Values are dear to ask for; the harness is given no work, and what starts a thread has none left.
        name = caller.f_globals.get("__name__", "")
        if not name.startswith(OURS) and name != threading.__name__:
            values = list(caller.f_locals.values())
            if not _are_dull(values):
                found.extend(value for value in values if isinstance(value, WORK))
                if any(type(value).__name__ == ITEM for value in values):
                    break
        caller = caller.f_back
    return found


def _are_dull(values: list[object]) -> bool:
    """Whether all are of types that were seen to be no work; what is seen the first time, is remembered."""
    with suppress(TypeError):  # a type may forbid that it is looked up
        if NO_WORK.issuperset(map(type, values)):
            return True
        if len(NO_WORK) > MOST_TYPES:
            NO_WORK.clear()
        NO_WORK.update(type(value) for value in values if not isinstance(value, WORK) and type(value).__name__ != ITEM)
    return False


def _awaited(task: asyncio.Task[Any], work: list[object]) -> object | None:
    """What of this work the task waits for, known again by identity: who awaits a thread keeps it in its frames."""
    future = getattr(task, "_fut_waiter", None)
    if future is None or any(future is one for one in work):
        return future
    held = (value for _, frame in _coroutines(task.get_coro()) for value in list(frame.f_locals.values()))
    return next((value for value in held if any(value is one for one in work)), None)


def _waits_outside(task: asyncio.Task[Any]) -> bool:
    """Whether a task waits for a database, and neither for its turn nor for other tasks."""
    future = getattr(task, "_fut_waiter", None)
    if future is None or isinstance(future, asyncio.Task) or hasattr(future, "_children"):
        return False
    frames = _coroutines(task.get_coro())
    return not frames or frames[-1][1].f_code.co_filename != asyncio.locks.__file__


def _coroutines(awaited: object) -> list[tuple[str, FrameType]]:
    """The frames of a task that waits, outermost first: coroutines, and asynchronous generators that they await.

    With the names of their functions, which a frame's code would tell too, but not before every audit hook was told.
    """
    found: list[tuple[str, FrameType]] = []
    frame: FrameType | None
    while awaited is not None:
        if isinstance(awaited, CoroutineType):
            name, frame, awaited = awaited.__name__, awaited.cr_frame, awaited.cr_await
        elif isinstance(awaited, AsyncGeneratorType):
            name, frame, awaited = awaited.__name__, awaited.ag_frame, awaited.ag_await
        else:
            awaited = _generator(awaited)
            continue
        if frame is None:
            break
        found.append((name, frame))
    return found


def _generator(step: object) -> AsyncGeneratorType[Any, Any] | None:
    """Of a step of an asynchronous generator, which is what is awaited, the generator: a step names it nowhere."""
    if type(step).__name__ not in STEPS:
        return None
    return next((held for held in gc.get_referents(step) if isinstance(held, AsyncGeneratorType)), None)


def _stacks(coroutine: object) -> Iterator[FrameType]:
    """The stacks of a task that waits, outermost first: its coroutines, and the greenlets that these drive."""
    for name, frame in _coroutines(coroutine):
        yield frame
        if name == "greenlet_spawn":
            greenlet = getattr(sys.modules.get("greenlet"), "greenlet", ())
            driven = [value.gr_frame for value in frame.f_locals.values() if isinstance(value, greenlet)]
            yield from filter(None, driven)  # one that has ended has no frame
