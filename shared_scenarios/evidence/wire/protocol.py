"""What a decoder tells the proxy. Decoders do no input or output: bytes in, steps out, one decoder per connection."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from shared_scenarios.timeline import Failure, Scalar, State

NO_TLS = (
    "the driver demands TLS, and ormatrix, which reads what is sent to the database, offers none: "
    "let it connect without TLS, for its line ends on this machine"
)


class Greeted(msgspec.Struct, frozen=True):
    """The handshake is over: who the server says this connection is. Never holds a secret."""

    backend: int | None
    server_version: str


class Began(msgspec.Struct, frozen=True):
    """A statement is about to reach the server. `number` counts the connection's statements, from 1.

    `group` is shared by statements that stand or fall together (a pipeline up to its Sync, a multi-statement query).
    `resumes` is the number of the statement of which more rows are fetched, without its text being sent again.
    """

    number: int
    text: str
    values: tuple[Scalar, ...] = ()
    group: int = 0
    resumes: int = 0


class Ended(msgspec.Struct, frozen=True):
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


class StateTold(msgspec.Struct, frozen=True):
    """The server has told the transaction's state now, and thereby that of every statement that ended inexactly."""

    state: State


class CancelAsked(msgspec.Struct, frozen=True):
    """A cancel request for another connection's statement."""

    backend: int | None


class Left(msgspec.Struct, frozen=True):
    """The driver has said goodbye. Both sides close now, and which of them is the first is left to chance."""


class Unseen(msgspec.Struct, frozen=True):
    """From here on the connection cannot be read: it goes on, but it is no evidence."""

    why: str


Happening = Greeted | Began | Ended | StateTold | CancelAsked | Left | Unseen


class Step(msgspec.Struct, frozen=True):
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

    def gone(self) -> Sequence[Happening]:
        """The driver has closed the connection: what could not be told before that."""
