"""Plays one cell: the answer on its stage, then the reading of what the witnesses wrote down."""

import gc
import os
from collections.abc import Callable
from functools import partial
from traceback import walk_tb
from types import FunctionType
from typing import Any

from shared_scenarios.cell import Cell, blank
from shared_scenarios.evidence.facts import common_facts
from shared_scenarios.evidence.failure import failure
from shared_scenarios.evidence.stage import RecordingStage
from shared_scenarios.runner.answers import explanation, find_answer, source
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import AnswerError, Case, NotApplicable
from shared_scenarios.timeline import Timeline


def play(case: Case, venue: Venue) -> Cell:
    """The cell, whatever happened; only what ends a process ends this too."""
    cell = blank(case, venue.implementation.name, venue.target.kind)
    if not case.scenario.concerns(venue.implementation):
        return _not_applicable(
            cell, f"it is asked only of implementations with {', '.join(sorted(case.scenario.asked_of))}", ""
        )
    missing = case.scenario.needs - venue.target.capabilities
    if missing:
        return _not_applicable(cell, f"it needs {', '.join(sorted(missing))}, and {venue.target.kind} is without", "")
    try:
        answer = find_answer(venue.implementation, case)
        if isinstance(answer, NotApplicable):
            return _not_applicable(cell, answer.reason, answer.docs)
        cell.explanation, cell.docs = explanation(answer)
        cell.source = source(answer, venue.root.parent)
        _perform(cell, case, venue, answer)
        _read(cell, case)
    except (AnswerError, Exception) as error:  # noqa: BLE001  # a cell that fails is reported, and takes no other with it
        cell.state, cell.failure, cell.reason = "error", failure(error), _where(error)
    return cell


def _not_applicable(cell: Cell, reason: str, docs: str) -> Cell:
    cell.state, cell.reason, cell.docs = "not applicable", reason, docs
    return cell


def _perform(cell: Cell, case: Case, venue: Venue, answer: FunctionType) -> None:
    venue.target.reset(case.scenario.seed, case.scenario.needs)
    venue.recorder.start()
    cell.timeline = venue.recorder.events
    # A collection in the middle of an answer would end sessions and connections at another line in every run.
    collecting = gc.isenabled()
    gc.disable()
    try:
        stage = RecordingStage(case.scenario, venue.recorder, venue.target, venue.backend.look)
        _once(partial(answer, venue.backend.database, stage), venue)
        stage.finish()
        venue.target.finish()
    finally:
        venue.recorder.finish()
        venue.wait(venue.backend.release())
        if collecting:
            gc.enable()


def _once(answer: Callable[[], Any], venue: Venue) -> None:
    """An answer that forks returns twice: what comes after it is done by the process that began it."""
    process = os.getpid()
    try:
        venue.wait(answer())
    finally:
        if os.getpid() != process:
            os._exit(0)


def _read(cell: Cell, case: Case) -> None:
    seen = Timeline(cell.timeline)
    reading = case.scenario.read(seen)
    cell.outcome = reading.outcome
    cell.facts = {**common_facts(seen), **reading.facts}
    cell.broken = [promise.text for promise in case.scenario.promises if not promise.holds(seen)]
    if cell.broken:
        cell.state = "promise broken"


def _where(error: BaseException) -> str:
    """The innermost place of an exception, for who has to mend it; what Python does to import a file is no place."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    places = ((frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__))
    own = [f"{file}:{line}" for file, line in places if not file.startswith("<frozen ")]
    return own[-1] if own else ""
