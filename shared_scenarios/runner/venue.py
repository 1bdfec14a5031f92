"""An implementation, open on a target of its own, with its three witnesses in place."""

from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.scenario import Backend, Implementation
from shared_scenarios.targets.address import Database
from shared_scenarios.targets.open import open_target

if TYPE_CHECKING:
    from shared_scenarios.runner.loop import Loop


class Venue:
    """Opened once per worker: the schema is made once, connections come and go with every cell."""

    def __init__(self, implementation: Implementation, database: Database, folder: Path) -> None:
        self.implementation = implementation
        self.root = package_folder(implementation)
        self.recorder = Recorder(Frames(self.root, implementation.housekeeping))
        self.target = open_target(database, implementation.name, folder, self.recorder)
        self._loop: Loop | None = None
        self.backend: Backend = self._open()
        try:
            self.wait(self.backend.create_schema())
        except Exception:
            self.recorder.must_be_whole()  # a driver that the wire witness has refused does not say why
            raise
        self.wait(self.backend.release())
        self.target.keep_schema()

    def _open(self) -> Backend:
        module, _, name = self.implementation.open.partition(":")
        opened: Backend = getattr(import_module(module), name)(self.target, **self.implementation.configuration)
        return opened

    def wait(self, result: Any) -> Any:
        """The result, awaited where it has to be; one event loop serves all cells."""
        if not hasattr(result, "__await__"):
            return result
        if self._loop is None:
            # Imported here, because most implementations need no event loop.
            from shared_scenarios.runner.loop import Loop

            self._loop = Loop(self.recorder.frames)
        return self._loop.wait(result)

    def close(self) -> None:
        """Give back connections, end the loop, remove the database."""
        self.wait(self.backend.release())
        if self._loop is not None:
            self._loop.close()
        self.target.remove()


def package_folder(implementation: Implementation) -> Path:
    """Where the implementation's own files are."""
    spec = util.find_spec(implementation.package)
    assert spec is not None
    assert spec.origin is not None, f"{implementation.package} needs an __init__.py"
    return Path(spec.origin).parent
