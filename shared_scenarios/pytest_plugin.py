"""The shared suite under pytest: one test per cell, and a timeline where a cell is not as it should be.

A test that asks for the fixture `played_cell` runs once per cell of the implementations chosen with `--orm`:

    def test_shared_suite(played_cell, recorded_cell):
        must_hold(played_cell, recorded_cell)

Cells play in the test process itself, so that a debugger stops in an answer.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from shared_scenarios.errors import OrmatrixError

if TYPE_CHECKING:
    from shared_scenarios.cell import Cell
    from shared_scenarios.runner.registry import Entry
    from shared_scenarios.runner.venue import Venue
    from shared_scenarios.scenario import Case
    from shared_scenarios.targets.address import Database

FIXTURE = "played_cell"
DATABASE = "sqlite"
Chosen = tuple["Entry", "Case"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--orm`, `--database` and the folder of recorded outcomes."""
    group = parser.getgroup("ormatrix", "the shared suite of ORM scenarios")
    group.addoption(
        "--orm", action="append", default=[], metavar="NAME", help="run only the cells of this implementation"
    )
    group.addoption("--database", default=DATABASE, metavar="URL|NAME", help="the database to run on (default: sqlite)")
    parser.addini("ormatrix_outcomes", "the folder of recorded outcomes", default="")


def pytest_configure(config: pytest.Config) -> None:
    """A name that means nothing is an error of the command line, found before anything is collected."""
    orms, database = config.getoption("--orm"), config.getoption("--database")
    if not orms and database == DATABASE:
        return
    from shared_scenarios.runner.run import plan

    try:
        plan(orms, databases=[database])
    except OrmatrixError as error:
        raise pytest.UsageError(f"{error.message}. {error.hint}") from error


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per cell."""
    if FIXTURE not in metafunc.fixturenames:
        return
    from shared_scenarios.catalogue import cases
    from shared_scenarios.runner.registry import choose
    from shared_scenarios.targets.address import parse_database

    kind = parse_database(metafunc.config.getoption("--database")).kind
    tests = [
        pytest.param((entry, case), id=f"{entry.implementation.name}-{case.name}", marks=_hindered(entry, kind))
        for entry in choose(metafunc.config.getoption("--orm"))
        for case in cases()
        if entry.implementation.plays(case.name, kind)
    ]
    metafunc.parametrize(FIXTURE, tests, indirect=True)


def _hindered(entry: "Entry", kind: str) -> list[pytest.MarkDecorator]:
    """A configuration that cannot run here is left out with a word; a base that cannot run is an error."""
    from shared_scenarios.runner.registry import obstacle

    why = obstacle(entry.implementation, kind) if entry.implementation.cases else ""
    return [pytest.mark.skip(reason=f"{entry.implementation.name}: it {why}")] if why else []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--orm`, the suite of that ORM and nothing else."""
    if not config.getoption("--orm"):
        return
    others = [item for item in items if FIXTURE not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def ormatrix_venues() -> "Iterator[dict[str, Venue]]":
    """The venues opened in this session, by implementation; closed at its end."""
    venues: dict[str, Venue] = {}
    yield venues
    for venue in venues.values():
        venue.close()


@pytest.fixture(scope="session")
def ormatrix_folder() -> Iterator[Path]:
    """Where the databases lie: in memory where the system offers it."""
    from shared_scenarios.runner.run import PREFIX

    memory = "/dev/shm"  # noqa: S108  # the folder below it is the owner's alone
    # Named like a run's: what a killed session leaves is removed when the next run starts.
    prefix = f"{PREFIX}{os.getpid()}-pytest-"
    with TemporaryDirectory(prefix=prefix, dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def ormatrix_database(request: pytest.FixtureRequest) -> "Iterator[Database]":
    """The database that cells run on; a server that is named without an address runs as long as the session."""
    from shared_scenarios.runner.run import addressed
    from shared_scenarios.targets.address import parse_database
    from shared_scenarios.targets.open import versions

    with _interruptible(), ExitStack() as server:
        with _told():
            database = server.enter_context(addressed(parse_database(request.config.getoption("--database"))))
            versions(database)  # asks the server, once for all cells
        yield database


@contextmanager
def _interruptible() -> Iterator[None]:
    """What would end the process at once, interrupts it as Ctrl-C does: a private server is not left behind."""
    from shared_scenarios.runner.whole import INTERRUPTS

    mine = [number for number in INTERRUPTS if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        mine = []
    for number in mine:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong, without a traceback: that would show what functions were given, passwords too."""
    try:
        yield
    except OrmatrixError as error:
        raise pytest.fail.Exception(f"{error.message}\n  {error.hint}", pytrace=False) from None


@pytest.fixture
def played_cell(
    request: pytest.FixtureRequest,
    ormatrix_database: "Database",
    ormatrix_folder: Path,
    ormatrix_venues: "dict[str, Venue]",
) -> "Cell":
    """The cell, played now. Its implementation names the fixtures that it has to run under."""
    from shared_scenarios.runner.play import play
    from shared_scenarios.runner.venue import Venue

    entry, case = request.param
    for name in entry.implementation.fixtures:
        request.getfixturevalue(name)
    name = entry.implementation.name
    if name not in ormatrix_venues:
        with _told():
            ormatrix_venues[name] = Venue(entry.implementation, ormatrix_database, ormatrix_folder)
    return play(case, ormatrix_venues[name])


@pytest.fixture
def recorded_cell(request: pytest.FixtureRequest) -> "Cell | None":
    """The cell as recorded for this version of the ORM; None where no folder of outcomes is set in the ini file."""
    folder = request.config.getini("ormatrix_outcomes")
    if not folder:
        return None
    from shared_scenarios.report.outcomes import recorded_for
    from shared_scenarios.targets.address import parse_database

    entry, case = request.node.callspec.params[FIXTURE]
    kind = parse_database(request.config.getoption("--database")).kind
    with _told():
        return recorded_for(entry, case, kind, request.config.rootpath / folder)


def must_hold(cell: "Cell", recorded: "Cell | None" = None) -> None:
    """Fail with the timeline if the cell has no result, or behaves otherwise than recorded.

    Without a record a broken promise fails too; with one it is the record that says what is expected.
    """
    from shared_scenarios.cell import FAILED_STATES
    from shared_scenarios.report.outcomes import behaviour
    from shared_scenarios.views.timeline import as_text

    if cell.state in FAILED_STATES or (recorded is None and cell.broken):
        pytest.fail(as_text(cell), pytrace=False)
    if recorded is not None and behaviour(recorded) != behaviour(cell):
        pytest.fail(f"behaviour has changed\n\nrecorded: {as_text(recorded)}\n\nnow: {as_text(cell)}", pytrace=False)
