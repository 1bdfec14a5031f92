"""Another process, as the database sees it: one connection of the plain driver, past the ORM and past the proxy."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from shared_scenarios.evidence.failure import failure
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import normalise, verb
from shared_scenarios.scenario import AnswerError
from shared_scenarios.timeline import WRITER, WRITES, State, Statement

Errors = tuple[type[Exception], ...]


class Writer:
    """Its statements stand on the timeline under its own name. `errors` are those of its driver.

    `backend` is the number that a server knows it by.
    """

    def __init__(
        self, recorder: Recorder, connection: Any, state: Callable[[Any], State], errors: Errors, backend: int = 0
    ) -> None:
        self._recorder, self._connection = recorder, connection
        self._state, self._errors = state, errors
        self.backend = backend

    def run(self, texts: Sequence[str], refusable: bool) -> Iterator[Statement]:
        """Each statement when it has run; AnswerError if the database refuses what it may not refuse."""
        announced = [(text, self._announce(text)) for text in texts]
        return (self._perform(text, sent, refusable) for text, sent in announced)

    def _announce(self, text: str) -> Statement:
        start, end = self._recorder.next(), self._recorder.next()
        sent = Statement(start, WRITER, verb(text), normalise(text), "none", end, actor=WRITER)
        self._recorder.events.append(sent)
        return sent

    def _perform(self, text: str, sent: Statement, refusable: bool) -> Statement:
        sent.before = self._state(self._connection)
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
        return sent

    def close(self) -> None:
        """Let go of the database; what it has not committed is gone."""
        self._connection.close()
