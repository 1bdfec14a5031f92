"""A proxy before a server, with its timeline."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.wire.protocol import Greeted
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.evidence.wire.sink import RecordingSink, Seen
from shared_scenarios.timeline import Connection, Statement
from tests.logged import LoggedServer


class RememberingSink(RecordingSink):
    """Knows the backend of a connection also after it was closed."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.remembered: dict[str, int | None] = {}

    def _greeted(self, seen: Seen, what: Greeted) -> None:
        super()._greeted(seen, what)
        self.remembered[seen.name] = what.backend


class Tap:
    """The test's own file is the answer: the lines on the timeline are its lines."""

    def __init__(self, server: LoggedServer, root: Path) -> None:
        self.recorder = Recorder(Frames(root))
        self.sink = RememberingSink(self.recorder)
        self.proxy = Proxy(server.address.place, server.dialect.decoder, self.sink)
        self.host, self.port = self.proxy.address

    @property
    def statements(self) -> list[Statement]:
        assert self.proxy.barrier()
        return [event for event in self.recorder.events if isinstance(event, Statement)]

    @property
    def connections(self) -> list[Connection]:
        assert self.proxy.barrier()
        return [event for event in self.recorder.events if isinstance(event, Connection)]


@contextmanager
def tapped(server: LoggedServer, root: Path = Path(__file__).parent) -> Iterator[Tap]:
    tap = Tap(server, root)
    try:
        yield tap
    finally:
        tap.proxy.stop()
