"""A connection that goes past the proxy makes its cell an error, on every server, and no other cell."""

import time
from collections.abc import Iterator

import pytest

from shared_scenarios.cell import Cell
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.runner.play import play
from shared_scenarios.runner.run import choose_cases
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import AnswerError
from shared_scenarios.targets.address import Database
from shared_scenarios.targets.private_server import private_server
from shared_scenarios.timeline import Failure
from tests import required
from tests.fakes.server import fake, run

PAST = Failure("AnswerError", "a connection was opened past the wire witness, so its statements are not recorded")
UNCAUSED = Failure("AnswerError", "committed rows changed, but no statement that could have changed them was recorded")
HONEST = "forgotten-commit/sent"
READS, WRITES = "visible-only-after-commit/in-block", "visible-only-after-commit/no-block"


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def venue(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    required.binaries(request.param)
    with private_server(request.param) as server:
        made = Venue(fake("bypasses"), Database(server.kind, url=server.url), tmp_path_factory.mktemp("bypasses"))
        yield made
        made.close()


def played(venue: Venue, name: str) -> Cell:
    (case,) = choose_cases([name])
    return play(case, venue)


@pytest.mark.parametrize(("name", "failure"), [(READS, PAST), (WRITES, UNCAUSED)])
def test_a_connection_past_the_proxy_is_caught_and_the_cells_beside_it_know_nothing(
    venue: Venue, name: str, failure: Failure
) -> None:  # fmt: skip
    assert played(venue, HONEST).failure is None
    cell = played(venue, name)
    assert (cell.state, cell.failure, cell.outcome) == ("error", failure, "")
    assert played(venue, HONEST).failure is None


def test_a_connection_that_an_earlier_cell_left_open_is_ended_before_the_next(venue: Venue) -> None:
    """It may hold locks, for which the next cell would wait."""
    venue.target.reset([])
    venue.recorder.start()
    run(venue.backend.database.connect(), "BEGIN", "INSERT INTO kols (twitter_handle) VALUES ('@ada')")
    venue.recorder.finish()
    assert venue.target.sink.connected()
    venue.target.reset([])
    deadline = time.monotonic() + 5  # PostgreSQL ends it as soon as it can
    while venue.target.sink.connected() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not venue.target.sink.connected()
    venue.backend.release()


def test_no_look_is_taken_while_the_proxy_has_not_seen_all(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it, of two connections the one might be seen to end after what the other did later."""
    monkeypatch.setattr(Proxy, "barrier", lambda _, **__: False)
    for look in (venue.target.observe, venue.target.finish, lambda: venue.target.reset([])):
        with pytest.raises(AnswerError, match="nothing is certain"):
            look()
