"""What a scenario does in the middle of an ORM's own call: it waits for a statement, and acts just before that one."""

from collections.abc import Callable

from shared_scenarios.evidence.text import verb
from shared_scenarios.scenario import AnswerError, JustBefore
from shared_scenarios.timeline import touches


class Armed:
    """Acts once, in the thread that hands the statement over; what goes wrong there, the stage learns afterwards.

    An ORM or a proxy is no place for an exception of the harness.
    """

    def __init__(self, wanted: JustBefore, act: Callable[[], None]) -> None:
        self._wanted, self._act = wanted, act
        self._left = wanted.nth
        self._error: BaseException | None = None

    def meet(self, text: str) -> None:
        """A statement is about to be sent."""
        wanted = self._wanted
        if not self._left or verb(text) != wanted.verb or not touches(text, wanted.table):
            return
        self._left -= 1
        if self._left:
            return
        try:
            self._act()
        except (AnswerError, Exception) as error:  # noqa: BLE001  # kept until somebody can be told
            self._error = error

    def must_have_gone_well(self) -> None:
        """Raise what went wrong when it acted."""
        if self._error is not None:
            raise AnswerError(f"what happens {self._when} went wrong: {self._error}") from self._error

    def must_have_acted(self) -> None:
        """The answer has returned: what waits now, waits in vain."""
        if self._left:
            raise AnswerError(f"something happens {self._when}, and the answer sent no such statement")

    @property
    def _when(self) -> str:
        wanted = self._wanted
        nth = f" number {wanted.nth}" if wanted.nth > 1 else ""
        return f"just before {wanted.verb}{nth} on {wanted.table}"
