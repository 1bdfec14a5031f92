"""An answer as its file has it, read without importing it: an ORM may want to be configured first."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from shared_scenarios.scenario import Case, Implementation

ROOT = Path(__file__).parents[1]
URL = re.compile(r"https?://\S+")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class AnswerText(NamedTuple):
    """Code without docstrings, after that of the helpers it calls; what the docstring says, and the page it names."""

    file: str
    line: int
    code: str
    explanation: str
    docs: str


def answer_text(implementation: Implementation, case: Case) -> AnswerText | None:
    """None where there is no function of that name."""
    module = f"{implementation.answers}.{case.scenario.theme}"
    answer = _functions(module).get(case.function)
    if answer is None:
        return None
    text = ast.get_docstring(answer) or ""
    code = "\n\n\n".join([*_helpers(module, answer), _code(module, answer)])
    pages = URL.findall(text)
    return AnswerText(_file(module), answer.lineno, code, " ".join(URL.sub("", text).split()), pages[-1])


def _file(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


@cache
def _parsed(module: str) -> tuple[list[str], ast.Module]:
    file = ROOT / _file(module)
    text = file.read_text() if file.exists() else ""
    return text.splitlines(), ast.parse(text)


def _functions(module: str) -> dict[str, Function]:
    return {node.name: node for node in _parsed(module)[1].body if isinstance(node, Function)}


def _helpers(module: str, answer: Function) -> Iterator[str]:
    """Functions that the answer names, of its own module or imported from another one of its package."""
    named = {node.id for node in ast.walk(answer) if isinstance(node, ast.Name)}
    package = module.partition(".")[0]
    found = {name: (module, function) for name, function in _functions(module).items()}
    for node in _parsed(module)[1].body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == package:
            found |= {name: (str(node.module), one) for name, one in _functions(str(node.module)).items()}
    yield from (_code(*place) for name, place in found.items() if name in named)


def _code(module: str, function: Function) -> str:
    lines, text = _parsed(module)[0], function.body[0]
    without = range(text.lineno, (text.end_lineno or 0) + 1) if ast.get_docstring(function) is not None else ()
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    own = range(first, (function.end_lineno or 0) + 1)
    return "\n".join(lines[number - 1] for number in own if number not in without)
