"""Which line of the answer sent this? Read from the stack, frames of the implementation's own files only."""

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Literal, Protocol

from shared_scenarios.scenario import Housekeeping
from shared_scenarios.timeline import Line

Kind = Literal["answer", "harness"] | frozenset[str] | None  # a set names the functions that are housekeeping
Found = tuple[list[Line], bool]  # the answer's lines, its first, and whether housekeeping is what runs
Spot = tuple[str | None, int, int]  # a file, a line, and the instruction
HARNESS = str(Path(__file__).parents[1] / "runner")


class Tasks(Protocol):
    """What knows more than the stack, where answers are awaited."""

    def complete(self, frame: FrameType | None, found: Found) -> Found:
        """What was found on the stack, with what the stack does not show."""

    def awaited(self, stacks: Iterable[FrameType], found: Found) -> Found:
        """What was found on the stack of another thread, with the lines of the task that waits for one of these."""


class Frames:
    """Finds the frames of one implementation's own files, and of its ORM's housekeeping, on a stack.

    `root` is the folder of the implementation's package; `housekeeping` the places the implementation names.
    """

    def __init__(self, root: Path, housekeeping: tuple[Housekeeping, ...] = ()) -> None:
        self.root = root
        self._prefix = f"{root}{os.sep}"  # with its end, for `sqla_impl` begins `sqla_impl_of_others` too
        self._places = housekeeping
        # By file, not by code object: to hash one of these, Python hashes every instruction in it.
        self._kinds: dict[str | None, Kind] = {None: None}
        # A frame's code is handed out only after every audit hook was told, so that each spot's is asked for once. Two
        # functions have the same instruction at the same line only if both stand on that line, or if Python has written
        # one of them itself: in that one the first lines are counted, which in a file are imports.
        self._spots: dict[Spot, Line | bool] = {}
        self.tasks: Tasks | None = None

    def here(self, ours: int = 0) -> Found:
        """Looks from the caller on, or past so many frames of the harness, which are known to be no answer's."""
        frame: FrameType | None = sys._getframe(1)
        for _ in range(ours):
            frame = frame and frame.f_back  # a thread may begin with the harness
        found = self.on_stack(frame)
        return self.tasks.complete(frame, found) if self.tasks else found

    def on_stack(self, frame: FrameType | None) -> Found:
        """From a frame to those that called it: the answer's lines, and whether housekeeping is among them.

        Runs for every statement: so it ends at the harness, beyond which nobody's answer is.
        """
        lines: list[Line] = []
        upkeep = False
        kinds, spots = self._kinds, self._spots
        while frame is not None:
            # Most frames are an ORM's and known already: for them this is all there is to do. The file is asked of the
            # module, for the code would be told to audit hooks. What an ORM has made of text has no file.
            file = frame.f_globals.get("__file__")
            try:
                kind = kinds[file]
            except KeyError:
                kind = self._kind(frame.f_globals["__file__"])
            if kind is not None:
                if kind == "harness":
                    break
                spot = (file, frame.f_lineno, frame.f_lasti)
                try:
                    told = spots[spot]
                except KeyError:
                    told = self._tells(kind, frame.f_code, spot)
                if told is True:
                    upkeep = True
                elif told:
                    lines.append(told)
            frame = frame.f_back
        lines.reverse()
        return lines, upkeep

    def on_stacks(self, frames: Iterable[FrameType]) -> Found:
        """From several frames, the outermost first, as if each had called the next."""
        lines: list[Line] = []
        upkeep = False
        for frame in frames:
            # A coroutine's frame has nobody behind it while it waits, and most are an ORM's.
            if frame.f_back is not None or self._kinds.get(frame.f_globals.get("__file__"), "") is not None:
                more, its_upkeep = self.on_stack(frame)
                lines += more
                upkeep = upkeep or its_upkeep
        return lines, upkeep

    def _kind(self, file: str) -> Kind:
        kind: Kind = frozenset(place.function for place in self._places if file.endswith(place.file)) or None
        if file.startswith(self._prefix):
            kind = "answer"
        elif file.startswith(HARNESS):
            kind = "harness"
        self._kinds[file] = kind
        return kind

    def _tells(self, kind: Kind, code: CodeType, spot: Spot) -> Line | bool:
        """What a frame tells that is at this spot: its line, that housekeeping is done, or nothing."""
        told: Line | bool
        if isinstance(kind, frozenset):
            told = code.co_name in kind
        elif code.co_filename.startswith("<"):
            return False  # what Python writes itself for a class of the file stands on no line of it
        else:
            file = code.co_filename[len(self._prefix) - len(self.root.name) - 1 :].replace(os.sep, "/")
            told = Line(file, spot[1], code.co_name, source_lines(code.co_filename)[spot[1] - 1].strip())
        self._spots[spot] = told
        return told


@cache
def source_lines(file: str) -> list[str]:
    """The lines of a source file, with their ends."""
    return Path(file).read_text(encoding="utf-8").splitlines(keepends=True)
