"""What a changed answer may call: the same call, in a thread or a task of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any


def in_another_thread(call: Callable[[], Any]) -> Any:
    """The result; what it raises is raised here."""
    results: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  # handed on below
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


async def in_another_task(call: Callable[[], Awaitable[Any]]) -> Any:
    """The result, awaited in a task of its own."""

    async def run() -> Any:
        return await call()

    return await asyncio.create_task(run())
