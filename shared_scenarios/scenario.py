"""The contract: what a scenario asks, what an implementation gives, and the stage an answer plays on.

A scenario is written once and calls no ORM. An answer is written once per implementation, in the idiom of that
ORM, and marks the places where the witnesses look. Implementations import only this module and the catalogue.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal, Protocol

import msgspec

from shared_scenarios.timeline import Look as Look
from shared_scenarios.timeline import Scalar as Scalar
from shared_scenarios.timeline import Timeline

Row = tuple[str, Mapping[str, Scalar]]
Facts = Mapping[str, Scalar | dict[str, int] | list[str]]
Setting = Scalar | dict[str, Scalar]


class Mishap(Exception):
    """What goes wrong in an answer that has to fail: raised by the answer, no ORM's fault."""


class AnswerError(BaseException):
    """The answer broke the contract. Not an `Exception`, so that no `except` of an answer or an ORM hides it."""


class Reading(msgspec.Struct, frozen=True):
    """What the evidence says: the named outcome, and the facts it stands on."""

    outcome: str
    facts: Facts


@dataclass(frozen=True)
class Promise:
    """What must hold whatever the ORM; where it does not, the cell is a fault."""

    text: str
    holds: Callable[[Timeline], bool]


@dataclass(frozen=True)
class SecondWriter:
    """Another process writes `statements` past the ORM, when a checkpoint is reached.

    Each is committed by itself, unless they say BEGIN: the connection is the same from turn to turn. Where what it is
    after is `refusable`, an error of the database is evidence; anywhere else the scenario has gone wrong.
    """

    statements: tuple[str, ...]
    refusable: bool = False


@dataclass(frozen=True)
class JustBefore:
    """From this checkpoint on: `action` happens just before the n-th statement of this verb on this table is sent."""

    verb: str
    table: str
    action: SecondWriter
    nth: int = 1


@dataclass(frozen=True)
class WhenWaiting:
    """From this checkpoint on: `action` happens when a statement of the answer waits for what another has locked."""

    action: SecondWriter


REFUSABLE = "a commit that can be refused"  # a capability


@dataclass(frozen=True)
class RefuseCommit:
    """The database refuses to commit from this checkpoint until the next one; it must be one that is REFUSABLE."""


@dataclass(frozen=True)
class CutLine:
    """From this checkpoint on: the line is cut at the next statement of this verb, on whichever connection it is sent.

    `when` is before the statement reaches the server, or after the server has executed it and before it has answered.
    """

    verb: str
    when: Literal["before", "after"]


@dataclass(frozen=True)
class EndConnections:
    """The server ends every connection of the answer at this checkpoint, as a restart or an administrator does."""


@dataclass(frozen=True)
class FillDisk:
    """The disk is full from this checkpoint until the next one: what the database has not got yet, it does not get."""


Meanwhile = SecondWriter | JustBefore | WhenWaiting | RefuseCommit | CutLine | EndConnections | FillDisk
Turns = Mapping[str, Meanwhile | tuple[Meanwhile, ...]]


@dataclass(frozen=True)
class Variant:
    """A twist of a scenario with a cell of its own; what is None is as in the scenario.

    Where others of its scenario break a promise, it may show what `avoids` that: it promises the same, and keeps it.
    """

    name: str
    what: str
    checkpoints: tuple[str, ...] | None = None
    promises: tuple[Promise, ...] | None = None
    meanwhile: Turns | None = None
    needs: frozenset[str] | None = None
    avoids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """One question about behaviour. `read` is pure: the same timeline gives the same reading, always.

    `needs` are capabilities of a database, `asked_of` those of an implementation; who is without has no answer to give.
    """

    name: str
    title: str
    question: str
    why: str
    theme: str
    checkpoints: tuple[str, ...]
    read: Callable[[Timeline], Reading]
    seed: tuple[Row, ...] = ()
    needs: frozenset[str] = frozenset()
    asked_of: frozenset[str] = frozenset()
    promises: tuple[Promise, ...] = ()
    meanwhile: Turns = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()

    def concerns(self, implementation: "Implementation") -> bool:
        """Whether the implementation is asked at all: it has every capability that the question is about."""
        return self.asked_of <= implementation.capabilities

    def cases(self) -> "list[Case]":
        """One case per variant, or a single one."""
        if not self.variants:
            return [Case(self, "", "")]
        return [self._case(variant) for variant in self.variants]

    def _case(self, variant: Variant) -> "Case":
        given = {
            name: getattr(variant, name)
            for name in ("checkpoints", "promises", "meanwhile", "needs")
            if getattr(variant, name) is not None
        }
        return Case(replace(self, **given), variant.name, variant.what)


