"""Peewee's objects, looked at in every state without a statement. Peewee keeps the names of fields that were set."""

import pytest

from peewee_impl.models import Kol, Tweet
from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET
from shared_scenarios.runner.venue import Venue
from tests.venues import Sight, told

pytestmark = pytest.mark.parametrize("venue", ["peewee"], indirect=True)


@pytest.fixture
def sight(venue: Venue) -> Sight:
    return Sight(venue, ADA, ADAS_TWEET)


def test_a_new_object_is_dirty_in_what_was_set_and_in_its_defaults(sight: Sight) -> None:
    look = sight.look(Kol(twitter_handle="@grace"))
    assert (look.type, look.key, told(look)) == ("Kol", None, ("dirty", ["is_vip", "twitter_handle"], []))
    assert look.fields == {"twitter_handle": "@grace", "is_vip": False}


def test_a_saved_object_is_clean_and_has_its_key(sight: Sight) -> None:
    look = sight.look(Kol.create(twitter_handle="@grace"))
    assert (look.key, told(look)) == (2, ("clean", [], []))


def test_a_loaded_object_is_clean_until_a_field_is_set(sight: Sight) -> None:
    kol = Kol.get()
    assert told(sight.look(kol)) == ("clean", [], [])
    kol.is_vip = True
    assert told(sight.look(kol)) == ("dirty", ["is_vip"], [])


def test_a_field_that_was_not_selected_is_just_not_there(sight: Sight) -> None:
    kol = Kol.select(Kol.twitter_handle).get()
    assert sight.look(kol).fields == {"twitter_handle": "@ada"}
    assert not sight.sends(lambda: kol.is_vip)


def test_relations_that_are_not_loaded_stay_so(sight: Sight) -> None:
    tweet, kol = Tweet.get(), Kol.get()
    assert sight.look(tweet).fields == {"id": 1, "text": "hello", "kol_id": 1}
    assert sight.look(kol).fields.keys() == {"id", "twitter_handle", "is_vip", "last_checked_at"}
    assert sight.sends(lambda: tweet.kol)
    assert sight.sends(lambda: list(kol.tweets))  # type: ignore[attr-defined]


def test_a_relation_that_is_set_is_seen_by_its_key(sight: Sight) -> None:
    look = sight.look(Tweet(text="hi", kol=Kol.get()))
    assert (look.fields, look.changed) == ({"text": "hi", "kol_id": 1}, ["kol_id", "text"])


def test_a_deleted_object_stays_as_it_was(sight: Sight) -> None:
    tweet = Tweet.get()
    tweet.delete_instance()
    assert (sight.look(tweet).key, sight.look(tweet).state) == (1, "clean")


def test_a_rolled_back_new_object_keeps_its_key_and_looks_saved(sight: Sight) -> None:
    kol = Kol(twitter_handle="@grace")
    with sight.db.atomic() as transaction:
        kol.save()
        transaction.rollback()
    assert (sight.look(kol).key, told(sight.look(kol))) == (2, ("clean", [], []))


def test_the_database_tells_whether_this_thread_has_a_connection(sight: Sight) -> None:
    assert (sight.look(sight.db).state, sight.look(sight.db).fields) == ("closed", {"held": 0})
    sight.db.connect()
    assert (sight.look(sight.db).state, sight.look(sight.db).fields) == ("open", {"held": 1})
