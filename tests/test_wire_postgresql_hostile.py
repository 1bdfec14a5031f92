"""PostgreSQL's protocol in pieces of any size, damaged, and as nonsense: no crash, nothing lost, no false evidence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared_scenarios.evidence.wire.protocol import Unseen
from tests import pgwire as pg
from tests.pgwire import Said, Who, hear, talk
from tests.pieces import cut_at, drawn, one_by_one

sides: st.SearchStrategy[Who] = st.sampled_from(["client", "server"])


def everything() -> list[Said]:
    """Simple and extended queries, a portal in parts, errors, and what is skipped after one."""
    return talk(
        pg.query("BEGIN"), pg.done("BEGIN") + pg.ready("T"),
        pg.query("a; b"), pg.done("A") + pg.error() + pg.ready("E"),
        pg.parse("SELECT $1", "s", [23]) + pg.bind() + pg.describe() + pg.execute("", 2) + pg.SYNC,
        pg.PARSED + pg.BOUND + pg.DESCRIPTION + pg.ROW * 2 + pg.SUSPENDED + pg.ready("T"),
        pg.sent("INSERT $1", b"x") + pg.sent("INSERT $1", None) + pg.SYNC,
        pg.did("INSERT 0 1") + pg.error() + pg.ready("E"),
        pg.close("S", "s") + pg.SYNC, pg.CLOSED + pg.ready("I"),
        pg.query("SELECT 1"), pg.DESCRIPTION + pg.ROW * 3 + pg.done("SELECT 3") + pg.ready(),
    )  # fmt: skip


def test_a_cut_at_any_byte_and_pieces_of_one_byte_say_the_same() -> None:
    said = everything()
    whole = hear(said)
    assert not [one for one in whole.happenings if isinstance(one, Unseen)]
    assert hear(said, one_by_one) == whole
    for at in range(max(len(one.data) for one in said)):
        assert hear(said, cut_at(at)) == whole


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_pieces_say_the_same(data: st.DataObject) -> None:
    assert hear(everything(), drawn(data)) == hear(everything())


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_damaged_conversation_is_passed_on_as_it_is(data: st.DataObject) -> None:
    said = everything()
    index = data.draw(st.integers(len(pg.HELLO), len(said) - 1))
    who, good = said[index]
    at = data.draw(st.integers(0, len(good)))
    bad = good[:at] + data.draw(st.binary(max_size=12)) + good[at + data.draw(st.integers(0, 8)) :]
    said[index] = Said(who, bad)
    heard = hear(said)
    assert b"".join(one.data for one in said if one.who == "client").startswith(heard.to_server)
    assert b"".join(one.data for one in said if one.who == "server").startswith(heard.to_client)
    unseen = [index for index, one in enumerate(heard.happenings) if isinstance(one, Unseen)]
    assert unseen in ([], [len(heard.happenings) - 1])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(sides, st.binary(max_size=80)), max_size=20), st.booleans())
def test_anything_at_all_is_survived(said: list[tuple[Who, bytes]], greeted: bool) -> None:
    hear([*(pg.HELLO if greeted else ()), *(Said(*one) for one in said)])


kinds = st.sampled_from("QPBEDCSFcfXHdp123tTDnZNAGWHKRSsI")
turns = st.builds(lambda who, kind, body: Said(who, pg.message(kind, body)), sides, kinds, st.binary(max_size=40))


@settings(max_examples=500, deadline=None)
@given(st.lists(turns, max_size=25))
def test_well_framed_nonsense_is_survived_and_passed_on(said: list[Said]) -> None:
    whole = [*pg.HELLO, *said]
    heard = hear(whole)
    assert heard.to_server == b"".join(one.data for one in whole if one.who == "client")
    assert heard.to_client == b"".join(one.data for one in whole if one.who == "server")
