"""Facts that every cell has, read from timelines written by hand."""

from shared_scenarios.evidence.facts import common_facts
from shared_scenarios.timeline import Connection, Look, Statement
from tests.timelines import ADA, GRACE, at, kol, seen, sent

OPENED, CLOSED = Connection(0, "c1", "opened"), Connection(0, "c1", "closed")
INSERT = "INSERT INTO kols"


def test_transaction_and_connection_are_open_from_begin_and_opening_to_their_ends() -> None:
    facts = common_facts(
        seen(at("a"), OPENED, at("b"), sent("BEGIN"), sent(INSERT), at("c"), sent("COMMIT"), at("d"), CLOSED, at("e"))
    )
    assert facts["connection_open_at"] == ["b", "c", "d"]
    assert facts["transaction_open_at"] == ["c"]
    assert facts["statements_until"] == {"a": 0, "b": 0, "c": 2, "d": 3, "e": 3}


def test_transaction_that_failed_is_open() -> None:
    failed = Statement(0, "c1", "SELECT", "SELECT 1", "failed", after="failed")
    assert common_facts(seen(failed, at("a")))["transaction_open_at"] == ["a"]


def test_connection_that_is_left_open_stays_open_and_one_that_the_server_ended_does_not() -> None:
    ended = Connection(0, "c1", "ended by the server")
    assert common_facts(seen(OPENED, at("a"), Connection(0, "c1", "left open")))["connection_open_at"] == ["a"]
    assert common_facts(seen(OPENED, ended, at("a")))["connection_open_at"] == []


def test_what_another_writer_sends_is_not_the_answers() -> None:
    other = Statement(0, "c9", "INSERT", INSERT, "none", after="open", actor="second writer")
    facts = common_facts(seen(other, at("a")))
    assert facts["transaction_open_at"] == facts["connection_open_at"] == []


def test_statements_are_counted_on_the_connection_that_they_went_out_on() -> None:
    elsewhere = Statement(0, "c2", "SELECT", "SELECT 1", "none", after="none")
    facts = common_facts(seen(sent("BEGIN"), elsewhere, sent(INSERT), at("a")))
    assert facts["statements_on"] == {"c1": 2, "c2": 1}


def test_rows_that_others_see_are_counted_at_each_checkpoint() -> None:
    assert common_facts(seen(at("a"), at("b", ADA, GRACE, tweets=([1, "hello", 1],))))["rows_at"] == {"a": 0, "b": 3}


def test_writes_outside_of_a_transaction_are_committed_alone() -> None:
    facts = common_facts(seen(sent(INSERT, alone=True), sent("BEGIN"), sent(INSERT), sent("COMMIT"), at("a")))
    assert facts["writes_committed_alone"] == 1


def test_state_of_each_object_is_told_where_it_is_shown() -> None:
    new = Look("Kol", "new", {}, label="kol#1", changed=["is_vip"])
    old = Look("Kol", "old", {}, label="kol#1", expired=["is_vip"])
    facts = common_facts(seen(at("a", kol=new, count=3), at("b"), at("c", kol=old)))
    assert facts["object_states"] == ["a: kol new, changed", "c: kol old, expired"]


def test_field_that_changed_since_the_object_was_shown_is_named_once() -> None:
    before, after = kol(fields={"id": 1, "is_vip": False}), kol(fields={"id": 1, "is_vip": True})
    facts = common_facts(seen(at("a", kol=before), at("b", kol=after), at("c", kol=after)))
    assert facts["changed_in_memory"] == ["b: kol.is_vip"]


def test_field_that_is_expired_in_between_has_changed_only_if_its_value_has() -> None:
    shown, expired = kol(fields={"is_vip": True}), kol(expired=["is_vip"])
    facts = common_facts(
        seen(at("a", kol=shown), at("b", kol=expired), at("c", kol=shown), at("d", kol=kol(fields={"is_vip": False})))
    )
    assert facts["changed_in_memory"] == ["d: kol.is_vip"]


def test_two_objects_of_one_name_are_told_apart() -> None:
    one, other = kol("kol#1", fields={"is_vip": True}), kol("kol#2", fields={"is_vip": False})
    assert common_facts(seen(at("a", kol=one), at("b", kol=other)))["changed_in_memory"] == []
