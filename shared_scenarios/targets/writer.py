"""Another process, as the database sees it: one connection of the plain driver, past the ORM and past the proxy."""

from collections.abc import Callable
from typing import Any

from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import normalise, verb
from shared_scenarios.scenario import AnswerError
from shared_scenarios.timeline import WRITES, State, Statement

NAME = "second writer"


class Writer:
    """Its statements stand on the timeline under its own name. It may not wait: what it needs has to be free."""

    def __init__(self, recorder: Recorder, connection: Any, state: Callable[[Any], State]) -> None:
        self._recorder, self._connection, self._state = recorder, connection, state

    def run(self, statement: str, errors: tuple[type[Exception], ...]) -> None:
        """Run it and write it down; AnswerError if the database refuses it."""
        before, start = self._state(self._connection), self._recorder.next()
        cursor = self._connection.cursor()
        try:
            cursor.execute(statement)
        except errors as error:
            raise AnswerError(f"the second writer was refused: {error}") from error
        returned = len(cursor.fetchall()) if cursor.description else None
        affected = cursor.rowcount if verb(statement) in WRITES else None
        end, after = self._recorder.next(), self._state(self._connection)
        self._recorder.events.append(
            Statement(
                start, NAME, verb(statement), normalise(statement), before, end, after,
                returned=returned, affected=affected, actor=NAME,
            )
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the database; what it has not committed is gone."""
        self._connection.close()
