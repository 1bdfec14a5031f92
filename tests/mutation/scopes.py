"""Sessions, transactions, savepoints and connections whose block is dropped."""

import ast
from collections.abc import Iterator

from tests.mutation.tree import Block, Change, Function, block_with, blocks, stages, text

Scope = ast.With | ast.AsyncWith


def drop_scope(tree: Function) -> Iterator[Change]:
    """One manager of a `with` left out; what it is bound to stays bound."""
    for block in blocks(tree):
        for place, statement in enumerate(block):
            if isinstance(statement, Scope):
                for item in statement.items:
                    if not stages(item.context_expr):
                        with block_with(block, slice(place, place + 1), _without(statement, item)):
                            yield Change(statement.lineno, f"drop `with {text(item)}`")


def _without(scope: Scope, item: ast.withitem) -> Block:
    """A factory's `begin()` leaves its session, which commits nothing; anything else bound leaves what it was."""
    session = _session_of(item)
    if session is not None:
        others = [ast.withitem(session, item.optional_vars) if one is item else one for one in scope.items]
        return [type(scope)(items=others, body=scope.body)]
    bound = item.optional_vars
    body = [ast.Assign([bound], item.context_expr), *scope.body] if bound else scope.body
    others = [one for one in scope.items if one is not item]
    return [type(scope)(items=others, body=body)] if others else body


def _session_of(item: ast.withitem) -> ast.expr | None:
    """`db.Session()` for `db.Session.begin()`."""
    call = item.context_expr
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "begin":
        factory = call.func.value
        return ast.Call(factory, [], []) if isinstance(factory, ast.Attribute) else None
    return None


def drop_decorator(tree: Function) -> Iterator[Change]:
    """An inner function without its `@transaction.atomic` or the like."""
    for node in ast.walk(tree):
        if node is not tree and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kept = node.decorator_list
            for decorator in kept:
                node.decorator_list = [one for one in kept if one is not decorator]
                yield Change(decorator.lineno, f"drop `@{text(decorator)}`")
            node.decorator_list = kept
