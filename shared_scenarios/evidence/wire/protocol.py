"""What a decoder tells the proxy. Decoders do no input or output: bytes in, steps out, one decoder per connection."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from shared_scenarios.timeline import Failure, Scalar, State


@dataclass(frozen=True)
class Greeted:
    """The handshake is over: who the server says this connection is. Never holds a secret."""

    backend: int | None
    server_version: str


@dataclass(frozen=True)
class Began:
    """A statement is about to reach the server. `number` counts the connection's statements, from 1.

    `group` is shared by statements that stand or fall together (a pipeline up to its Sync, a multi-statement query).
    `resumes` is the number of the statement of which more rows are fetched, without its text being sent again.
    """

    number: int
    text: str
    values: tuple[Scalar, ...] = ()
    group: int = 0
    resumes: int = 0


@dataclass(frozen=True)
class Ended:
    """The server has answered statement `number`; None stands for what its answer does not say.

    `exact` is False where `state` is not told by this answer but by a later one, or by none: then it is a guess.
    An error that answers no statement has number 0: a refused handshake, a server that ends the connection. A second
    end of the same statement corrects the first: it had succeeded, but the commit at the end of its group failed.
    """

    number: int
    tag: str | None = None
    returned: int | None = None
    affected: int | None = None
    error: Failure | None = None
    state: State | None = None
    exact: bool = True


@dataclass(frozen=True)
class StateTold:
    """The server has told the transaction's state now, and thereby that of every statement that ended inexactly."""

    state: State


@dataclass(frozen=True)
class CancelAsked:
    """A cancel request for another connection's statement."""

    backend: int | None


@dataclass(frozen=True)
class Unseen:
    """From here on the connection cannot be read: it goes on, but it is no evidence."""

    why: str


Happening = Greeted | Began | Ended | StateTold | CancelAsked | Unseen


@dataclass(frozen=True)
class Step:
    """First `happening`, if any, is recorded; then `data` is passed on, or sent back to where it came from."""

    data: bytes
    happening: Happening | None = None
    to: Literal["other side", "sender"] = "other side"


class Decoder(Protocol):
    """Reads both directions of one connection. It keeps at most one incomplete frame, within a bound, per direction."""

    def client(self, data: bytes) -> Iterator[Step]:
        """What the driver has sent, in pieces of any size."""

    def server(self, data: bytes) -> Iterator[Step]:
        """What the server has sent, in pieces of any size."""
