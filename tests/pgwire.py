"""PostgreSQL's messages made by hand, and conversations read by a decoder.

Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import gc
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Literal, NamedTuple

from shared_scenarios.evidence.wire.postgresql import PostgresDecoder
from shared_scenarios.evidence.wire.protocol import Began, Decoder, Ended, Happening, Step
from shared_scenarios.timeline import Failure

Who = Literal["client", "server"]


class Said(NamedTuple):
    """Bytes of one side."""

    who: Who
    data: bytes


def message(kind: str, body: bytes = b"") -> bytes:
    return kind.encode() + struct.pack("!I", len(body) + 4) + body


def unkinded(code: int, rest: bytes = b"") -> bytes:
    return struct.pack("!II", len(rest) + 8, code) + rest


SSL, GSSENC = unkinded(80877103), unkinded(80877104)
CANCEL = unkinded(80877102, struct.pack("!II", 4711, 0xDEADBEEF))
STARTUP = unkinded(196608, b"user\0ada\0database\0test\0\0")
SYNC, FLUSH, COPY_DONE, TERMINATE = message("S"), message("H"), message("c"), message("X")
PARSED, BOUND, CLOSED, NO_DATA = message("1"), message("2"), message("3"), message("n")
EMPTY, SUSPENDED, COPY_IN, COPY_OUT = message("I"), message("s"), message("G", b"\0\0\0"), message("H", b"\0\0\0")
ROW, DESCRIPTION = message("D", b"\0\1\0\0\0\1x"), message("T", b"\0\1x\0" + b"\0" * 18)


def query(text: str) -> bytes:
    return message("Q", text.encode() + b"\0")


def parse(text: str, name: str = "", types: Sequence[int] = ()) -> bytes:
    return message("P", f"{name}\0{text}\0".encode() + struct.pack(f"!h{len(types)}I", len(types), *types))


def bind(
    values: Sequence[bytes | None] = (), formats: Sequence[int] = (), statement: str = "", portal: str = ""
) -> bytes:
    body = f"{portal}\0{statement}\0".encode() + struct.pack(f"!h{len(formats)}h", len(formats), *formats)
    body += struct.pack("!h", len(values))
    for value in values:
        body += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
    return message("B", body + b"\0\0")


def execute(portal: str = "", rows: int = 0) -> bytes:
    return message("E", portal.encode() + b"\0" + struct.pack("!I", rows))


def describe(what: str = "P", name: str = "") -> bytes:
    return message("D", what.encode() + name.encode() + b"\0")


def close(what: str, name: str) -> bytes:
    return message("C", what.encode() + name.encode() + b"\0")


def sent(text: str, *values: bytes | None) -> bytes:
    """One statement of the extended protocol, without its Sync."""
    return parse(text) + bind(values) + describe() + execute()


def done(tag: str) -> bytes:
    return message("C", tag.encode() + b"\0")


def did(tag: str) -> bytes:
    """The answers to `sent`, where there are no rows."""
    return PARSED + BOUND + NO_DATA + done(tag)


def ready(state: str = "I") -> bytes:
    return message("Z", state.encode())


def error(code: str = "23505", text: str = "no", place: int = 0, severity: str = "ERROR") -> bytes:
    fields = [f"S{severity}", f"V{severity}", f"C{code}", f"M{text}", *([f"P{place}"] if place else [])]
    return message("E", "".join(f"{field}\0" for field in fields).encode() + b"\0")


def types(*kinds: int) -> bytes:
    return message("t", struct.pack(f"!h{len(kinds)}I", len(kinds), *kinds))


def parameter(name: str, value: str) -> bytes:
    return message("S", f"{name}\0{value}\0".encode())


WELCOME = (
    message("R", struct.pack("!I", 0))
    + parameter("server_version", "15.4")
    + message("K", struct.pack("!II", 4711, 0xDEADBEEF))
    + ready()
)
HELLO = (Said("client", STARTUP), Said("server", WELCOME))


def talk(*said: bytes | Said, hello: bool = True) -> list[Said]:
    """A conversation after its handshake; bytes that are not said by anybody are the client's, then the server's."""
    turns: list[Said] = list(HELLO) if hello else []
    for number, one in enumerate(said):
        turns.append(one if isinstance(one, Said) else Said("server" if number % 2 else "client", one))
    return turns


class Heard(NamedTuple):
    """What a decoder made of a conversation: what happened, and the bytes that reached each side."""

    happenings: list[Happening]
    to_client: bytes
    to_server: bytes


def hear(
    said: Iterable[Said],
    pieces: Callable[[bytes], Iterable[bytes]] = lambda data: [data],
    decoder: Decoder | None = None,
) -> Heard:
    """Let a decoder read a conversation, cut into pieces."""
    reader = decoder or PostgresDecoder()
    happenings: list[Happening] = []
    passed = {"client": bytearray(), "server": bytearray()}
    for who, data in said:
        for piece in pieces(data):
            for step in reader.client(piece) if who == "client" else reader.server(piece):
                happenings += [step.happening] if step.happening else []
                passed[_receiver(who, step)] += step.data
    return Heard(happenings, bytes(passed["client"]), bytes(passed["server"]))


def _receiver(who: Who, step: Step) -> Who:
    other: Who = "server" if who == "client" else "client"
    return who if step.to == "sender" else other


def happenings(*said: bytes | Said) -> list[Happening]:
    """What happens in a conversation after its handshake."""
    return hear(talk(*said)).happenings[1:]


REFUSED = Failure("", "no", "23505")


def ended(number: int, tag: str | None = None, **more: object) -> Ended:
    return Ended(number, tag, **{"state": "none", "exact": False, **more})  # type: ignore[arg-type]  # its fields


def outcomes(seen: list[Happening]) -> list[tuple[str, str | None, str | None]]:
    """Each statement with its tag and what its error says."""
    ends = {one.number: one for one in seen if isinstance(one, Ended)}
    begun = [one for one in seen if isinstance(one, Began)]
    return [(one.text, ends[one.number].tag, (ends[one.number].error or NO_ERROR).text) for one in begun]


NO_ERROR = Failure("", "")


def chunks(data: bytes) -> Iterator[bytes]:
    return (data[start : start + 65536] for start in range(0, len(data), 65536))


def everything_in(thing: object) -> str:
    """The texts and numbers that can be reached from an object, but for what belongs to modules and classes."""
    found: dict[int, object] = {}
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) not in found and not isinstance(one, ModuleType | type):
            found[id(one)] = one
            waiting += one.__closure__ or () if isinstance(one, FunctionType) else gc.get_referents(one)
    return " ".join(repr(one) for one in found.values() if isinstance(one, str | bytes | bytearray | int))
