"""Plays one cell: the answer on its stage, while the witnesses write down what happens."""

import gc
import os
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from shared_scenarios.cell import Cell, blank
from shared_scenarios.evidence.stage import RecordingStage
from shared_scenarios.runner.answers import explanation, find_answer, source
from shared_scenarios.runner.reading import failed, read
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import AnswerError, Case, NotApplicable


def play(case: Case, venue: Venue) -> Cell:
    """The cell with what its timeline says, whatever happened; only what ends a process ends this too."""
    return read(record(case, venue), case)


def record(case: Case, venue: Venue) -> Cell:
    """The cell as the witnesses leave it, for `read`."""
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
    except (AnswerError, Exception) as error:  # noqa: BLE001  # a cell that fails is reported, and takes no other with it
        failed(cell, error)
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
