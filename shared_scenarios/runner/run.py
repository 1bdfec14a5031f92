"""A run: which cases, by which implementations, on which databases; played in a temporary folder of its own."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import msgspec

from shared_scenarios.catalogue import cases
from shared_scenarios.cell import Cell
from shared_scenarios.errors import UnknownName
from shared_scenarios.runner.messages import Job
from shared_scenarios.runner.nests import Nests
from shared_scenarios.runner.registry import Entry, choose, match
from shared_scenarios.runner.workers import run_jobs
from shared_scenarios.scenario import Case, Implementation
from shared_scenarios.targets.address import Database, parse_database
from shared_scenarios.targets.open import remove_left
from shared_scenarios.targets.private_folder import MEMORY, orphans, remove_orphans
from shared_scenarios.targets.sqlite_file import remove_ours

PREFIX = "ormatrix-"
TIMEOUT = 30.0


@dataclass(frozen=True)
class Plan:
    """What is asked for, with every name understood. `named` are implementations that were called by their own name."""

    entries: tuple[Entry, ...]
    cases: tuple[Case, ...]
    databases: tuple[Database, ...]
    jobs: int
    timeout: float
    named: frozenset[str] = frozenset()

    def cases_of(self, player: Implementation, database: Database) -> list[str]:
        """The names of those cases that this implementation plays on this database."""
        return [case.name for case in self.cases if player.plays(case.name, database.kind)]

    def kinds_of(self, player: Implementation) -> list[str]:
        """The kinds of database on which this implementation plays anything."""
        return [database.kind for database in self.databases if self.cases_of(player, database)]

    def cells(self) -> int:
        """How many cells this plan has."""
        return sum(len(self.cases_of(one.implementation, on)) for one in self.entries for on in self.databases)


def plan(
    orms: Sequence[str] = (),
    scenarios: Sequence[str] = (),
    databases: Sequence[str] = (),
    jobs: int | None = None,
    timeout: float = TIMEOUT,
) -> Plan:
    """Understand names; UnknownName for one that means nothing. No names mean everything, on SQLite."""
    chosen = tuple(parse_database(text) for text in dict.fromkeys(databases or ("sqlite",)))
    if len({database.kind for database in chosen}) < len(chosen):
        raise UnknownName("two databases of one kind in one run", "Name one of them; a report has one column for each.")
    entries, wanted = tuple(choose(orms)), choose_cases(scenarios)
    return _without_idle(Plan(entries, wanted, chosen, jobs or _at_once(chosen), timeout, frozenset(orms)))


def _at_once(databases: Sequence[Database]) -> int:
    """A worker for each processor, and one more for when one of them waits for its server."""
    return (os.cpu_count() or 1) + any(database.kind != "sqlite" for database in databases)


def _without_idle(asked: Plan) -> Plan:
    """Without configurations that play nothing of this, unless they are named, and cases that nobody plays."""
    busy = tuple(entry for entry in asked.entries if asked.kinds_of(entry.implementation))
    idle = [entry.implementation for entry in asked.entries if entry not in busy]
    for one in idle:
        if one.name in asked.named or not busy:
            kinds = f" on {' and '.join(one.databases)}" if one.databases else ""
            raise UnknownName(f"{one.name} plays nothing of this", f"It is there for {', '.join(one.cases)}{kinds}.")
    played = {name for e in busy for database in asked.databases for name in asked.cases_of(e.implementation, database)}
    return replace(asked, entries=busy, cases=tuple(case for case in asked.cases if case.name in played))


def choose_cases(patterns: Sequence[str]) -> tuple[Case, ...]:
    """The cases that names of scenarios, of single variants, or of themes mean; all, if there are none."""
    wanted = understood([pattern.replace("_", "-") for pattern in patterns], scenario_names(), "scenario")
    return tuple(case for case in cases() if wanted.intersection(_names(case)))


def scenario_names() -> list[str]:
    """Everything that a scenario can be chosen by: themes, scenarios, variants."""
    return list(dict.fromkeys(name for case in cases() for name in _names(case)))


def understood(patterns: Sequence[str], names: Sequence[str], what: str) -> set[str]:
    """The names that patterns mean; all, if there are none; UnknownName if one of them means nothing."""
    return {name for pattern in patterns or ["*"] for name in match(pattern, names, what)}


def _names(case: Case) -> tuple[str, str, str]:
    return (case.scenario.theme.replace("_", "-"), case.scenario.name, case.name)


@contextmanager
def started(asked: Plan) -> Iterator[Plan]:
    """The plan with an address for every server, for as long as this is open. Those to be started start at once."""
    if all(database.kind == "sqlite" for database in asked.databases):
        yield asked
        return
    # Imported here, because most runs need no server.
    from concurrent.futures import ThreadPoolExecutor

    with ExitStack() as servers:
        with ThreadPoolExecutor() as pool:
            found = tuple(pool.map(lambda database: servers.enter_context(addressed(database)), asked.databases))
        yield replace(asked, databases=found)


@contextmanager
def addressed(database: Database) -> Iterator[Database]:
    """The database with an address; a server that has none is started for as long as this is open."""
    if database.kind == "sqlite" or database.url is not None:
        yield database
        return
    # Imported here, because most runs need no server.
    from shared_scenarios.targets.private_server import private_server

    with private_server(database.kind) as server:
        yield msgspec.structs.replace(database, url=server.url)


@contextmanager
def nesting(asked: Plan) -> Iterator[Nests]:
    """The nests of a plan's workers. They take a moment to import an ORM: what can run here is found out meanwhile,
    and servers are started.
    """
    with _folder() as folder:
        players = [entry.implementation for entry in asked.entries]
        nests = Nests(folder, {player.name: player.open.partition(":")[0] for player in players})
        try:
            for player in players:
                nests.start(player.name)
            yield nests
        finally:
            nests.end()


def run(asked: Plan, nests: Nests | None = None) -> Generator[Cell, None, None]:
    """The cells of a plan, as they are finished. What the run made is gone when this ends, however it ends."""
    with ExitStack() as own:
        nests = nests or own.enter_context(nesting(asked))
        folder = nests.folder
        jobs = [
            Job(
                entry.reference, entry.implementation.name, database, str(folder),
                names, asked.timeout,
            )
            for database, entry in sorted(product(asked.databases, asked.entries), key=lambda pair: _is_quick(*pair))
            if (names := asked.cases_of(entry.implementation, database))
        ]  # fmt: skip
        try:
            yield from run_jobs(jobs, asked.jobs, nests)
        finally:
            _tidy(asked, folder)


def _is_quick(database: Database, entry: Entry) -> tuple[bool, bool]:
    """What is done soonest comes last, so that no worker is left with a long job when the others have ended.

    Asyncio comes first on every database: on SQLite it costs a thread for each connection, and Peewee's pool has five.
    """
    return "asyncio" not in entry.implementation.capabilities, database.kind == "sqlite"


def _tidy(asked: Plan, folder: Path) -> None:
    """Remove what workers have made that were killed before they could remove it themselves."""
    for database in asked.databases:
        if database.kind != "sqlite":
            remove_left(database)
            continue
        for entry in asked.entries:
            remove_ours(database.file_for(entry.implementation.name, folder))


@contextmanager
def _folder() -> Iterator[Path]:
    """In memory where the system offers it, so that no run waits for a disk; named by the process that owns it.

    What a killed run left behind goes when the next one starts, its servers too.
    """
    parent = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    remove_orphans()
    for orphan in orphans(PREFIX):
        shutil.rmtree(orphan, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
