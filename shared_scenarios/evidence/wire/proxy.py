"""The proxy on loopback between driver and server: a thread that passes bytes on and sees what they mean.

It knows no ORM, no driver and no protocol: that is the decoder's part, one for each connection.
"""

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from shared_scenarios.evidence.wire.faults import Fault, Faults, When
from shared_scenarios.evidence.wire.link import CHUNK, FULL, RESET, Link, Side, Sink
from shared_scenarios.evidence.wire.protocol import Decoder

READ, WRITE = select.POLLIN, select.POLLOUT
CONNECTING = 5.0  # seconds that the server may take to accept a connection
Server = tuple[str, int] | str  # host and port, or the path of a Unix socket


class Caller(NamedTuple):
    """Who waits at the barrier; `forgotten`: also until servers have let go of what clients have closed."""

    done: threading.Event
    forgotten: bool


class Proxy:
    """Listens from the start; `address` is where drivers find it. End it with `stop`."""

    def __init__(self, server: Server, decoder: Callable[[], Decoder], sink: Sink) -> None:
        self._server, self._decoder, self._sink = server, decoder, sink
        self._faults = Faults()
        self._links: list[Link] = []
        self._opened = 0
        self._waiting: list[Caller] = []
        self._broken: Exception | None = None
        self._stopping = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address: tuple[str, int] = self._listener.getsockname()
        # A bell that rings over loopback, as drivers' bytes come: what they sent before it is there before it.
        self._bell = socket.create_connection(self.address)
        self._heard, _ = self._listener.accept()
        # Another one, which the thread does not hear: who has got through it, knows that all before that is there.
        self._probe = socket.create_connection(self.address)
        self._probed, _ = self._listener.accept()
        self._probing = threading.Lock()
        self._turn = 0  # odd while the thread is at work
        self._listener.setblocking(False)
        # The same lines twice, for the thread to wait for, and for others to ask about.
        self._lines = self._wanted, self._asked = select.poll(), select.poll()
        self._watched: dict[int, Side] = {}  # by descriptor
        self._mine = (self._listener.fileno(), self._heard.fileno())
        for lines in self._lines:
            for descriptor in self._mine:
                lines.register(descriptor, READ)
        self._thread = threading.Thread(target=self._run, name="ormatrix-proxy", daemon=True)
        self._thread.start()

    def barrier(self, timeout: float = 5.0, *, forgotten: bool = True) -> bool:
        """Wait until all that clients have sent has been seen, and, if they are to have `forgotten` it, until servers
        have let go of what clients have closed.

        False if that took too long. Raises what went wrong in the proxy itself, since what it has seen is no evidence.
        """
        in_time = self._thread.is_alive() and (self._is_idle(forgotten) or self._wait(forgotten, timeout))
        if self._broken:
            raise RuntimeError("the proxy failed") from self._broken
        return in_time

    def _is_idle(self, forgotten: bool) -> bool:
        """Whether nothing is left to do, so that nobody has to be woken, as is nearly always so.

        What the thread takes from a socket is not there to be received any more, so its turn must be the same before
        and after.
        """
        with self._probing:
            self._probe.send(b"?")
            self._probed.recv(CHUNK)
            turn = self._turn
            arrived = self._asked.poll(0)
        busy = turn % 2 or arrived or self._is_stalled() or (forgotten and self._is_closing())
        return not busy and turn == self._turn

    def _wait(self, forgotten: bool, timeout: float) -> bool:
        caller = Caller(threading.Event(), forgotten)
        self._waiting.append(caller)
        self._ring()
        return caller.done.wait(timeout)

    def cut(self, match: Callable[[str], bool], nth: int = 1, when: When = "before") -> Fault:
        """Cut the line of the connection that sends the n-th statement whose text matches."""
        return self._faults.add(Fault(match, nth, when))

    def delay(self, match: Callable[[str], bool], seconds: float, nth: int = 1, when: When = "before") -> Fault:
        """Hold up that statement, or its answer, and what follows it."""
        return self._faults.add(Fault(match, nth, when, seconds))

    def stop(self) -> None:
        """End every connection, and the proxy. To do it again does nothing."""
        self._stopping = True
        self._ring()
        self._thread.join(10)
        for mine in (self._bell, self._probe, self._probed):
            mine.close()

    def _ring(self) -> None:
        with suppress(OSError):  # the thread has ended
            self._bell.send(b"!")

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._round()
        except Exception as error:  # noqa: BLE001  # of another thread's run; barrier() says so there
            self._broken = error
        for side in self._sides():
            side.sock.close()
        self._listener.close()
        self._heard.close()
        for caller in self._waiting:
            caller.done.set()

    def _round(self) -> None:
        """What is passed on comes last: who waits for it needs the interpreter as soon as it is there."""
        waiting = self._answerable() if self._waiting else ()
        ready = self._wanted.poll(0 if waiting else self._patience() if self._faults.used else None)
        self._turn += 1
        sides = [self._watched[descriptor] for descriptor, _ in ready if descriptor in self._watched]
        if len(ready) > len(sides):
            self._listen([descriptor for descriptor, _ in ready])
        for caller in () if ready else waiting:
            self._waiting.remove(caller)
            caller.done.set()
        self._pass_on(sides)
        for link in [link for link in self._links if not link.settled]:
            self._attend(link)
        self._turn += 1

    def _answerable(self) -> list[Caller]:
        """Who waits at the barrier, and for nothing but that everything has been seen."""
        if self._is_stalled() and not self._broken:
            return []
        closing = not self._broken and self._is_closing()
        return [caller for caller in self._waiting if not (closing and caller.forgotten)]

    def _is_stalled(self) -> bool:
        return any(link.is_stalled for link in tuple(self._links))

    def _is_closing(self) -> bool:
        return any(link.is_closing for link in tuple(self._links))

    def _listen(self, called: list[int]) -> None:
        listener, heard = self._mine
        if heard in called:
            self._heard.recv(CHUNK)
        if listener in called:
            self._accept()

    def _patience(self) -> float | None:
        """So many milliseconds there is nothing to do, if nothing arrives."""
        held = [
            side.held_until
            for side in self._sides()
            if side.waiting and side.held_until and not side.watched & WRITE  # whose time may just have come
        ]
        return max(0.0, min(held) - time.monotonic()) * 1000 if held and min(held) < float("inf") else None

    def _pass_on(self, sides: list[Side]) -> None:
        """Of what has arrived at once, ends come first: a client that closes does not wait for anything, so whatever
        it does on another connection afterwards can arrive before the end has been seen.
        """
        arrived = [(side, side.receive()) for side in sides if side.watched & READ]
        if len(arrived) > 1:
            arrived.sort(key=lambda pair: not (pair[1] == b"" or pair[0].is_at_end()))
        for side, data in arrived:
            if data:
                self._take(side, data)
            if data == b"" or (len(arrived) > 1 and side.is_at_end()):
                side.link.end(side)

    def _take(self, side: Side, data: bytes) -> None:
        try:
            side.link.take(side, data, self._faults)
        except Exception as error:  # noqa: BLE001  # barrier() raises it: what was not written down is no evidence
            self._broken = error
            side.link.cut()

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return  # it has given up already
        try:
            server = _connect(self._server)
        except OSError:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()
            return
        self._opened += 1
        link = Link(self._opened, client, server, self._decoder(), self._sink)
        self._links.append(link)
        self._sink.opened(link.number)
        self._attend(link)

    def _attend(self, link: Link) -> None:
        """Write what can be written, close what is done, and watch for what comes next."""
        link.settle()
        for side in (link.client, link.server):
            self._watch(side)
            if side.is_done:
                side.sock.close()
        if link.client.is_done and link.server.is_done and link in self._links:
            self._links.remove(link)

    def _watch(self, side: Side) -> None:
        reading = not side.ended and len(side.other.waiting) < FULL
        wanted = READ * reading | WRITE * (bool(side.waiting) and not side.is_held())
        if wanted == side.watched:
            return
        side.watched, descriptor = wanted, side.sock.fileno()
        if wanted:
            self._watched[descriptor] = side
        else:
            del self._watched[descriptor]
        for lines in self._lines:
            if wanted:
                lines.register(descriptor, wanted)
            else:
                lines.unregister(descriptor)

    def _sides(self) -> list[Side]:
        return [side for link in self._links for side in (link.client, link.server)]


def _connect(server: Server) -> socket.socket:
    if not isinstance(server, str):
        return socket.create_connection(server, CONNECTING)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(CONNECTING)
        connection.connect(server)
    except OSError:
        connection.close()
        raise
    return connection
