"""Who waits for a connection: seen from the proxy's thread, which knows bytes but not who sent them."""

import sys
import threading
from types import FrameType

from shared_scenarios.evidence.frames import Found, Frames

Stacks = dict[int, FrameType]  # by thread
MOST_LOOKS = 20  # at stacks that change meanwhile; two is nearly always enough


class Waiting:
    """Finds the stack of the thread or task that waits for an answer.

    A socket does not tell who uses it. Where several threads are in an answer, those that wait for an answer on
    another connection are ruled out, and the one that used this connection last comes first.
    """

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._users: dict[int, int] = {}
        self._busy: dict[int, int] = {}

    def find(self, link: int) -> Found:
        """What the one who waits for this connection runs.

        Python may let that thread run on in the middle of a look. A generator that has given way by then, as drivers
        have them, has no caller any more, and the look ends there: so it is taken again.
        """
        # Where tasks are, the main thread runs their loop: it may be anywhere, and does not wait for this.
        with_loop = self._frames.tasks is not None
        stacks, loop = _others(with_loop)
        for _ in range(MOST_LOOKS):
            before = _places(stacks)
            found = self._look(link, stacks, loop)
            stacks, loop = _others(with_loop)
            if _places(stacks) == before:
                break
        return found

    def _look(self, link: int, stacks: Stacks, loop: FrameType | None) -> Found:
        tasks = self._frames.tasks
        found = {thread: stack for thread, frame in stacks.items() if any(stack := self._frames.on_stack(frame))}
        if found:
            thread = self._choose(link, found)
            self._users[link] = thread
            return tasks.awaited([stacks[thread]], found[thread]) if tasks else found[thread]
        running = self._frames.on_stack(loop)
        awaited = tasks.awaited(stacks.values(), ([], False)) if tasks else running
        return awaited if any(awaited) else running

    def waits(self, link: int, answers: int) -> None:
        """On this connection, so many answers are awaited now."""
        self._busy[link] = answers

    def forget(self, link: int) -> None:
        """The connection is closed."""
        self._users.pop(link, None)
        self._busy.pop(link, None)

    def _choose(self, link: int, found: dict[int, Found]) -> int:
        if len(found) == 1:
            return next(iter(found))
        elsewhere = {thread for other, thread in self._users.items() if other != link and self._busy.get(other)}
        free = [thread for thread in found if thread not in elsewhere] or list(found)
        user = self._users.get(link)
        return user if user in free else max(free, key=lambda thread: len(found[thread][0]))


def _others(with_loop: bool) -> tuple[Stacks, FrameType | None]:
    """Of every thread but this, where it is; the main thread's stands apart if it runs a loop of tasks."""
    stacks = sys._current_frames()
    del stacks[threading.get_ident()]
    return stacks, stacks.pop(threading.main_thread().ident or 0, None) if with_loop else None


def _places(stacks: Stacks) -> dict[int, tuple[FrameType, int]]:
    """Of each thread, what it runs, and where in it: one that was left by an exception stays where it was."""
    return {thread: (frame, frame.f_lasti) for thread, frame in stacks.items()}
