"""What a scenario does beside the answer: its turns, at a checkpoint or at a moment that they wait for."""

from shared_scenarios import scenario
from shared_scenarios.evidence.armed import Armed, BeforeStatement, LineCut, Watch
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.room import Room
from shared_scenarios.scenario import (
    CutLine,
    EndConnections,
    FillDisk,
    JustBefore,
    Meanwhile,
    SecondWriter,
    WhenWaiting,
)
from shared_scenarios.timeline import WRITER, Intervention, Waiting


class Turns:
    """Keeps to what the scenario says. What waits for its moment is never given up for what comes after it."""

    def __init__(self, meanwhile: scenario.Turns, recorder: Recorder, room: Room) -> None:
        self._meanwhile, self._recorder, self._room = meanwhile, recorder, room

    def take(self, name: str) -> bool:
        """Do what happens at this checkpoint; whether rows may have changed by it."""
        if self._recorder.refusing_commits:
            self._refuse_commits(False)
        self._recorder.disk_full = False
        turns = self._meanwhile.get(name)
        if turns is None:
            return False
        actions = turns if isinstance(turns, tuple) else (turns,)
        for action in actions:
            self._do(action)
        return any(isinstance(action, SecondWriter) for action in actions)

    def arm(self, armed: Armed) -> None:
        """From now on this waits for its moment; what waited before it must have had its own."""
        self.finish()
        self._recorder.armed = armed

    def settle(self) -> None:
        """Wait until nothing happens any more; AnswerError if something went wrong."""
        if self._recorder.armed:
            self._recorder.armed.settle()

    def finish(self) -> None:
        """The answer has returned: whatever was to happen must have."""
        if self._recorder.armed:
            self._recorder.armed.finish()

    def _do(self, action: Meanwhile) -> None:
        if isinstance(action, SecondWriter):
            self._write(action)
        elif isinstance(action, JustBefore):
            self.arm(BeforeStatement(action, lambda: self._write(action.action)))
        elif isinstance(action, WhenWaiting):
            self.arm(Watch(self._room, lambda name: self._set_free(name, action.action)))
        elif isinstance(action, CutLine):
            self.arm(LineCut(self._room, action))
        elif isinstance(action, EndConnections):
            self._intervene("the server ends every connection that is open")
            self._room.end_connections()
        elif isinstance(action, FillDisk):
            self._intervene("the disk is full: the file does not get another page")
            self._recorder.disk_full = True
        else:
            self._intervene(f"{self._room.refuses_by}, so that the database refuses the next COMMIT")
            self._refuse_commits(True)

    def _intervene(self, what: str) -> None:
        self._recorder.events.append(Intervention(self._recorder.next(), what))

    def _write(self, action: SecondWriter) -> None:
        for _ in self._room.write(action.statements, action.refusable):
            pass

    def _set_free(self, waiter: str, action: SecondWriter) -> None:
        waiting = Waiting(self._recorder.next(), waiter, WRITER)
        self._recorder.events.append(waiting)
        for statement in self._room.write(action.statements, action.refusable):
            if not waiting.released_by and waiter not in self._room.waiting():
                waiting.released_by = statement.verb

    def _refuse_commits(self, refuse: bool) -> None:
        self._room.refuse_commits(refuse)
        self._recorder.refusing_commits = refuse
