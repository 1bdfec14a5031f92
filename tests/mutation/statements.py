"""Statements dropped, and moved by one place."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from tests.mutation.tree import SIMPLE, Block, Change, Function, block_with, blocks, called, names, stages, text


def drop_statement(tree: Function) -> Iterator[Change]:
    """Without a call, an attribute's assignment, a `raise`."""
    for block in blocks(tree):
        for place, statement in enumerate(block):
            if _is_a_step(statement):
                with block_with(block, slice(place, place + 1), []):
                    yield Change(statement.lineno, f"drop `{text(statement)}`")


def _is_a_step(statement: ast.stmt) -> bool:
    if stages(statement):
        return False
    if isinstance(statement, ast.Assign):
        return isinstance(statement.targets[0], ast.Attribute)
    return isinstance(statement, ast.Raise) or (isinstance(statement, ast.Expr) and called(statement) is not None)


def move_statement(tree: Function) -> Iterator[Change]:
    """A step after the next one, where that one does not need it."""
    for block in blocks(tree):
        for place, (one, other) in enumerate(pairwise(block)):
            if _may_change_places(one, other):
                with block_with(block, slice(place, place + 2), [other, one]):
                    yield Change(one.lineno, f"move `{text(one)}` after `{text(other)}`")


def _may_change_places(one: ast.stmt, other: ast.stmt) -> bool:
    if not isinstance(one, SIMPLE) or not isinstance(other, SIMPLE) or _is_docstring(one):
        return False
    if stages(one) and stages(other):
        return False
    return not names(one, ast.Store) & names(other, ast.Load)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def move_end_of_block(tree: Function) -> Iterator[Change]:
    """The end of a `with` block one statement earlier, or one later."""
    for block in blocks(tree):
        for place, statement in enumerate(block):
            if isinstance(statement, ast.With | ast.AsyncWith):
                yield from _end_earlier(block, place, statement)
                yield from _end_later(block, place, statement)


def _end_earlier(block: Block, place: int, scope: ast.With | ast.AsyncWith) -> Iterator[Change]:
    *rest, last = scope.body
    if rest and isinstance(last, SIMPLE):
        with block_with(scope.body, slice(None), rest), block_with(block, slice(place, place + 1), [scope, last]):
            yield Change(last.lineno, f"move `{text(last)}` out of `{text(scope)}`")


def _end_later(block: Block, place: int, scope: ast.With | ast.AsyncWith) -> Iterator[Change]:
    following = block[place + 1 : place + 2]
    if following and isinstance(following[0], SIMPLE):
        body = [*scope.body, *following]
        with block_with(scope.body, slice(None), body), block_with(block, slice(place + 1, place + 2), []):
            yield Change(following[0].lineno, f"move `{text(following[0])}` into `{text(scope)}`")
