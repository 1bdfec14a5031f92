"""Calls of another verb, without an option, or on another connection."""

import ast
from collections.abc import Iterator

from tests.mutation.tree import Change, Function, Site, called, method, site_with, sites, stages, text

# What is called instead. A verb that the object at hand has not is an error, and told as one.
VERBS = {
    "commit": ("rollback", "flush"),
    "rollback": ("commit",),
    "flush": ("commit", "rollback"),
    "begin_nested": ("begin",),
    "add": ("merge",),
    "merge": ("add",),
    "delete": ("expunge",),
    "expire": ("refresh",),
    "refresh": ("expire",),
    "close": ("rollback",),
    "atomic": ("savepoint", "transaction"),
    "savepoint": ("atomic",),
    "savepoint_rollback": ("savepoint_commit",),
    "savepoint_commit": ("savepoint_rollback",),
}
OPTIONS = {
    "autoflush", "bulk", "durable", "execution_options", "expire_on_commit", "force_insert", "force_update", "nowait",
    "of", "only", "populate_existing", "robust", "savepoint", "skip_locked", "synchronize_session", "update_fields",
    "using", "with_for_update",
}  # fmt: skip
LINKS = {"execution_options", "for_update", "no_autoflush", "select_for_update", "using", "with_for_update"}
MAKES = {"create", "acreate"}
FACTORIES = {"Session", "session_maker"}


def swap_verb(tree: Function) -> Iterator[Change]:
    """`rollback()` for `commit()`, and others of the table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            own = node.func.attr
            for other in VERBS.get(own, ()):
                node.func.attr = other
                yield Change(node.lineno, f"{other}() for {own}() in `{text(node)}`")
            node.func.attr = own


def make_only(tree: Function) -> Iterator[Change]:
    """`Kol(...)` for `Kol.create(...)`: an object that is never saved."""
    for site in sites(tree):
        if isinstance(site.node, ast.Call) and method(site.node) in MAKES:
            call = ast.Call(_model(site.node.func), site.node.args, site.node.keywords)
            with site_with(_with_await(tree, site), call):
                yield Change(site.node.lineno, f"make, but do not save `{text(site.node)}`")


def _model(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def _with_await(tree: Function, site: Site) -> Site:
    return next((one for one in sites(tree) if one.node is site.holder and isinstance(one.node, ast.Await)), site)


def drop_option(tree: Function) -> Iterator[Change]:
    """Without one keyword argument that is no field's value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            kept = node.keywords
            for option in kept:
                if option.arg in OPTIONS:
                    node.keywords = [one for one in kept if one is not option]
                    yield Change(node.lineno, f"drop `{text(option)}` from `{text(node)}`")
            node.keywords = kept


def drop_link(tree: Function) -> Iterator[Change]:
    """Without `select_for_update()` and others in a chain of calls."""
    for site in sites(tree):
        if isinstance(site.node, ast.Call) and method(site.node) in LINKS:
            assert isinstance(site.node.func, ast.Attribute)
            with site_with(site, site.node.func.value):
                yield Change(site.node.lineno, f"drop `.{site.node.func.attr}()` from `{text(site.node)}`")


def other_session(tree: Function) -> Iterator[Change]:
    """A call on a session of its own, which takes a connection of its own."""
    factories = _factories(tree)
    for site in sites(tree):
        if isinstance(site.holder, ast.Attribute) and isinstance(site.node, ast.Name) and site.node.id in factories:
            with site_with(site, ast.Call(factories[site.node.id], [], [])):
                yield Change(site.node.lineno, f"another session in `{text(site.holder)}`")


def _factories(tree: Function) -> dict[str, ast.expr]:
    """Which name is bound to a session of which factory."""
    found: dict[str, ast.expr] = {}
    for item in (node for node in ast.walk(tree) if isinstance(node, ast.withitem)):
        for node in ast.walk(item.context_expr):
            if isinstance(node, ast.Attribute) and node.attr in FACTORIES and isinstance(item.optional_vars, ast.Name):
                found[item.optional_vars.id] = node
    return found


def other_thread(tree: Function) -> Iterator[Change]:
    """A call in a thread of its own, or a task: for who has one connection per thread, or per task."""
    if _factories(tree) or any(one.arg == "session" for one in tree.args.args):
        return
    for statement in [node for node in ast.walk(tree) if isinstance(node, ast.Expr | ast.Assign)]:
        call, awaited = called(statement), isinstance(statement.value, ast.Await)
        if call is not None and not stages(call) and awaited == isinstance(tree, ast.AsyncFunctionDef):
            with site_with(Site(statement, "value", statement.value), _elsewhere(call, awaited)):
                yield Change(call.lineno, f"another {'task' if awaited else 'thread'} for `{text(call)}`")


def _elsewhere(call: ast.Call, awaited: bool) -> ast.expr:
    function = ast.Lambda(ast.arguments([], [], None, [], [], None, []), call)
    if awaited:
        return ast.Await(ast.Call(ast.Name("in_another_task", ast.Load()), [function], []))
    return ast.Call(ast.Name("in_another_thread", ast.Load()), [function], [])
