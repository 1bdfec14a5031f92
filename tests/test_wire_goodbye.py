"""A driver that says goodbye has closed its connection, whichever end is seen first; without one the server has."""

import socket
from collections.abc import Iterator, Sequence

import pytest

from shared_scenarios.evidence.wire.faults import Faults
from shared_scenarios.evidence.wire.link import By, Link
from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.postgresql import PostgresDecoder
from shared_scenarios.evidence.wire.protocol import Decoder, Happening
from tests import mywire, pgwire

Conversation = Sequence[pgwire.Said]
PROTOCOLS = [
    pytest.param(PostgresDecoder(), pgwire.talk(), pgwire.message("X"), id="postgresql"),
    pytest.param(MysqlDecoder(), mywire.talk(), mywire.packet(b"\x01"), id="mysql"),
]


class Closings:
    """A sink that keeps who has closed."""

    def __init__(self) -> None:
        self.by: list[By] = []

    def opened(self, link: int) -> None:
        pass

    def happening(self, link: int, what: Happening) -> None:
        pass

    def faulted(self, link: int, number: int, what: str) -> None:
        pass

    def closed(self, link: int, by: By) -> None:
        self.by.append(by)


@pytest.fixture
def ends() -> Iterator[list[socket.socket]]:
    opened = [*socket.socketpair(), *socket.socketpair()]
    yield opened
    for end in opened:
        end.close()


@pytest.mark.parametrize(("decoder", "said", "goodbye"), PROTOCOLS)
def test_the_end_of_the_server_after_a_goodbye_is_the_drivers_closing(
    ends: list[socket.socket], decoder: Decoder, said: Conversation, goodbye: bytes
) -> None:
    sink, faults = Closings(), Faults()
    link = Link(1, ends[0], ends[2], decoder, sink)
    for who, data in said:
        link.take(link.client if who == "client" else link.server, data, faults)
    assert (decoder.leaving, link.is_closing) == (False, False)
    link.take(link.client, goodbye, faults)
    assert decoder.leaving
    assert link.is_closing
    link.end(link.server)
    assert not link.is_closing
    link.end(link.client)
    assert sink.by == ["client"]


def test_the_end_of_the_server_without_a_goodbye_is_the_servers(ends: list[socket.socket]) -> None:
    sink = Closings()
    link = Link(1, ends[0], ends[2], PostgresDecoder(), sink)
    link.end(link.server)
    assert sink.by == ["server"]
