"""What answers call that is not the question itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from shared_scenarios.scenario import Stage
from sqla_impl.models import Kol


def check_if_kol_is_vip(session: Session, handle: str, stage: Stage) -> bool:
    """Only reads: loads the KOL."""
    kol = session.scalars(select(Kol).where(Kol.twitter_handle == handle)).one()
    stage.checkpoint("in-helper", kol=kol, is_vip=kol.is_vip)
    return kol.is_vip


def check_if_kol_is_vip_by_column(session: Session, handle: str, stage: Stage) -> bool:
    """Only reads: selects the one column, no object is loaded."""
    is_vip = session.scalars(select(Kol.is_vip).where(Kol.twitter_handle == handle)).one()
    stage.checkpoint("in-helper", is_vip=is_vip)
    return is_vip


@contextmanager
def joining_transaction(session: Session) -> Iterator[None]:
    """A transaction, or the one that is there: the recipe of the documentation for what 1.x called a subtransaction.

    Source: https://docs.sqlalchemy.org/en/21/changelog/migration_20.html#session-subtransaction-behavior-removed
    """
    if session.in_transaction():
        yield
    else:
        with session.begin():
            yield


@contextmanager
def handles_signalled() -> Iterator[list[str]]:
    """The handles for which a mapper event has run."""
    fired: list[str] = []

    def note(mapper: object, connection: object, kol: Kol) -> None:
        fired.append(kol.twitter_handle)

    event.listen(Kol, "after_insert", note)
    try:
        yield fired
    finally:
        event.remove(Kol, "after_insert", note)


def upsert_of_ada(dialect: str) -> Any:
    """Each dialect has an insert() of its own for it. Imported here, because a dialect brings all of its drivers."""
    values = {"twitter_handle": "@ada", "is_vip": True}
    if dialect == "mariadb":
        from sqlalchemy.dialects.mysql import insert as mysql_insert

        return mysql_insert(Kol).values(values).on_duplicate_key_update(is_vip=True)
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # another class, the same methods
    return insert(Kol).values(values).on_conflict_do_update(index_elements=["twitter_handle"], set_={"is_vip": True})
