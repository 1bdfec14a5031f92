"""Errors that reach a user: what is wrong, where, and what to do; and the exit code of each."""

OK, FAILED, USAGE, BAD_REPORT, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 3, 4, 130

EXIT_CODES = {
    OK: "everything asked for was done",
    FAILED: "a cell failed, or `check` found changed behaviour",
    USAGE: "the command line was not understood, or names something unknown",
    BAD_REPORT: "a report file cannot be used",
    CANNOT_RUN: "an implementation, a database or a folder cannot be used",
    INTERRUPTED: "interrupted; no file is left half written",
}


class OrmatrixError(Exception):
    """An error with its cause and its cure; shown without a traceback."""

    exit_code = FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class UnknownName(OrmatrixError):
    """A name that is not in the catalogue, the implementations or the databases."""

    exit_code = USAGE


class BadReport(OrmatrixError):
    """A report file that is truncated, foreign, too new or doctored."""

    exit_code = BAD_REPORT


class CannotRun(OrmatrixError):
    """Something needed to run is missing, too old, not ours or not writable."""

    exit_code = CANNOT_RUN
