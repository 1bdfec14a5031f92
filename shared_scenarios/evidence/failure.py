"""An exception as evidence: its type, its text and the database's code for it."""

from collections.abc import Iterator

from shared_scenarios.evidence.text import normalise
from shared_scenarios.timeline import Failure

CODES = ("sqlite_errorname", "sqlstate", "pgcode")


def failure(error: BaseException) -> Failure:
    """Describe an exception; the code is looked for along the chain of causes."""
    return Failure(type(error).__name__, normalise(str(error)), _code(error))


def _code(error: BaseException) -> str | None:
    found = (getattr(cause, name, None) for cause in _causes(error) for name in CODES)
    return next((str(code) for code in found if code), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
