"""Every mutant of an answer: the answer with one change, compiled, and put in the place of the original."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from inspect import unwrap
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from tests.mutation import calls, elsewhere, scopes, statements
from tests.mutation.tree import Change, Function

OPERATORS: tuple[Callable[[Function], Iterator[Change]], ...] = (
    statements.drop_statement,
    statements.move_statement,
    statements.move_end_of_block,
    scopes.drop_scope,
    scopes.drop_decorator,
    calls.swap_verb,
    calls.make_only,
    calls.drop_option,
    calls.drop_link,
    calls.other_session,
    calls.other_thread,
)
HELPERS = {function.__name__: function for function in (elsewhere.in_another_thread, elsewhere.in_another_task)}


class Mutant(NamedTuple):
    """A function with one change."""

    function: Any  # a function; as an attribute of a class its type would be taken for a method's
    change: Change
    code: CodeType


def mutants(answer: FunctionType) -> Iterator[Mutant]:
    """Of the answer, and of the functions of its own package that it calls."""
    own = unwrap(answer)
    for function in (own, *helpers(own)):
        yield from _mutants_of(function)


def helpers(answer: FunctionType) -> list[FunctionType]:
    """Functions of the answer's own package that it names, without what decorates them."""
    package = answer.__module__.partition(".")[0]
    named = (answer.__globals__.get(name) for name in answer.__code__.co_names)
    found = (unwrap(one) for one in named if callable(one))
    return [one for one in found if isinstance(one, FunctionType) and one.__module__.partition(".")[0] == package]


def _mutants_of(function: FunctionType) -> Iterator[Mutant]:
    tree = _definition(function)
    seen = {ast.unparse(tree)}
    for operator in OPERATORS:
        for change in operator(tree):
            code = ast.unparse(ast.fix_missing_locations(tree))
            if code not in seen:
                seen.add(code)
                yield Mutant(function, change, _compiled(tree, function))
    assert ast.unparse(tree) in seen, "every change was undone"


def _definition(function: FunctionType) -> Function:
    module = _module(function.__code__.co_filename)
    found = [node for node in module.body if isinstance(node, Function) and node.name == function.__name__]
    return found[-1]


@cache
def _module(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def _compiled(tree: Function, function: FunctionType) -> CodeType:
    """With the file and the lines of the original, so that evidence names them."""
    module = compile(ast.Module([tree], []), function.__code__.co_filename, "exec")
    return next(one for one in module.co_consts if isinstance(one, CodeType) and one.co_name == function.__name__)


@contextmanager
def in_place(mutant: Mutant) -> Iterator[None]:
    """The function does what the mutant says, whoever calls it, for as long as this is open; no file is changed."""
    function, original = mutant.function, mutant.function.__code__
    function.__code__ = mutant.code
    function.__globals__.update(HELPERS)
    try:
        yield
    finally:
        function.__code__ = original
        for name in HELPERS:
            del function.__globals__[name]
