"""A stage with two checkpoints, over a database that is what a test says it is."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.stage import RecordingStage
from shared_scenarios.evidence.wire.faults import Fault, When
from shared_scenarios.scenario import Meanwhile, Reading, Scenario
from shared_scenarios.timeline import Checkpoint, Look, Rows, Statement, Timeline


class Thing:
    """What the ORM of these tests would map."""


def look(subject: object) -> Look | None:
    return Look("Thing", "new", {"path": Path("x")}, key=Path("k")) if isinstance(subject, Thing) else None


def nothing_read(seen: Timeline) -> Reading:
    return Reading("", {})


def scenario(meanwhile: Mapping[str, Meanwhile] | None = None) -> Scenario:
    return Scenario("", "", "", "", "", ("one", "two"), nothing_read, meanwhile=meanwhile or {})


class Room:
    refuses_by = "nothing"

    def __init__(self) -> None:
        self.rows: Rows | None = {"kols": [], "tweets": []}

    def initial(self) -> Rows:
        return {"kols": [], "tweets": []}

    def observe(self) -> Rows | None:
        return self.rows

    def write(self, statements: Sequence[str], refusable: bool) -> Iterator[Statement]:
        self.rows = {"kols": [[1, statement] for statement in statements], "tweets": []}
        return iter(())

    def dismiss(self) -> None:
        raise AssertionError("no test here asks for it")

    def waiting(self) -> list[str]:
        raise AssertionError("no test here asks for it")

    def cut_line(self, verb: str, when: When) -> Fault:
        raise AssertionError("no test here asks for it")

    def end_connections(self) -> None:
        raise AssertionError("no test here asks for it")

    def refuse_commits(self, refuse: bool) -> None:
        raise AssertionError("no test here asks for it")


class Staged:
    def __init__(self, meanwhile: Mapping[str, Meanwhile] | None = None) -> None:
        self.recorder, self.room = Recorder(Frames(Path(__file__).parent)), Room()
        self.stage = RecordingStage(scenario(meanwhile), self.recorder, self.room, look)

    def sends(self, verb: str, actor: str = "answer") -> None:
        number = self.recorder.next()
        self.recorder.events.append(Statement(number, "c1", verb, verb, "none", actor=actor))

    def changes_rows(self) -> None:
        self.room.rows = {"kols": [[1, "@ada"]], "tweets": []}

    def point(self, name: str) -> Checkpoint:
        return Timeline(self.recorder.events).at(name)
