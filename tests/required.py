"""What tests need of the machine: where a server or its driver is missing, a test is left out with a word.

Where ORMATRIX_REQUIRE_SERVERS names the server (`postgresql,mariadb`), the test fails with that word.
"""

import os
from importlib import import_module
from typing import Any, NoReturn

import pytest

from shared_scenarios.errors import CannotRun
from shared_scenarios.runner.registry import Entry, choose, obstacle
from shared_scenarios.targets import open as targets
from shared_scenarios.targets.private_folder import account
from shared_scenarios.targets.private_server import RECIPES

VARIABLE = "ORMATRIX_REQUIRE_SERVERS"
DRIVERS = {"postgresql": "psycopg", "mariadb": "pymysql"}  # those of the harness itself


def wanted() -> list[str]:
    """The servers that have to be there."""
    return [name.strip() for name in os.environ.get(VARIABLE, "").split(",")]


def missing(kind: str, why: str) -> NoReturn:
    """Leave the test out, or fail it."""
    if kind in wanted():
        pytest.fail(f"{VARIABLE} names {kind}: {why}", pytrace=False)
    pytest.skip(why)


def driver(kind: str, module: str) -> Any:
    """A driver of this server."""
    try:
        return import_module(module)
    except ImportError as error:
        missing(kind, f"{module} cannot be imported: {error}")


def binaries(kind: str) -> Any:
    """The driver of the harness, where a private server of this kind can be started."""
    try:
        RECIPES[kind].find(account(RECIPES[kind].account))
    except CannotRun as error:
        missing(kind, error.message)
    return driver(kind, DRIVERS[kind])


def implementations(kind: str) -> tuple[Entry, ...]:
    """Those that can play on this server, and all of them where it is required."""
    if why := targets.obstacle(kind):
        missing(kind, why)
    known = [entry for entry in choose([]) if entry.implementation.works_on(kind)]
    able = tuple(entry for entry in known if not obstacle(entry.implementation, kind))
    if len(able) < len(known) and kind in wanted():
        missing(kind, "; ".join(obstacle(entry.implementation, kind) for entry in known if entry not in able))
    return able
