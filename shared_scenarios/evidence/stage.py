"""The stage: where an answer stops and the witnesses look."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from weakref import ref

from shared_scenarios.evidence.armed import BeforeStatement, Watch
from shared_scenarios.evidence.failure import failure
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import plain
from shared_scenarios.scenario import (
    AnswerError,
    JustBefore,
    Meanwhile,
    RefuseCommit,
    Scenario,
    SecondWriter,
    WhenWaiting,
)
from shared_scenarios.timeline import (
    WRITER,
    WRITES,
    Checkpoint,
    Connection,
    Event,
    Failure,
    Intervention,
    Look,
    Rows,
    Statement,
    Waiting,
)

MAKES_VISIBLE = (*WRITES, "COMMIT", "RELEASE", "CREATE", "DROP", "ALTER")


class Room(Protocol):
    """What the stage needs of the database under test, past the implementation."""

    @property
    def refuses_by(self) -> str:
        """What is done to it so that it refuses to commit, in words."""

    def observe(self) -> Rows | None:
        """The committed rows as a second connection sees them; None if it is refused a look."""

    def write(self, statements: Sequence[str], refusable: bool) -> Iterator[Statement]:
        """Run them one by one as a second writer, on the connection that it keeps until the answer ends.

        All have their place on the timeline from the call on: what they set free goes on at once, and comes after.
        """

    def dismiss(self) -> None:
        """The second writer lets go of everything; what it has not committed is gone."""

    def waiting(self) -> list[str]:
        """Who waits for a lock now: connections of the answer, and the second writer. Any thread may ask."""

    def refuse_commits(self, refuse: bool) -> None:
        """Make the database refuse to commit, or stop that."""


class RecordingStage:
    """Holds an answer to the checkpoints of its scenario, and writes down what the witnesses see there."""

    def __init__(self, scenario: Scenario, recorder: Recorder, room: Room, look: Callable[[object], Look | None]):
        self._scenario, self._recorder, self._room = scenario, recorder, room
        self._eye = Eye(look)
        self._reached: list[str] = []
        self._committed: Rows | None = room.observe()
        self._explained = 0

    def checkpoint(self, name: str, /, **subjects: object) -> None:
        """All three witnesses look, then the scenario does what it does at this point."""
        self._mark(name, subjects, None)

    def attempt(self, name: str, /, **subjects: object) -> "Attempt":
        """A step that may raise; ends in the checkpoint `name`."""
        return Attempt(lambda error: self._mark(name, subjects, error))

    def finish(self) -> None:
        """The answer returned: every checkpoint must have been reached."""
        missing = self._scenario.checkpoints[len(self._reached) :]
        if missing:
            raise AnswerError(f"the answer returned without reaching the checkpoint {missing[0]!r}")
        self._recorder.must_be_whole()
        if self._recorder.armed:
            self._recorder.armed.finish()

    def _mark(self, name: str, subjects: Mapping[str, object], error: Failure | None) -> None:
        self._must_be_next(name)
        if self._recorder.armed:
            self._recorder.armed.settle()
        lines, _ = self._recorder.frames.here()
        objects = self._look(subjects)
        self._recorder.must_be_whole()
        rows = self._room.observe()
        seen = rows if rows is not None else self._committed or {}
        self._must_have_cause(seen)
        point = Checkpoint(self._recorder.next(), name, seen, objects, error, rows is None, lines)
        self._recorder.events.append(point)
        self._committed = seen
        self._intervene(name)

    def _must_be_next(self, name: str) -> None:
        expected = self._scenario.checkpoints
        place = len(self._reached)
        if place >= len(expected) or expected[place] != name:
            wanted = repr(expected[place]) if place < len(expected) else "the end of the answer"
            raise AnswerError(f"the answer reached the checkpoint {name!r} where {wanted} was expected")
        self._reached.append(name)

    def _look(self, subjects: Mapping[str, object]) -> dict[str, Any]:
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

    def _intervene(self, name: str) -> None:
        if self._recorder.refusing_commits:
            self._refuse_commits(False)
        turns = self._scenario.meanwhile.get(name, ())
        for action in turns if isinstance(turns, tuple) else (turns,):
            self._do(action)
        self._explained = len(self._recorder.events)

    def _do(self, action: Meanwhile) -> None:
        if isinstance(action, SecondWriter):
            self._write(action)
            rows = self._room.observe()
            self._committed = rows if rows is not None else self._committed
        elif isinstance(action, JustBefore):
            self._recorder.armed = BeforeStatement(action, lambda: self._write(action.action))
        elif isinstance(action, WhenWaiting):
            self._recorder.armed = Watch(
                self._room.waiting, lambda name: self._set_free(name, action.action), WRITER, self._room.dismiss
            )
        elif isinstance(action, RefuseCommit):
            self._recorder.events.append(Intervention(self._recorder.next(), self._refusal()))
            self._refuse_commits(True)

    def _write(self, action: SecondWriter) -> None:
        for _ in self._room.write(action.statements, action.refusable):
            pass

    def _set_free(self, waiter: str, action: SecondWriter) -> None:
        waiting = Waiting(self._recorder.next(), waiter, WRITER)
        self._recorder.events.append(waiting)
        for statement in self._room.write(action.statements, action.refusable):
            if not waiting.released_by and waiter not in self._room.waiting():
                waiting.released_by = statement.verb

    def _refusal(self) -> str:
        return f"{self._room.refuses_by}, so that the database refuses the next COMMIT"

    def _refuse_commits(self, refuse: bool) -> None:
        self._room.refuse_commits(refuse)
        self._recorder.refusing_commits = refuse


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
        self._known: dict[int, tuple[ref[Any], str]] = {}
        self._counts: dict[str, int] = {}

    def see(self, subject: object) -> Any:
        """A `Look` for an ORM's object, a list of them for a list, the plain value of anything else."""
        if isinstance(subject, list | tuple):
            return [self.see(one) for one in subject]
        look = self._look(subject)
        if look is None:
            return plain(subject)
        look.label, look.key = self._label(subject, look.type), plain(look.key)
        look.fields = {name: plain(value) for name, value in look.fields.items()}
        return look

    def _label(self, subject: object, kind: str) -> str:
        known = self._known.get(id(subject))
        if known and known[0]() is subject:
            return known[1]
        self._counts[kind] = self._counts.get(kind, 0) + 1
        label = f"{kind.lower()}#{self._counts[kind]}"
        self._known[id(subject)] = (ref(subject), label)
        return label
