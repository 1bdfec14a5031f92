"""The proxy between two sockets of the test: whatever goes wrong, bytes arrive, and nothing unread is evidence."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.postgresql import PostgresDecoder
from shared_scenarios.evidence.wire.protocol import CancelAsked, Happening
from shared_scenarios.evidence.wire.proxy import Proxy
from shared_scenarios.evidence.wire.sink import RecordingSink
from shared_scenarios.scenario import AnswerError
from shared_scenarios.timeline import Connection, Event, Statement
from tests import mywire as my
from tests import pgwire as pg

SECRET = b"\xde\xad\xbe\xef hunter2"


class Line:
    """A client and a server, with the proxy between them."""

    def __init__(
        self, proxy: Proxy, recorder: Recorder, sink: RecordingSink, client: socket.socket, server: socket.socket
    ) -> None:
        self.proxy, self.recorder, self.sink, self.client, self.server = proxy, recorder, sink, client, server

    def say(self, *said: pg.Said) -> None:
        """Each is sent when the one before has arrived, but for what the greeting no longer offers."""
        for who, data in said:
            here, there = (self.client, self.server) if who == "client" else (self.server, self.client)
            here.sendall(data)
            received = b""
            while len(received) < len(data):
                received += there.recv(1 << 16)

    @property
    def events(self) -> list[Event]:
        assert self.proxy.barrier()
        return self.recorder.events

    @property
    def sent(self) -> list[Statement]:
        return [event for event in self.events if isinstance(event, Statement)]


@contextmanager
def line(decoder: type[PostgresDecoder | MysqlDecoder] = PostgresDecoder) -> Iterator[Line]:
    recorder = Recorder(Frames(Path(__file__).parent))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        sink = RecordingSink(recorder)
        proxy = Proxy(listener.getsockname(), decoder, sink)
        with socket.create_connection(proxy.address, 5) as client:
            server, _ = listener.accept()
            server.settimeout(5)
            with closing(server):
                yield Line(proxy, recorder, sink, client, server)
        proxy.stop()


def test_a_driver_that_leaves_in_a_failed_group_leaves_its_error() -> None:
    with line() as it:
        it.say(*pg.HELLO, pg.Said("client", pg.sent("SELECT 1")), pg.Said("server", pg.error()))
        it.client.close()
        assert it.server.recv(1) == b""
        it.server.close()
        assert [(one.text, one.error) for one in it.sent] == [("SELECT 1", pg.REFUSED)]


@pytest.mark.parametrize(
    ("decoder", "hello", "garbage"),
    [
        (PostgresDecoder, pg.HELLO, b"\x01no message of any kind"),
        (MysqlDecoder, my.HELLO, my.packet(b"\x63no command")),
    ],
)
@pytest.mark.parametrize("who", ["client", "server"])
def test_what_cannot_be_read_is_passed_on_and_is_no_evidence(
    decoder: type[PostgresDecoder | MysqlDecoder], hello: tuple[pg.Said, ...], garbage: bytes, who: pg.Who
) -> None:  # fmt: skip
    with line(decoder) as it:
        it.say(*hello, pg.Said(who, garbage))
        it.say(pg.Said("client", b"whatever else"), pg.Said("server", b"is said"))
        assert it.sent == []
        with pytest.raises(AnswerError, match=r"^the wire witness could not read a connection: Undecodable"):
            it.recorder.must_be_whole()


def test_the_next_cell_knows_nothing_of_what_could_not_be_read() -> None:
    with line() as it:
        it.say(*pg.HELLO, pg.Said("client", b"\x01 no message"))
        assert it.events
        it.recorder.finish()
        it.recorder.must_be_whole()


def test_the_answer_to_a_client_that_has_gone_is_written_down() -> None:
    with line() as it:
        it.say(*pg.HELLO, pg.Said("client", pg.query("COMMIT")))
        it.client.close()
        assert it.server.recv(1) == b""
        it.server.sendall(pg.done("COMMIT") + pg.ready("I"))
        it.server.close()
        assert [(one.text, one.after, one.exact) for one in it.sent] == [("COMMIT", "none", True)]
        assert [one.action for one in it.events if isinstance(one, Connection)] == ["opened", "closed"]


def test_the_answer_to_a_client_of_an_earlier_cell_is_nobodys() -> None:
    with line() as it:
        it.say(*pg.HELLO, pg.Said("client", pg.query("COMMIT")))
        it.client.close()
        assert it.server.recv(1) == b""
        it.recorder.finish()
        it.server.sendall(pg.done("COMMIT") + pg.ready("I"))
        it.server.close()
        assert it.events == []


def test_a_client_that_goes_before_it_is_greeted_was_never_connected() -> None:
    with line() as it:
        it.say(pg.HELLO[0])
        it.client.close()
        assert it.server.recv(1) == b""
        it.server.sendall(pg.WELCOME)
        it.server.close()
        assert it.events == []


@pytest.mark.parametrize(
    ("decoder", "hello", "goodbye"), [(PostgresDecoder, pg.HELLO, pg.TERMINATE), (MysqlDecoder, my.HELLO, my.QUIT)]
)
def test_a_client_that_says_goodbye_has_closed_whoever_closes_first(
    decoder: type[PostgresDecoder | MysqlDecoder], hello: tuple[pg.Said, ...], goodbye: bytes
) -> None:  # fmt: skip
    with line(decoder) as it:
        it.say(*hello, pg.Said("client", goodbye))
        assert not it.proxy.barrier(0.05)  # the server has not let go yet
        it.server.close()
        assert it.client.recv(1) == b""
        assert [one.action for one in it.events if isinstance(one, Connection)] == ["opened", "closed"]


def test_while_a_server_holds_on_nothing_is_certain() -> None:
    with line() as it:
        it.say(*pg.HELLO)
        it.client.close()
        assert it.server.recv(1) == b""
        assert not it.proxy.barrier(0.05)
        assert it.proxy.barrier(5, forgotten=False)  # who does not ask for that, need not wait
        assert not it.proxy.barrier(0.05)


def test_what_is_not_read_from_a_client_because_its_server_takes_nothing_has_not_been_seen() -> None:
    with line(MysqlDecoder) as it:
        it.say(*my.HELLO)
        it.client.settimeout(0.2)
        with suppress(TimeoutError):
            while True:
                it.client.sendall(my.query("x" * (1 << 16)))
        assert not it.proxy.barrier(0.05)
        it.server.settimeout(0.2)
        with suppress(TimeoutError):
            while it.server.recv(1 << 20):
                pass
        assert it.proxy.barrier()


def test_the_proxy_is_idle_if_nothing_has_arrived_and_nothing_was_taken_meanwhile() -> None:
    with line() as it, closing(socket.socket()) as unread:
        proxy = it.proxy
        assert any(proxy._is_idle(forgotten=True) for _ in range(1000))  # as soon as the thread has begun to wait
        proxy._asked.register(unread, select.POLLHUP)  # no connection: it is at its end, and the thread is not told
        assert not proxy._is_idle(forgotten=True)
        proxy._asked.unregister(unread)
        assert proxy._is_idle(forgotten=True)
        with patch.object(proxy, "_asked", Taken(proxy)):
            assert not proxy._is_idle(forgotten=True)


class Taken:
    """Has nothing to tell, because the thread takes what has arrived in the very moment that it is asked."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy

    def poll(self, _: float) -> list[tuple[int, int]]:
        self.proxy._turn += 2
        return []


