"""An implementation, open on a target of its own, with its three witnesses in place."""

import asyncio
import inspect
from importlib import import_module, util
from pathlib import Path
from typing import Any

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.scenario import Backend, Implementation
from shared_scenarios.targets.sqlite import SqliteTarget


class Venue:
    """Opened once per worker: the schema is made once, connections come and go with every cell."""

    def __init__(self, implementation: Implementation, path: Path) -> None:
        self.implementation = implementation
        self.root = package_folder(implementation)
        self.recorder = Recorder(Frames(self.root, implementation.housekeeping))
        self.target = SqliteTarget(path, self.recorder)
        self._loop: asyncio.Runner | None = None
        self.backend: Backend = self._open()
        self.wait(self.backend.create_schema())
        self.wait(self.backend.release())
        self.target.keep_schema()

    def _open(self) -> Backend:
        module, _, name = self.implementation.open.partition(":")
        opened: Backend = getattr(import_module(module), name)(self.target, **self.implementation.configuration)
        return opened

    def wait(self, result: Any) -> Any:
        """The result, awaited where it has to be; one event loop serves all cells."""
        if not inspect.isawaitable(result):
            return result
        if self._loop is None:
            self._loop = asyncio.Runner()
            self.recorder.frames.serve(self._loop.get_loop())
        return self._loop.run(_as_coroutine(result))

    def close(self) -> None:
        """Give back connections, end the loop, remove the database."""
        self.wait(self.backend.release())
        if self._loop is not None:
            self._loop.close()
        self.target.remove()


async def _as_coroutine(awaitable: Any) -> Any:
    return await awaitable


def package_folder(implementation: Implementation) -> Path:
    """Where the implementation's own files are."""
    spec = util.find_spec(implementation.package)
    assert spec is not None
    assert spec.origin is not None, f"{implementation.package} needs an __init__.py"
    return Path(spec.origin).parent
