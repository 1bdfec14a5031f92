"""Which lines a thread that only sees bytes finds in the tasks of an event loop."""

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.tasks import TaskFrames
from shared_scenarios.scenario import Housekeeping

ANSWER = """
import asyncio

async def answer(upkeep):
    await asyncio.shield(asyncio.create_task(upkeep()))
"""
POOL = """
async def reset(said):
    await said.wait()
"""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


def module(file: Path, text: str) -> ModuleType:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def watched(runner: asyncio.Runner, folder: Path) -> tuple[Frames, TaskFrames]:
    frames = Frames(folder / "impl", (Housekeeping("pool.py", "reset", "a pool's own upkeep"),))
    return frames, TaskFrames(frames, runner.get_loop())


def in_a_thread(runner: asyncio.Runner, work: Callable[[], Awaitable[None]], look: Callable[[], None]) -> None:
    """`look` runs in another thread while `work` is on its way or waits."""

    async def main() -> None:
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0.01)
        await asyncio.to_thread(look)
        task.cancel()

    runner.run(main())


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_tasks_the_one_that_does_the_upkeep_is_meant(
    runner: asyncio.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    answer = module(tmp_path / "impl" / "answer.py", ANSWER).answer
    reset = module(tmp_path / "pool.py", POOL).reset
    frames, tasks = watched(runner, tmp_path)
    all_tasks, found = asyncio.all_tasks, []

    def in_turn(loop: asyncio.AbstractEventLoop) -> list[asyncio.Task[object]]:
        """A set has no order that one could rely on."""
        return sorted(all_tasks(loop), key=lambda task: task.get_name())[::turn]

    def look() -> None:
        tasks.rest()
        monkeypatch.setattr(asyncio, "all_tasks", in_turn)
        found.append(frames.lines(tasks.complete(sys._getframe(), ([], False))))
        monkeypatch.undo()

    in_a_thread(runner, lambda: answer(lambda: reset(asyncio.Event())), look)
    ((lines, upkeep),) = found
    assert ([line.function for line in lines], upkeep) == (["answer"], True)


def test_a_task_that_is_on_its_way_to_wait_is_given_the_time(runner: asyncio.Runner, tmp_path: Path) -> None:
    _, tasks = watched(runner, tmp_path)
    sent, arrived, seen = threading.Event(), threading.Event(), []

    async def work() -> None:
        sent.set()
        time.sleep(0.01)  # what it does on its way
        arrived.set()
        await asyncio.Event().wait()

    def look() -> None:
        assert sent.wait(5)
        tasks.rest()
        seen.append(arrived.is_set())

    thread = threading.Thread(target=look)
    thread.start()
    with pytest.raises(TimeoutError):
        runner.run(asyncio.wait_for(work(), 0.2))
    thread.join(5)
    assert seen == [True]
