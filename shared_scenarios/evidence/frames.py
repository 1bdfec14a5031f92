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
Spot = tuple[CodeType, int]
Found = tuple[list[Spot], bool]
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
        self._lines: dict[tuple[str, int, str], Line] = {}
        self.tasks: Tasks | None = None

    def here(self, ours: int = 0) -> tuple[list[Line], bool]:
        """The lines, the answer's first, and whether the ORM's housekeeping is what runs.

        Looks from the caller on, or past so many frames of the harness, which are known to be no answer's.
        """
        frame: FrameType | None = sys._getframe(1)
        for _ in range(ours):
            frame = frame and frame.f_back  # a thread may begin with the harness
        found = self.on_stack(frame)
        return self.lines(self.tasks.complete(frame, found) if self.tasks else found)

    def lines(self, found: Found) -> tuple[list[Line], bool]:
        """What was found, with the text of the lines."""
        spots, upkeep = found
        return [self._line(spot) for spot in spots], upkeep

    def on_stack(self, frame: FrameType | None) -> Found:
        """From a frame to those that called it: the answer's spots, and whether housekeeping is among them.

        Runs for every statement: so it ends at the harness, beyond which nobody's answer is.
        """
        spots: list[Spot] = []
        upkeep = False
        kinds = self._kinds
        while frame is not None:
            # Most frames are an ORM's and known already: for them this is all there is to do. The file is asked of
            # the module, because a frame's code is handed out only after every audit hook was told. What an ORM has
            # made of text has no file.
            try:
                kind = kinds[frame.f_globals.get("__file__")]
            except KeyError:
                kind = self._kind(frame.f_globals["__file__"])
            if kind is not None:
                if kind == "answer":
                    # What Python writes itself for a class of the file, as for a dataclass, stands on no line of it.
                    code = frame.f_code
                    if not code.co_filename.startswith("<"):
                        spots.append((code, frame.f_lineno))
                elif kind == "harness":
                    break
                elif frame.f_code.co_name in kind:
                    upkeep = True
            frame = frame.f_back
        spots.reverse()
        return spots, upkeep

    def on_stacks(self, frames: Iterable[FrameType]) -> Found:
        """From several frames, the outermost first, as if each had called the next."""
        spots: list[Spot] = []
        upkeep = False
        for frame in frames:
            # A coroutine's frame has nobody behind it while it waits, and most are an ORM's.
            if frame.f_back is not None or self._kinds.get(frame.f_globals.get("__file__"), "") is not None:
                more, its_upkeep = self.on_stack(frame)
                spots += more
                upkeep = upkeep or its_upkeep
        return spots, upkeep

    def _kind(self, file: str) -> Kind:
        kind: Kind = frozenset(place.function for place in self._places if file.endswith(place.file)) or None
        if file.startswith(self._prefix):
            kind = "answer"
        elif file.startswith(HARNESS):
            kind = "harness"
        self._kinds[file] = kind
        return kind

    def _line(self, spot: Spot) -> Line:
        code, number = spot
        key = (code.co_filename, number, code.co_name)
        line = self._lines.get(key)
        if line is None:
            file = code.co_filename[len(self._prefix) - len(self.root.name) - 1 :].replace(os.sep, "/")
            text = source_lines(code.co_filename)[number - 1].strip()
            line = self._lines[key] = Line(file, number, code.co_name, text)
        return line


@cache
def source_lines(file: str) -> list[str]:
    """The lines of a source file, with their ends."""
    return Path(file).read_text(encoding="utf-8").splitlines(keepends=True)
