"""Django's objects, looked at in every state without a statement. Django keeps one flag: whether it has been saved."""

import pytest
from django.db import transaction

from django_impl.models import Kol, Tweet
from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET
from shared_scenarios.runner.venue import Venue
from tests.venues import Sight, told

pytestmark = pytest.mark.parametrize("venue", ["django"], indirect=True)


@pytest.fixture
def sight(venue: Venue) -> Sight:
    return Sight(venue, ADA, ADAS_TWEET)


def test_a_new_object_is_adding_and_has_its_defaults(sight: Sight) -> None:
    look = sight.look(Kol(twitter_handle="@grace"))
    assert (look.type, look.key, told(look)) == ("Kol", None, ("adding", [], []))
    assert look.fields == {"id": None, "twitter_handle": "@grace", "is_vip": False, "last_checked_at": None}


def test_a_saved_object_has_its_key(sight: Sight) -> None:
    look = sight.look(Kol.objects.create(twitter_handle="@grace"))
    assert (look.key, told(look)) == (2, ("not adding", [], []))


def test_a_loaded_and_changed_object_looks_like_any_other(sight: Sight) -> None:
    kol = Kol.objects.get()
    kol.is_vip = True
    look = sight.look(kol)
    assert (look.fields["is_vip"], told(look)) == (True, ("not adding", [], []))


def test_a_deferred_field_would_have_to_be_loaded(sight: Sight) -> None:
    kol = Kol.objects.only("twitter_handle").get()
    look = sight.look(kol)
    assert (look.fields, look.expired) == ({"id": 1, "twitter_handle": "@ada"}, ["is_vip", "last_checked_at"])
    assert sight.sends(lambda: kol.is_vip)
    assert sight.look(kol).expired == ["last_checked_at"]


def test_a_relation_that_is_not_loaded_stays_so(sight: Sight) -> None:
    tweet = Tweet.objects.get()
    assert sight.look(tweet).fields == {"id": 1, "text": "hello", "kol_id": 1}
    assert sight.sends(lambda: tweet.kol)


def test_a_deferred_key_of_a_relation_would_have_to_be_loaded(sight: Sight) -> None:
    tweet = Tweet.objects.defer("kol").get()
    assert sight.look(tweet).expired == ["kol_id"]
    assert sight.sends(lambda: tweet.kol_id)


def test_a_deleted_object_has_lost_its_key(sight: Sight) -> None:
    tweet = Tweet.objects.get()
    tweet.delete()
    look = sight.look(tweet)
    assert (look.key, look.state) == (None, "not adding")


def test_a_rolled_back_new_object_keeps_its_key(sight: Sight) -> None:
    kol = Kol(twitter_handle="@grace")
    with transaction.atomic():
        kol.save()
        transaction.set_rollback(True)
    assert (sight.look(kol).key, sight.look(kol).state) == (2, "not adding")


def test_the_connection_tells_whether_it_is_open_and_in_a_block(sight: Sight) -> None:
    assert (sight.look(sight.db).state, sight.look(sight.db).fields) == ("closed", {"held": 0})
    with transaction.atomic():
        assert (sight.look(sight.db).state, sight.look(sight.db).fields) == ("in atomic block", {"held": 1})
    assert sight.look(sight.db).state == "autocommit"
