"""The nests of a run: one for each package of implementations, all forked from one stem."""

from collections.abc import Mapping
from pathlib import Path

from shared_scenarios.runner.parents import Nest, Stem
from shared_scenarios.runner.whole import whole


class Nests:
    """Those of one run, and its folder; `modules` open the implementations of these names."""

    def __init__(self, folder: Path, modules: Mapping[str, str]) -> None:
        self.folder, self._modules = folder, modules
        self._stem: Stem | None = None
        self._nests: dict[str, Nest] = {}

    def start(self, implementation: str) -> Nest:
        """The living one for this implementation."""
        package = _package(self._modules[implementation])
        with whole():  # as for workers
            nest = self._nests.get(package)
            if nest is None or nest.is_dead():
                modules = dict.fromkeys(one for one in self._modules.values() if _package(one) == package)
                nest = self._nests[package] = Nest(package, list(modules), self.folder, self._living_stem())
            return nest

    def _living_stem(self) -> Stem:
        if self._stem is None or self._stem.is_dead():
            if self._stem is not None:
                self._stem.end()
            self._stem = Stem()
        return self._stem

    def end(self) -> None:
        """All of them, at the same time."""
        for nest in self._nests.values():
            nest.let_go()
        if self._stem is not None:
            self._stem.end()


def _package(module: str) -> str:
    return module.partition(".")[0]
