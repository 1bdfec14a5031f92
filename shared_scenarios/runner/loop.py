"""One event loop for all awaited answers of a worker."""

import asyncio
from typing import Any

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.tasks import TaskFrames


class Loop:
    """Waits for what asynchronous implementations return; lets `frames` see into its tasks."""

    def __init__(self, frames: Frames) -> None:
        self._runner = asyncio.Runner()
        frames.tasks = TaskFrames(frames, self._runner.get_loop())

    def wait(self, awaitable: Any) -> Any:
        """The result of the awaitable."""
        return self._runner.run(_as_coroutine(awaitable))

    def close(self) -> None:
        """End the loop."""
        self._runner.close()


async def _as_coroutine(awaitable: Any) -> Any:
    return await awaitable
