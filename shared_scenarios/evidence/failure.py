"""An exception as evidence: its type, its text and the database's code for it."""

from collections.abc import Iterator

from shared_scenarios.evidence.text import normalise
from shared_scenarios.timeline import Failure

# The exceptions of PEP 249: what else an ORM raises may have a database's error as its cause, but is none itself.
OF_DATABASE = (
    "DatabaseError",
    "DataError",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
)
CODES = ("sqlite_errorname", "sqlstate", "pgcode")


def failure(error: BaseException) -> Failure:
    """Describe an exception; the database's code is looked for along the chain of causes."""
    name = type(error).__name__
    return Failure(name, normalise(str(error)), _code(error) if name in OF_DATABASE else None)


def _code(error: BaseException) -> str | None:
    found = (getattr(cause, name, None) for cause in _causes(error) for name in CODES)
    return next((str(code) for code in found if code), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
