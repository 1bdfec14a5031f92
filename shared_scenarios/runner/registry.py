"""Which implementations there are, found through the entry point group, and whether each can run here."""

import platform
from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from importlib import metadata
from typing import NamedTuple

from shared_scenarios.errors import CannotRun, UnknownName
from shared_scenarios.scenario import Implementation

GROUP = "ormatrix.implementations"
LISTED = 30  # names that an error may show
PYTHON = "Python"  # what a configuration may require besides distributions


class Entry(NamedTuple):
    """An implementation and the entry point (`module:attribute`) through which a worker finds it again."""

    implementation: Implementation
    reference: str


@cache
def entries() -> tuple[Entry, ...]:
    """Every implementation installed; those of one package stay in its order, packages in that of their names."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: _PLACE.get(point.name, point.name))
    found: dict[str, Entry] = {}
    for one in (Entry(one, point.value) for point in points for one in _load(point)):
        other = found.setdefault(one.implementation.name, one)
        if other is not one:
            raise CannotRun(
                f"two implementations are called {one.implementation.name!r}: in {other.reference} and {one.reference}",
                "Rename one of them, or uninstall its package.",
            )
    return tuple(found.values())


# The order of the columns: the three that the suite is about come first, others by name.
_PLACE = {"sqlalchemy": "!1", "django": "!2", "peewee": "!3"}


def _load(point: metadata.EntryPoint) -> Sequence[Implementation]:
    try:
        return _as_implementations(point.load())
    except (Exception, SystemExit) as error:  # whatever a third party's module does, the user is told
        raise CannotRun(
            f"the implementations of {point.value!r} cannot be loaded: {type(error).__name__}: {error}",
            f"Mend or uninstall the package {point.dist.name if point.dist else 'that declares it'}.",
        ) from error


def _as_implementations(found: object) -> Sequence[Implementation]:
    if not isinstance(found, tuple | list) or not all(isinstance(one, Implementation) for one in found):
        raise TypeError(f"a tuple of Implementation is needed, and this is {found!r}")
    return found


def choose(patterns: Sequence[str]) -> list[Entry]:
    """The implementations that these names or patterns (`sqlalchemy*`) mean; all, if there are none."""
    names = [entry.implementation.name for entry in entries()]
    wanted = {name for pattern in patterns or ["*"] for name in match(pattern, names, "implementation")}
    return [entry for entry in entries() if entry.implementation.name in wanted]


def match(pattern: str, names: Sequence[str], what: str) -> list[str]:
    """The names that a pattern means; UnknownName with the nearest ones if it means none."""
    found = [name for name in names if fnmatchcase(name, pattern)]
    if not found:
        near = get_close_matches(pattern, names, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else _known(names, what)
        raise UnknownName(f"no {what} {pattern!r}", hint)
    return found


def _known(names: Sequence[str], what: str) -> str:
    """The names, or who tells them where they are too many for a line."""
    if len(names) <= LISTED:
        return f"Known: {', '.join(names)}."
    return f"There are {len(names)}: see `{'ormatrix matrix' if 'report' in what else 'ormatrix list'}`."


def obstacle(implementation: Implementation, database: str = "sqlite") -> str:
    """Why the implementation cannot run here on this kind of database, or an empty string."""
    from packaging.requirements import Requirement

    for text in (*implementation.requires, *implementation.drivers.get(database, ())):
        requirement = Requirement(text)
        try:
            version = _version(requirement.name)
        except metadata.PackageNotFoundError:
            return f"needs {text}, which is not installed"
        if not requirement.specifier.contains(version, prereleases=True):
            return f"needs {text}, and {version} is installed"
    return ""


def versions(implementation: Implementation) -> dict[str, str]:
    """The installed version of each distribution that the implementation requires."""
    from packaging.requirements import Requirement

    names = [Requirement(text).name for text in implementation.requires]
    return {name: _version(name) for name in names if name != PYTHON}


@cache
def _version(name: str) -> str:
    """What is installed; kept, because the whole description of a distribution is read for it."""
    return platform.python_version() if name == PYTHON else metadata.version(name)