@dataclass(frozen=True)
class Case:
    """A scenario in one of its variants: one row of the matrix, one answer per implementation."""

    scenario: Scenario
    variant: str
    what: str

    @property
    def name(self) -> str:
        """`scenario` or `scenario/variant`."""
        return f"{self.scenario.name}/{self.variant}" if self.variant else self.scenario.name

    @property
    def avoided_by(self) -> tuple[str, ...]:
        """The variants that show what avoids the broken promises of this one."""
        return tuple(one.name for one in self.scenario.variants if self.variant in one.avoids)

    @property
    def function(self) -> str:
        """The name of the function that answers it."""
        return self.name.replace("-", "_").replace("/", "_")


def scenario(
    *,
    question: str,
    why: str,
    checkpoints: tuple[str, ...],
    seed: Iterable[Row] = (),
    needs: Iterable[str] = (),
    asked_of: Iterable[str] = (),
    promises: Iterable[Promise] = (),
    meanwhile: Turns | None = None,
    variants: Iterable[Variant] = (),
) -> Callable[[Callable[[Timeline], Reading]], Scenario]:
    """Make the decorated reading a scenario: its name is the slug, its docstring the title, its module the theme."""

    def make(read: Callable[[Timeline], Reading]) -> Scenario:
        return Scenario(
            name=read.__name__.replace("_", "-"),
            title=(read.__doc__ or "").strip().splitlines()[0],
            question=question,
            why=why,
            theme=read.__module__.rpartition(".")[2],
            checkpoints=checkpoints,
            read=read,
            seed=tuple(seed),
            needs=frozenset(needs),
            asked_of=frozenset(asked_of),
            promises=tuple(promises),
            meanwhile=meanwhile or {},
            variants=tuple(variants),
        )

    return make


@dataclass(frozen=True)
class NotApplicable:
    """Stands in the place of an answer that an implementation cannot give, and says why.

    `but` are the configurations in which it can, by their names, each with its answer.
    """

    reason: str
    docs: str
    but: Mapping[str, Callable[..., object]] = field(default_factory=dict)


class Stage(Protocol):
    """What an answer is given to mark its checkpoints."""

    def checkpoint(self, name: str, /, **subjects: object) -> None:
        """Stop here; the witnesses look at `subjects`, at the wire and at the committed rows."""

    def attempt(self, name: str, /, **subjects: object) -> AbstractContextManager[None, bool]:
        """A step that may raise: an `Exception` ends the block and is recorded at the checkpoint `name`."""

    def during(self, verb: str, act: Callable[[], object], /) -> None:
        """Act half way through the next statement of this verb, in the thread that executes it."""


class Target(Protocol):
    """The database that an implementation opens. `url` is where; `kind` is what, e.g. `sqlite`."""

    @property
    def kind(self) -> str:
        """`sqlite`, `postgresql` or `mariadb`."""

    @property
    def url(self) -> str:
        """The address for the ORM: for SQLite the path of the file."""


class Backend(Protocol):
    """An implementation that is open on a target. Asynchronous ones return awaitables from the two methods."""

    @property
    def database(self) -> Any:
        """What answers get as their first argument; its type is the implementation's own affair."""

    def create_schema(self) -> Any:
        """Make the tables `kols` and `tweets` by the ORM's own means."""

    def release(self) -> Any:
        """Give back every connection, so that the next scenario begins with none."""

    def look(self, subject: object) -> Look | None:
        """The state of an object, read where the ORM keeps it; None for what is not the ORM's. Sends no SQL."""


@dataclass(frozen=True)
class Housekeeping:
    """A place in an ORM or driver whose statements are its own upkeep: a path's end, a function, and why."""

    file: str
    function: str
    why: str


@dataclass(frozen=True)
class Implementation:
    """An ORM in one mode and configuration. Light: `open` and `answers` are imported only where it plays.

    A configuration is called `BASE:CONFIGURATION`. Where it names `cases` (names or patterns), those alone are played
    for it, and it stands in the cells of its base; `databases` are the kinds that it is about. None mean all.

    `open` is `module:function`, taking the target and `configuration` as keyword arguments and returning a
    `Backend`. `answers` is the package with one module per theme. `requires` are requirement specifiers, the ORM's
    first, `Python>=...` being one of them; `drivers` those that it needs besides on a kind of database. `docs` is what
    the addresses in its answers begin with. `capabilities` are what not every implementation can, e.g. `asyncio`.
    `fixtures` are what its cells need under pytest.
    """

    name: str
    package: str
    open: str
    answers: str
    requires: tuple[str, ...]
    docs: str
    configuration: Mapping[str, Setting] = field(default_factory=dict)
    drivers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    housekeeping: tuple[Housekeeping, ...] = ()
    capabilities: frozenset[str] = frozenset()
    fixtures: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The implementation whose configuration this is, or it itself."""
        return self.name.partition(":")[0]

    def works_on(self, database: str) -> bool:
        """Whether it is about this kind of database."""
        return not self.databases or database in self.databases

    def plays(self, case: str, database: str = "") -> bool:
        """Whether there is such a cell at all: on this kind of database, or on any."""
        named = not self.cases or any(fnmatchcase(case, pattern) for pattern in self.cases)
        return named and (not database or self.works_on(database))
