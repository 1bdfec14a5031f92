"""Another process, as the database sees it: one connection of the plain driver, past the ORM and past the proxy."""

from collections.abc import Callable
from typing import Any

from shared_scenarios.evidence.failure import failure
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import normalise, verb
from shared_scenarios.scenario import AnswerError
from shared_scenarios.timeline import WRITES, State, Statement

NAME = "second writer"
Errors = tuple[type[Exception], ...]


class Writer:
    """Its statements stand on the timeline under its own name. `errors` are those of its driver."""

    def __init__(self, recorder: Recorder, connection: Any, state: Callable[[Any], State], errors: Errors) -> None:
        self._recorder, self._connection = recorder, connection
        self._state, self._errors = state, errors

    def run(self, text: str, refusable: bool) -> None:
        """Run a statement and write it down; AnswerError if the database refuses what it may not refuse."""
        # Both numbers now: what it sets free goes on at once, and comes after it.
        start, end = self._recorder.next(), self._recorder.next()
        sent = Statement(
            start, NAME, verb(text), normalise(text), self._state(self._connection), end, "none", actor=NAME
        )  # fmt: skip
        self._recorder.events.append(sent)
        cursor = self._connection.cursor()
        try:
            cursor.execute(text)
        except self._errors as error:
            if not refusable:
                raise AnswerError(f"the second writer was refused: {error}") from error
            sent.error = failure(error)
        else:
            sent.returned = len(cursor.fetchall()) if cursor.description else None
            sent.affected = cursor.rowcount if sent.verb in WRITES else None
        sent.after = self._state(self._connection)

    def close(self) -> None:
        """Let go of the database; what it has not committed is gone."""
        self._connection.close()
