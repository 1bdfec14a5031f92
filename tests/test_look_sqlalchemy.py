"""SQLAlchemy's objects, looked at in every state without a statement."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET
from shared_scenarios.runner.venue import Venue
from sqla_impl.models import Kol, Tweet
from tests.venues import Sight, told

COLUMNS = ["id", "is_vip", "last_checked_at", "twitter_handle"]
pytestmark = pytest.mark.parametrize("venue", ["sqlalchemy"], indirect=True)


@pytest.fixture
def sight(venue: Venue) -> Sight:
    return Sight(venue, ADA, ADAS_TWEET)


def one_kol(session: Session) -> Kol:
    return session.scalars(select(Kol)).one()


def test_a_new_object_is_transient_and_lacks_nothing(sight: Sight) -> None:
    look = sight.look(Kol(twitter_handle="@grace"))
    assert told(look) == ("transient", ["twitter_handle"], [])
    assert (look.type, look.key, look.fields) == ("Kol", None, {"twitter_handle": "@grace"})


def test_an_added_object_is_pending(sight: Sight) -> None:
    with sight.db.Session() as session:
        kol = Kol(twitter_handle="@grace")
        session.add(kol)
        assert told(sight.look(kol)) == ("pending", ["twitter_handle"], [])


def test_a_flushed_object_has_its_key_and_no_changes(sight: Sight) -> None:
    with sight.db.Session() as session:
        kol = Kol(twitter_handle="@grace")
        session.add(kol)
        session.flush()
        look = sight.look(kol)
        assert (look.key, told(look)) == (2, ("persistent", [], []))
        assert not sight.sends(lambda: kol.last_checked_at)


def test_a_loaded_object_has_every_column(sight: Sight) -> None:
    with sight.db.Session() as session:
        look = sight.look(one_kol(session))
    assert told(look) == ("persistent", [], [])
    assert look.fields == {"id": 1, "twitter_handle": "@ada", "is_vip": False, "last_checked_at": None}


def test_a_changed_column_is_named_until_it_is_flushed(sight: Sight) -> None:
    with sight.db.Session() as session:
        kol = one_kol(session)
        kol.is_vip = True
        assert told(sight.look(kol)) == ("persistent", ["is_vip"], [])
        session.flush()
        assert told(sight.look(kol)) == ("persistent", [], [])


@pytest.mark.parametrize("end", [Session.commit, Session.rollback, Session.expire_all])
def test_an_expired_object_keeps_its_key_alone(sight: Sight, end: Callable[[Session], None]) -> None:
    with sight.db.Session() as session:
        kol = one_kol(session)
        end(session)
        look = sight.look(kol)
        assert (look.key, look.fields, told(look)) == (1, {}, ("persistent", [], COLUMNS))
        assert sight.sends(lambda: kol.is_vip)


def test_a_single_expired_column_is_named(sight: Sight) -> None:
    with sight.db.Session() as session:
        kol = one_kol(session)
        session.expire(kol, ["is_vip"])
        assert told(sight.look(kol)) == ("persistent", [], ["is_vip"])
        assert sight.sends(lambda: kol.is_vip)


def test_what_was_not_loaded_would_have_to_be(sight: Sight) -> None:
    with sight.db.Session() as session:
        kol = session.scalars(select(Kol).options(load_only(Kol.twitter_handle))).one()
        assert told(sight.look(kol)) == ("persistent", [], ["is_vip", "last_checked_at"])
        assert sight.sends(lambda: kol.is_vip)


def test_a_relation_that_is_not_loaded_stays_so(sight: Sight) -> None:
    with sight.db.Session() as session:
        tweet = session.scalars(select(Tweet)).one()
        assert sight.look(tweet).fields == {"id": 1, "text": "hello", "kol_id": 1}
        assert sight.sends(lambda: tweet.kol)


def test_a_deleted_object_is_deleted_until_the_commit(sight: Sight) -> None:
    with sight.db.Session() as session:
        tweet = session.scalars(select(Tweet)).one()
        session.delete(tweet)
        assert sight.look(tweet).state == "persistent"
        session.flush()
        assert sight.look(tweet).state == "deleted"
        session.commit()
        assert sight.look(tweet).state == "detached"


def test_a_detached_object_has_what_it_had(sight: Sight) -> None:
    with sight.db.Session() as session:
        kol = one_kol(session)
    assert (told(sight.look(kol)), sight.look(kol).key) == (("detached", [], []), 1)


def test_a_detached_and_expired_object_is_looked_at_without_an_error(sight: Sight) -> None:
    with sight.db.Session.begin() as session:
        kol = one_kol(session)
    assert told(sight.look(kol)) == ("detached", [], COLUMNS)


def test_a_rolled_back_new_object_is_transient_with_its_old_key(sight: Sight) -> None:
    with sight.db.Session() as session:
        kol = Kol(twitter_handle="@grace")
        session.add(kol)
        session.flush()
        session.rollback()
        look = sight.look(kol)
    assert (look.state, look.key, look.expired) == ("transient", 2, [])


def test_the_pool_tells_how_many_connections_are_held(sight: Sight) -> None:
    pool = sight.db.engine.pool
    assert sight.look(pool).fields == {"held": 0}
    with sight.db.engine.connect(), sight.db.engine.connect():
        assert (sight.look(pool).state, sight.look(pool).fields) == ("checked out", {"held": 2})
    assert (sight.look(pool).state, sight.look(pool).fields) == ("checked in", {"held": 0})
