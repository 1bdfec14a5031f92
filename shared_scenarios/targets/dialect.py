"""What differs between servers: what the harness asks of each in its own words."""

from collections.abc import Sequence
from typing import Any, Protocol

from shared_scenarios.evidence.wire.protocol import Decoder
from shared_scenarios.targets.own_databases import Server
from shared_scenarios.timeline import State


class Dialect(Server, Protocol):
    """One kind of server. `impatience` is a statement after which a lock is not waited for long."""

    kind: str
    capabilities: frozenset[str]
    refuses_by: str
    grant: str  # how somebody is let make databases
    impatience: str

    def decoder(self) -> Decoder:
        """A decoder for one connection."""

    def backend(self, connection: Any) -> int:
        """The number that the server has given to a connection of the plain driver."""

    def backends(self) -> str:
        """A statement that reads the numbers of all clients' connections to this database."""

    def state(self, connection: Any) -> State:
        """The state of the transaction, as the server told it last."""

    def waiting(self, connection: Any) -> set[int]:
        """The numbers of all connections of which a statement waits for a lock now."""

    def end(self, backend: int) -> str:
        """A statement that ends the connection with this number."""

    def others(self) -> str:
        """A statement that ends every other connection to this database."""

    def emptied(self) -> Sequence[str]:
        """Statements that empty both tables."""

    def counted(self) -> Sequence[str]:
        """Statements that let both tables' keys go on after the largest that is there."""

    def prepared(self) -> Sequence[str]:
        """Statements that are sent once, when the tables are there: what others need, and what spares the server from
        planning them anew for each scenario.
        """

    def refusable(self, refusable: bool) -> Sequence[str]:
        """Statements that let commits be refused from now on, or no more, sent while nobody else is connected."""

    def refuse(self, refuse: bool) -> str:
        """A statement that makes the database refuse to commit, or stop that."""
