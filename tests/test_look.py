"""What every implementation's look has in common: it knows its own objects, and leaves others alone."""

from importlib import import_module

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared_scenarios.catalogue.reading import ADA
from shared_scenarios.runner.venue import Venue
from shared_scenarios.timeline import Look
from sqla_impl.models import Kol
from tests.venues import IMPLEMENTATIONS, Sight, told

everywhere = pytest.mark.parametrize("venue", IMPLEMENTATIONS, indirect=True)


@everywhere
@pytest.mark.parametrize("subject", [None, 1, "@ada", [], object()], ids=["none", "number", "text", "list", "object"])
def test_what_is_not_the_orms_is_left_alone(venue: Venue, subject: object) -> None:
    assert venue.backend.look(subject) is None


@everywhere
def test_a_new_object_is_seen_with_what_it_carries(venue: Venue) -> None:
    models = import_module(IMPLEMENTATIONS[venue.implementation.name].package + ".models")
    look = Sight(venue).look(models.Kol(twitter_handle="@ada"))
    assert isinstance(look, Look)
    assert (look.type, look.fields["twitter_handle"], look.key, look.expired) == ("Kol", "@ada", None, [])


@pytest.mark.parametrize("venue", ["sqlalchemy-async"], indirect=True)
def test_an_expired_object_of_an_async_session_is_looked_at_without_waiting(venue: Venue) -> None:
    sight = Sight(venue, ADA)

    async def work(session: AsyncSession) -> None:
        kol = (await session.scalars(select(Kol))).one()
        await session.commit()
        assert told(sight.look(kol)) == ("persistent", [], ["id", "is_vip", "last_checked_at", "twitter_handle"])
        await session.close()

    venue.wait(work(sight.db.session_maker()))
