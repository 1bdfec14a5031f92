"""Places in the syntax tree of an answer, and changes to them that are undone when they have been looked at."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
Block = list[ast.stmt]
SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete)


class Change(NamedTuple):
    """What was done to an answer, and at which line of its file."""

    line: int
    what: str


class Site(NamedTuple):
    """Where an expression stands: an attribute of a node, or an element of a list in one."""

    holder: Any
    key: Any
    node: ast.expr


def blocks(tree: ast.AST) -> list[Block]:
    """Every list of statements, the outermost first."""
    found = [getattr(node, name, None) for node in ast.walk(tree) for name in ("body", "orelse", "finalbody")]
    return [block for block in found if isinstance(block, list) and block]


def sites(tree: ast.AST) -> list[Site]:
    """Every expression with its place."""
    found = []
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                found.append(Site(node, name, value))
            elif isinstance(value, list):
                found += [Site(value, place, one) for place, one in enumerate(value) if isinstance(one, ast.expr)]
    return found


@contextmanager
def block_with(block: Block, place: slice, new: Block) -> Iterator[None]:
    """Other statements in a place of a block, for as long as this is open."""
    before = block[:]
    block[place] = new
    if not block:
        block[:] = [ast.Pass()]
    try:
        yield
    finally:
        block[:] = before


@contextmanager
def site_with(site: Site, new: ast.expr) -> Iterator[None]:
    """Another expression in the place of one, for as long as this is open."""
    _put(site, ast.copy_location(new, site.node))
    try:
        yield
    finally:
        _put(site, site.node)


def _put(site: Site, node: ast.expr) -> None:
    if isinstance(site.holder, list):
        site.holder[site.key] = node
    else:
        setattr(site.holder, site.key, node)


def text(node: ast.AST) -> str:
    """The code of a node; of a block its first line."""
    return ast.unparse(node).splitlines()[0]


def names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """The names that are read (`ast.Load`) or bound (`ast.Store`) in a node."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, context)}


def stages(node: ast.AST) -> bool:
    """Whether it has to do with checkpoints: without them an answer only breaks the contract."""
    return "stage" in names(node, ast.Load)


def called(node: ast.AST) -> ast.Call | None:
    """The call that a statement consists of, awaited or not."""
    value = getattr(node, "value", None)
    if isinstance(value, ast.Await):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def method(node: ast.AST) -> str:
    """The name of the method that is called, or an empty string."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return ""
