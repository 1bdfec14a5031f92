"""Finds an implementation's answers: a function per case, in the module that has the theme's name."""

import os
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from shared_scenarios.cell import Source
from shared_scenarios.evidence.frames import source_lines
from shared_scenarios.scenario import AnswerError, Case, Implementation, NotApplicable

_URL = re.compile(r"https?://\S+")


def find_answer(implementation: Implementation, case: Case) -> Any:
    """The answer, or its NotApplicable. AnswerError, saying what to write and where, if there is neither."""
    name = f"{implementation.answers}.{case.scenario.theme}"
    found = getattr(_module(name), case.function, None)
    if isinstance(found, NotApplicable):
        found = found.but.get(implementation.name, found)
    if found is None:
        raise AnswerError(
            f"{implementation.name} has neither an answer nor a reason for {case.name}: "
            f"write `def {case.function}(db, stage)` or `{case.function} = NotApplicable(...)` "
            f"in {name.replace('.', '/')}.py"
        )
    if not isinstance(found, NotApplicable | FunctionType):
        raise AnswerError(f"{case.function} in {name} is neither a function nor a NotApplicable")
    return found


@cache
def _module(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if not f"{name}.".startswith(f"{error.name}."):  # something that the module itself imports
            raise
        return None


def explanation(answer: FunctionType) -> tuple[str, str]:
    """The docstring of an answer as one paragraph, and the page of the documentation that it names."""
    text = answer.__doc__ or ""
    pages = _URL.findall(text)
    return " ".join(_URL.sub("", text).split()), pages[-1].rstrip(".") if pages else ""


def source(answer: FunctionType, root: Path) -> Source:
    """The answer's own lines, as its file has them; `root` is what the file's name is relative to."""
    file, first = answer.__code__.co_filename, answer.__code__.co_firstlineno
    return Source(_relative(file, root), first, _block(source_lines(file), first))


@cache
def _relative(file: str, root: Path) -> str:
    return os.path.relpath(file, root).replace(os.sep, "/")


def _block(lines: list[str], first: int) -> str:
    """A function at the outermost level ends before the next line there, but for the end of its own signature."""
    for last in range(first, len(lines)):
        if lines[last][0] not in " \n)":
            return "".join(lines[first - 1 : last]).rstrip() + "\n"
    return "".join(lines[first - 1 :])