def test_what_has_been_taken_and_not_yet_been_seen_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, may_see = threading.Event(), threading.Event()
    see = RecordingSink.happening

    def hesitate(sink: RecordingSink, link: int, what: Happening) -> None:
        taken.set()
        assert may_see.wait(5)
        see(sink, link, what)

    with line() as it:
        it.say(*pg.HELLO)
        assert it.proxy.barrier()
        monkeypatch.setattr(RecordingSink, "happening", hesitate)
        it.client.sendall(pg.query("COMMIT"))
        assert taken.wait(5)
        assert not it.proxy.barrier(0.05)
        may_see.set()
        assert [one.text for one in it.sent] == ["COMMIT"]


def test_nobody_is_woken_where_there_is_nothing_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    with line() as it:
        it.say(*pg.HELLO)
        assert it.proxy.barrier()
        monkeypatch.setattr(it.proxy, "_ring", None)
        assert it.proxy.barrier()
        monkeypatch.undo()


def test_of_what_a_server_owes_there_is_word() -> None:
    """A client that leaves without its answer leaves the server at work."""
    with line() as it:
        it.say(*pg.HELLO)
        assert not it.sink.owes_answers()
        it.say(pg.Said("client", pg.query("COMMIT")))
        it.client.close()
        assert it.server.recv(1) == b""
        assert it.sink.owes_answers()
        it.server.sendall(pg.done("COMMIT") + pg.ready())
        it.server.close()
        assert it.proxy.barrier()
        assert not it.sink.owes_answers()


def test_to_stop_twice_is_harmless() -> None:
    with line() as it:
        it.say(*pg.HELLO)
        it.proxy.stop()
        assert it.client.recv(1) == b""
    it.proxy.stop()


def test_what_breaks_the_sink_is_told_however_late() -> None:
    with line() as it:
        it.say(*pg.HELLO)
        it.recorder.events = None  # type: ignore[assignment]  # so that nothing can be written down
        it.client.sendall(pg.query("SELECT 1"))
        assert it.server.recv(1) == b""
        for _ in range(2):
            with pytest.raises(RuntimeError, match="the proxy failed"):
                it.proxy.barrier()
        it.proxy.stop()
        with pytest.raises(RuntimeError, match="the proxy failed"):
            it.proxy.barrier(0.05)


def test_no_secret_of_a_handshake_is_kept() -> None:
    heard = pg.hear([pg.Said("client", pg.message("p", SECRET))], decoder=_greeted())
    assert heard.to_server.endswith(SECRET)
    assert heard.happenings == []
    cancel = pg.hear([pg.Said("client", pg.unkinded(80877102, b"\0\0\x12\x67" + SECRET[:4]))])
    assert cancel.happenings == [CancelAsked(4711)]
    with line(MysqlDecoder) as it:
        it.say(my.HELLO[0], pg.Said("client", my.login(secret=SECRET)), pg.Said("server", my.error(1045)))
        assert SECRET.decode("latin-1") not in repr(it.events)


def _greeted() -> PostgresDecoder:
    decoder = PostgresDecoder()
    list(decoder.client(pg.STARTUP))
    return decoder


def test_a_refused_connection_has_the_servers_reason() -> None:
    with line(MysqlDecoder) as it:
        it.say(my.HELLO[0], my.HELLO[1], pg.Said("server", my.error(1045, "28000", "Access denied", 2)))
        told = [(one.action, one.error and one.error.code) for one in it.events if isinstance(one, Connection)]
        assert told[0] == ("refused", "28000/1045")
