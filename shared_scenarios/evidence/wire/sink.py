"""Writes on the timeline what happens on the connections of a proxy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.text import normalise, verb
from shared_scenarios.evidence.wire.link import By
from shared_scenarios.evidence.wire.protocol import (
    Began,
    CancelAsked,
    Ended,
    Greeted,
    Happening,
    StateTold,
    Unseen,
)
from shared_scenarios.evidence.wire.waiting import Waiting
from shared_scenarios.timeline import Action, Connection, Failure, Intervention, Line, State, Statement

ACTIONS: dict[By, Action] = {"client": "closed", "server": "ended by the server", "cut": "cut"}


@dataclass
class Seen:
    """A connection, and its statements under the decoder's numbers; it has a name once it has been greeted."""

    link: int
    play: int
    name: str = ""
    backend: int | None = None
    state: State = "none"
    error: Failure | None = None
    statements: dict[int, Statement] = field(default_factory=dict)
    running: dict[int, Statement] = field(default_factory=dict)
    unsure: dict[int, Statement] = field(default_factory=dict)
    begun: tuple[int, Statement] | None = None
    closed: bool = False


class RecordingSink:
    """Gives every event its place in the recorder's sequence, and to what was sent the lines that wait for it.

    A connection's number at the server differs from run to run, so it stands here and not on the timeline.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._waiting = Waiting(recorder.frames)
        self._links: dict[int, Seen] = {}
        self.served: set[int] = set()  # the server's numbers of all connections that were ever let in
        self._writers: dict[type, Callable[[Seen, Any], None]] = {
            Greeted: self._greeted,
            Began: self._began,
            Ended: self._ended,
            StateTold: self._state_told,
            CancelAsked: self._cancel_asked,
            Unseen: self._unseen,
        }

    def backends(self) -> dict[str, int]:
        """The numbers that the server gave to the connections of this cell that are open now."""
        return {seen.name: seen.backend for seen in self._open() if seen.backend is not None}

    def connected(self) -> bool:
        """Whether any connection is open, of this cell or of an earlier one."""
        return any(seen.backend is not None and not seen.closed for seen in tuple(self._links.values()))

    def owes_answers(self) -> bool:
        """Whether the server may still be at what somebody asked who did not wait for the answer."""
        return any(seen.running for seen in tuple(self._links.values()))

    def left_open(self) -> None:
        """Note every connection of this cell that is still open; to be called when the answer has returned."""
        for seen in sorted(self._open(), key=lambda one: (len(one.name), one.name)):
            self._note(seen, "left open")

    def opened(self, link: int) -> None:
        """It has no name yet: it may be there to cancel what another one does."""
        self._links = {n: seen for n, seen in self._links.items() if not seen.closed or self._is_current(seen)}
        self._links[link] = Seen(link, self._recorder.play)

    def happening(self, link: int, what: Happening) -> None:
        """Write it down, if it belongs to the cell that is played.

        What the server does for a client that has gone is written down too: a COMMIT may be among it.
        """
        seen = self._links.get(link)
        if seen is None:
            return
        if isinstance(what, Greeted) and what.backend is not None:
            self.served.add(what.backend)
        if self._is_current(seen):
            self._writers[type(what)](seen, what)
        elif isinstance(what, Greeted):
            seen.backend = what.backend

    def faulted(self, link: int, number: int, what: str) -> None:
        """The line was cut or held up at a statement."""
        seen = self._links[link]
        statement = seen.statements.get(number)
        if statement and self._is_current(seen):
            statement.fault = what
            where = "it reached the server" if what.endswith("before") else "the server had executed it"
            text = f"the line was {what} {where}: {statement.verb} on {seen.name}"
            self._recorder.events.append(Intervention(self._recorder.next(), text))

    def closed(self, link: int, by: By) -> None:
        """In which state it was, tells what becomes of its transaction."""
        seen = self._links[link]
        seen.closed = True
        self._waiting.forget(link)
        if seen.name and self._is_current(seen):
            self._note(seen, ACTIONS[by], before=seen.state, error=seen.error)

    def _is_current(self, seen: Seen) -> bool:
        return seen.play == self._recorder.play

    def _open(self) -> list[Seen]:
        return [one for one in tuple(self._links.values()) if one.name and not one.closed and self._is_current(one)]

    def _lines(self, seen: Seen) -> tuple[list[Line], bool]:
        return self._waiting.find(seen.link)

    def _note(self, seen: Seen, action: Action, **more: Any) -> None:
        self._recorder.events.append(Connection(self._recorder.next(), seen.name, action, **more))

    def _greeted(self, seen: Seen, what: Greeted) -> None:
        seen.backend = what.backend
        if seen.closed:
            return
        seen.name = self._recorder.name_connection()
        self._note(seen, "opened", lines=self._lines(seen)[0])

    def _cancel_asked(self, seen: Seen, what: CancelAsked) -> None:
        targets = [one for one in self._links.values() if one.name and not one.closed and one.backend == what.backend]
        for target in targets:
            self._note(target, "asked to cancel", before=target.state, lines=self._lines(seen)[0])

    def _unseen(self, _seen: Seen, what: Unseen) -> None:
        self._recorder.unread.append(what.why)

    def _began(self, seen: Seen, what: Began) -> None:
        recorder = self._recorder
        recorder.about_to_send(what.text)
        lines, upkeep = self._lines(seen)
        text = normalise(what.text.strip())
        statement = Statement(
            recorder.next(), seen.name, "FETCH" if what.resumes else verb(text), text, seen.state,
            values=list(what.values), lines=lines, role="housekeeping" if upkeep else "work",
        )  # fmt: skip
        recorder.events.append(statement)
        seen.statements[what.number] = statement
        seen.running[what.number] = statement
        self._waiting.waits(seen.link, len(seen.running))
        self._group(seen, what.group, statement)

    def _group(self, seen: Seen, group: int, statement: Statement) -> None:
        """A group of one is none."""
        if seen.begun and seen.begun[0] == group:
            seen.begun[1].group = statement.group = group
        seen.begun = (group, statement)

    def _ended(self, seen: Seen, what: Ended) -> None:
        statement = seen.statements.get(what.number)
        if statement is None:
            self._failed(seen, what.error)
            return
        statement.end = self._recorder.next()
        statement.returned, statement.affected, statement.error = what.returned, what.affected, _named(what.error)
        statement.tag = _telling(what.tag, statement.verb)
        statement.after, statement.exact = what.state, what.exact
        seen.running.pop(what.number, None)
        if not seen.closed:
            self._waiting.waits(seen.link, len(seen.running))
        if what.state is not None:
            self._now(seen, what.state)
        if not what.exact:
            seen.unsure[what.number] = statement

    def _failed(self, seen: Seen, error: Failure | None) -> None:
        """An error that answers no statement: a refused connection, or one that the server will end."""
        seen.error = error
        if not seen.name:
            name = self._recorder.name_connection()
            lines = self._lines(seen)[0]
            self._recorder.events.append(Connection(self._recorder.next(), name, "refused", lines=lines, error=error))

    def _state_told(self, seen: Seen, what: StateTold) -> None:
        """It is the state after the last statement; of those before it in a group there is only a guess."""
        told = list(seen.unsure.values())
        for statement in told:
            statement.after = statement.after or what.state
        for statement in told[-1:]:
            statement.after, statement.exact = what.state, True
        seen.unsure.clear()
        self._now(seen, what.state)

    def _now(self, seen: Seen, state: State) -> None:
        """The state before what comes next, also where that was sent before it was known."""
        seen.state = state
        first = next(iter(seen.running.values()), None)
        if first is not None:
            first.before = state


def _telling(tag: str | None, sent: str) -> str | None:
    """The server's word for what it did, where that is not the statement's own: COMMIT can be answered `ROLLBACK`."""
    words = [word for word in tag.split() if not word.isdigit()] if tag else []
    return None if not words or words[:1] == sent.split()[:1] else " ".join(words)


def _named(error: Failure | None) -> Failure | None:
    """A server repeats names in its errors, volatile ones too."""
    return error and msgspec.structs.replace(error, text=normalise(error.text))
