"""The nests of a run: one for each package of implementations, all forked from one stem."""

from collections.abc import Mapping
from pathlib import Path

from shared_scenarios.runner.forkers import Nest, Stem
from shared_scenarios.runner.whole import whole


class Nests:
    """Those of one run, and its folder; `modules` open the implementations of these names."""

    def __init__(self, folder: Path, modules: Mapping[str, str]) -> None:
        self.folder, self._modules = folder, modules
        self._stems: list[Stem] = []  # the last is the one that may live
        self._nests: dict[str, Nest] = {}
        self._replaced: list[Nest] = []

    def start(self, implementation: str) -> Nest:
        """The living one for this implementation."""
        package = _package(self._modules[implementation])
        with whole():  # as for workers
            nest = self._nests.get(package)
            if nest is None or nest.is_dead():
                self._replaced += [nest] if nest else []
                modules = dict.fromkeys(one for one in self._modules.values() if _package(one) == package)
                nest = self._nests[package] = Nest(package, list(modules), self.folder, self._living_stem())
            return nest

    def _living_stem(self) -> Stem:
        """Dead ones are kept: nests of theirs may live, and workers ask what they had to say."""
        if not self._stems or self._stems[-1].is_dead():
            self._stems.append(Stem())
        return self._stems[-1]

    def end(self) -> None:
        """All of them, at the same time."""
        nests = [*self._replaced, *self._nests.values()]
        for nest in nests:
            nest.let_go()
        for nest in nests:
            nest.end()
        for stem in self._stems:
            stem.end()
        self._replaced, self._nests, self._stems = [], {}, []


def _package(module: str) -> str:
    return module.partition(".")[0]
