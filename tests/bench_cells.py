"""One process of the benchmark on servers: it plays a cell for each line that it gets, and says how long it took."""

import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from shared_scenarios.catalogue import cases
from shared_scenarios.evidence.stage import RecordingStage
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.evidence.wire.sink import RecordingSink
from shared_scenarios.runner import play as playing
from shared_scenarios.runner.answers import find_answer
from shared_scenarios.runner.messages import encode
from shared_scenarios.runner.registry import choose
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import Case, NotApplicable
from shared_scenarios.targets.address import parse_database
from shared_scenarios.targets.server import ServerTarget


def main(orm: str, url: str, how: str) -> None:
    """How many cells these are, then the seconds of each, over and over; `direct` leaves the proxy out."""
    gc.disable()
    if how == "direct":
        without_proxy()
    with tempfile.TemporaryDirectory(prefix="ormatrix-bench-") as folder:
        venue = Venue(choose([orm])[0].implementation, parse_database(url), Path(folder))
        chosen = list(_answered(venue))
        print(len(chosen), flush=True)
        for _, case in zip(sys.stdin, cycle(chosen), strict=False):
            start = time.perf_counter()
            encode(playing.record(case, venue))
            print(time.perf_counter() - start, flush=True)
        venue.close()


def _answered(venue: Venue) -> Iterator[Case]:
    """The cells that are played here, and need no proxy for it, as those of others who take their turns do.

    Those that are not applicable take no time, and would make all look quick.
    """
    for case in cases():
        scenario = case.scenario
        fits = scenario.needs <= venue.target.capabilities and scenario.concerns(venue.implementation)
        if fits and not scenario.meanwhile and not isinstance(find_answer(venue.implementation, case), NotApplicable):
            yield case


def _straight(target: ServerTarget) -> str:
    address = target._address
    return address.through(address.host, address.port, target._name)


def without_proxy() -> None:
    """The driver goes straight to the server: nothing is recorded, all else is as it was."""
    wire = {
        (ServerTarget, "url"): property(_straight),
        (RecordingSink, "backends"): lambda _: {"unknown": 0},  # so that every reset ends what an answer left open
        (Proxy, "barrier"): lambda _, **__: True,
        (ServerTarget, "_strangers"): lambda self: self._backends() & set(),
        (RecordingStage, "_must_have_cause"): lambda *_: None,
    }
    for (owner, name), other in wire.items():
        assert hasattr(owner, name), name  # what has another name by now would go on as it was
        setattr(owner, name, other)


if __name__ == "__main__":
    main(*sys.argv[1:])
