"""One connection through the proxy: two sockets, a decoder between them, and what waits to be written."""

import socket
import struct
import time
from contextlib import suppress
from typing import Literal, Protocol

from shared_scenarios.evidence.wire.faults import Fault, Faults
from shared_scenarios.evidence.wire.protocol import Began, Decoder, Ended, Happening, Left, StateTold

FULL = 1 << 18  # bytes waiting to be written to one side, from which on the other is not read
CHUNK = 1 << 16
RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time: closing sends RST in place of FIN
By = Literal["client", "server", "cut"]


class Sink(Protocol):
    """Who writes down what happens, always before it is passed on. All calls come from the proxy's thread."""

    def opened(self, link: int) -> None:
        """Somebody has connected; who it is, a `Greeted` or a `CancelAsked` tells."""

    def happening(self, link: int, what: Happening) -> None:
        """What a decoder has read."""

    def faulted(self, link: int, number: int, what: str) -> None:
        """Something was done to the line at statement `number`."""

    def closed(self, link: int, by: By) -> None:
        """The client has said goodbye, or one end has closed its side, and the other will be told. Comes once."""


class Side:
    """One socket. `ended`: nothing more is read from it; `shut`: nothing more is written to it."""

    other: "Side"  # the side across

    def __init__(self, link: "Link", sock: socket.socket) -> None:
        self.link, self.sock = link, sock
        self.waiting = bytearray()
        self.ended = self.shut = False
        self.held_until = 0.0
        self.watched = 0
        sock.setblocking(False)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self) -> bytes | None:
        """What has arrived; empty at the end, however the other end has ended it, and None if nothing has."""
        try:
            return self.sock.recv(CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def is_at_end(self) -> bool:
        """Whether there is nothing behind what was received last, and never will be."""
        try:
            return not self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def is_held(self) -> bool:
        """Whether what waits has to wait longer."""
        return self.held_until > 0 and time.monotonic() < self.held_until

    @property
    def is_done(self) -> bool:
        """Whether the socket is of no use any more."""
        return self.ended and self.shut

    def flush(self) -> None:
        """Write what the socket takes now; what nobody will read is dropped."""
        if self.shut:
            self.waiting.clear()
        if not self.waiting or (self.held_until and self.is_held()):
            return
        try:
            sent = self.sock.send(self.waiting)
            del self.waiting[:sent]
        except BlockingIOError:
            return
        except OSError:
            self.waiting.clear()

    def shut_down(self) -> None:
        """Say that nothing more will come."""
        self.shut = True
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)


class Link:
    """Passes on what each side sends, once the sink has written down what it means."""

    def __init__(self, number: int, client: socket.socket, server: socket.socket, decoder: Decoder, sink: Sink) -> None:
        self.number, self.decoder, self.sink = number, decoder, sink
        self.client, self.server = Side(self, client), Side(self, server)
        self.client.other, self.server.other = self.server, self.client
        self.settled = False  # whether there is nothing to do before something arrives
        self._expected: dict[int, Fault] = {}
        self._due: tuple[int, Fault] | None = None
        self._closed = False

    @property
    def is_closing(self) -> bool:
        """The client is gone, and the server has not yet let go of the connection."""
        return self._closed and not self.server.ended

    @property
    def is_stalled(self) -> bool:
        """Whether nothing is read from the client, because the server takes nothing."""
        return not self.client.ended and len(self.server.waiting) >= FULL

    def take(self, side: Side, data: bytes, faults: Faults) -> None:
        """Record and pass on what has arrived; to a server that has gone nothing is sent, so nothing is recorded."""
        client = side is self.client
        if client and (self.server.ended or side.shut):
            return
        for step in self.decoder.client(data) if client else self.decoder.server(data):
            if step.happening is not None:
                self._told(step.happening, faults)
                if client and side.shut:
                    break
            (side if step.to == "sender" else side.other).waiting += step.data
        for each in (side.other, side):
            if each.waiting:
                each.flush()
                if each.waiting:
                    self.settled = False

    def _told(self, what: Happening, faults: Faults) -> None:
        if isinstance(what, Left):
            self._close("client")
            return
        self.sink.happening(self.number, what)
        if faults.used:
            self._consider(what, faults)

    def end(self, side: Side) -> None:
        """Nothing more comes from this side."""
        for what in self.decoder.gone() if side is self.client and not side.ended else ():
            self.sink.happening(self.number, what)
        side.ended, self.settled = True, False
        self._close("client" if side is self.client else "server")

    def settle(self) -> None:
        """Write what can be written, and tell each side of the other's end when all that came before has been."""
        for side in (self.client, self.server):
            side.flush()
            if side.other.ended and not side.waiting and not side.shut:
                side.shut_down()
        self.settled = not (self.client.waiting or self.server.waiting)

    def _close(self, by: By) -> None:
        if not self._closed:
            self._closed = True
            self.sink.closed(self.number, by)

    def _consider(self, what: Happening, faults: Faults) -> None:
        """Do what is to be done to the line here. A delay holds back what is written from here on."""
        if isinstance(what, Began) and (fault := faults.met(what.text)):
            if fault.when == "before":
                self._do(fault, what.number, self.server)
            else:
                self._expected[what.number] = fault
        elif isinstance(what, Ended) and (fault := self._expected.pop(what.number, None)):
            self._due = (what.number, fault)
            self.client.flush()
            self.client.held_until = float("inf")
        # What commits at the end of its group is executed only when the server has told the state.
        if self._due and (isinstance(what, StateTold) or (isinstance(what, Ended) and what.exact)):
            number, fault = self._due
            self._due = None
            self._do(fault, number, self.client)

    def _do(self, fault: Fault, number: int, side: Side) -> None:
        self.sink.faulted(self.number, number, fault.what)
        if fault.seconds is None:
            self.cut()
        else:
            side.flush()
            side.held_until = time.monotonic() + fault.seconds

    def cut(self) -> None:
        """The line is dead. The driver gets a reset, as from a peer or a router that knows of no such connection: it
        cannot be taken for a server that says goodbye. The server is sent all that came before and then an end, for a
        reset could take away from it what it has not read yet, and what is stored would be left to chance.
        """
        self.client.waiting.clear()
        self.client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.client.ended = self.client.shut = True
        self.settled = False
        self._close("cut")
