"""The stage: where an answer stops and the witnesses look."""

from collections.abc import Callable, Mapping
from typing import Any
from weakref import ref

from shared_scenarios.evidence.armed import HalfWay
from shared_scenarios.evidence.failure import failure
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.room import Room
from shared_scenarios.evidence.text import plain
from shared_scenarios.evidence.turns import Turns
from shared_scenarios.scenario import AnswerError, Scenario
from shared_scenarios.timeline import (
    WRITES,
    Checkpoint,
    Connection,
    Event,
    Failure,
    Look,
    Rows,
    Statement,
)

MAKES_VISIBLE = (*WRITES, "COMMIT", "RELEASE", "CREATE", "DROP", "ALTER")


class RecordingStage:
    """Holds an answer to the checkpoints of its scenario, and writes down what the witnesses see there."""

    def __init__(self, scenario: Scenario, recorder: Recorder, room: Room, look: Callable[[object], Look | None]):
        self._scenario, self._recorder, self._room = scenario, recorder, room
        self._eye, self._turns = Eye(look), Turns(scenario.meanwhile, recorder, room)
        self._reached = 0
        self._committed = room.initial()
        self._explained = 0

    def checkpoint(self, name: str, /, **subjects: object) -> None:
        """All three witnesses look, then the scenario does what it does at this point."""
        self._mark(name, subjects, None)

    def attempt(self, name: str, /, **subjects: object) -> "Attempt":
        """A step that may raise; ends in the checkpoint `name`."""
        return Attempt(lambda error: self._mark(name, subjects, error))

    def during(self, verb: str, act: Callable[[], object], /) -> None:
        """Act half way through the next statement of this verb, in the thread that executes it."""
        self._turns.arm(HalfWay(verb, act))

    def finish(self) -> None:
        """The answer returned: every checkpoint must have been reached."""
        missing = self._scenario.checkpoints[self._reached :]
        if missing:
            raise AnswerError(f"the answer returned without reaching the checkpoint {missing[0]!r}")
        self._recorder.must_be_whole()
        self._turns.finish()

    def _mark(self, name: str, subjects: Mapping[str, object], error: Failure | None) -> None:
        self._must_be_next(name)
        self._turns.settle()
        lines, _ = self._recorder.frames.here(2)  # of this, and of what was called
        objects = self._look(subjects)
        self._recorder.must_be_whole()
        rows = self._room.observe()
        seen = rows if rows is not None else self._committed
        self._must_have_cause(seen)
        point = Checkpoint(self._recorder.next(), name, seen, objects, error, rows is None, lines)
        self._recorder.events.append(point)
        written = self._room.observe() if self._turns.take(name) else None
        self._committed = written if written is not None else seen
        self._explained = len(self._recorder.events)

    def _must_be_next(self, name: str) -> None:
        expected = self._scenario.checkpoints[self._reached : self._reached + 1]
        if expected != (name,):
            wanted = repr(*expected) if expected else "the end of the answer"
            raise AnswerError(f"the answer reached the checkpoint {name!r} where {wanted} was expected")
        self._reached += 1

    def _look(self, subjects: Mapping[str, object]) -> dict[str, Any]:
        if not subjects:
            return {}
        before = len(self._recorder.events)
        objects = {name: self._eye.see(subject) for name, subject in subjects.items()}
        if len(self._recorder.events) != before:
            raise AnswerError(f"looking at {', '.join(subjects)} sent SQL")
        return objects

    def _must_have_cause(self, rows: Rows) -> None:
        """Rows that change with no statement to change them were written past the wire witness."""
        if rows == self._committed or any(map(_makes_visible, self._recorder.events[self._explained :])):
            return
        raise AnswerError("committed rows changed, but no statement that could have changed them was recorded")


def _makes_visible(event: Event) -> bool:
    """Closing a connection ends what a statement of its had left unfinished."""
    if isinstance(event, Statement):
        return event.verb in MAKES_VISIBLE
    return isinstance(event, Connection) and event.action == "closed"


class Attempt:
    """Ends in a checkpoint, whether or not its block raised; what it raised is evidence, not an accident."""

    def __init__(self, mark: Callable[[Failure | None], None]) -> None:
        self._mark = mark

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if error is not None and not isinstance(error, Exception):
            return False
        self._mark(failure(error) if error is not None else None)
        return True


class Eye:
    """Sees objects by the implementation's look, and knows an object again without keeping it alive."""

    def __init__(self, look: Callable[[object], Look | None]) -> None:
        self._look = look
        self._known: list[tuple[ref[Any], str]] = []
        self._counts: dict[str, int] = {}

    def see(self, subject: object) -> Any:
        """A `Look` for an ORM's object, a list of them for a list, the plain value of anything else."""
        if isinstance(subject, (list, tuple)):
            return [self.see(one) for one in subject]
        look = self._look(subject)
        if look is None:
            return plain(subject)
        look.label, look.key = self._label(subject, look.type), plain(look.key)
        look.fields = {name: plain(value) for name, value in look.fields.items()}
        return look

    def _label(self, subject: object, kind: str) -> str:
        for known, label in self._known:
            if known() is subject:
                return label
        self._counts[kind] = self._counts.get(kind, 0) + 1
        label = f"{kind.lower()}#{self._counts[kind]}"
        self._known.append((ref(subject), label))
        return label
