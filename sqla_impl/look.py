"""Objects seen without touching them: an attribute that is read may send SQL, `inspect()` and `__dict__` do not."""

from sqlalchemy import QueuePool, inspect
from sqlalchemy.orm import DeclarativeBase, InstanceState

from shared_scenarios.scenario import Look

STATES = ("transient", "pending", "persistent", "deleted", "detached")


def look(subject: object) -> Look | None:
    """A mapped object's state and loaded columns, or how many connections of a pool are checked out."""
    if isinstance(subject, DeclarativeBase):
        return _look_at_object(subject)
    return _look_at_pool(subject) if isinstance(subject, QueuePool) else None


def _look_at_object(subject: DeclarativeBase) -> Look:
    state: InstanceState[DeclarativeBase] = inspect(subject)
    columns, held = state.mapper.column_attrs.keys(), state.dict
    loaded = {name: held[name] for name in columns if name in held}
    # What was never set is no more loaded than these are, but to read it sends nothing.
    to_be_loaded = state.expired_attributes | state.callables.keys()
    return Look(
        type(subject).__name__,
        next(name for name in STATES if getattr(state, name)),
        loaded,
        key=state.identity[0] if state.identity else loaded.get("id"),
        expired=sorted(name for name in columns if name in to_be_loaded),
        changed=sorted(name for name in columns if name in state.committed_state),
    )


def _look_at_pool(pool: QueuePool) -> Look:
    held = pool.checkedout()
    return Look("Pool", "checked out" if held else "checked in", {"held": held})
