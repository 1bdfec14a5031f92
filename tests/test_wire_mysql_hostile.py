"""The MySQL protocol, read from bytes: large, broken and hostile packets, cut at any place."""

import struct
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.mysql_packets import KEPT
from shared_scenarios.evidence.wire.mysql_session import MOST_HELD
from shared_scenarios.evidence.wire.mysql_text import is_nothing, parameters, statements
from shared_scenarios.evidence.wire.protocol import Began, Unseen
from tests import mywire as my
from tests.mywire import OPEN, ended, hear, talk, texts
from tests.pgwire import Said, Who, chunks
from tests.pieces import cut_at, drawn, one_by_one

# Large, broken and hostile packets


def test_of_a_long_packet_the_beginning_is_read() -> None:
    text = "SELECT '" + "x" * (17 << 20) + "'; DROP"
    said = my.query(text)
    heard = hear(talk(said, my.rows(1), my.query("after"), my.ok()), chunks)
    first, end, second, _ = heard.happenings[1:]
    assert isinstance(first, Began)
    assert first.text.startswith("SELECT 'xxx")
    assert first.text.endswith(f" … <{len(text) + 1} bytes>")
    assert len(first.text) < KEPT + 50
    assert end == ended(1, returned=1)
    assert second == Began(2, "after", group=2)
    assert heard.to_server == my.LOGIN + said + my.query("after")


@pytest.mark.parametrize("size", [0xFFFFFF - 1, 0xFFFFFF - 2, 0xFFFFFF, KEPT - 1, KEPT, 2 * 0xFFFFFF - 1])
def test_packets_at_the_bounds_are_whole(size: int) -> None:
    said = my.query("x" * size)
    heard = hear(talk(said, my.ok(), my.PING, my.ok()), chunks)
    assert texts(heard.happenings)[1:] == ["COM_PING"]
    assert heard.to_server == my.LOGIN + said + my.PING


def test_a_long_packet_reaches_the_server_only_after_it_is_told() -> None:
    decoder = MysqlDecoder()
    hear(my.HELLO, decoder=decoder)
    said, passed = my.query("x" * (3 << 20)), 0
    for piece in chunks(said):
        for step in decoder.client(piece):
            if step.happening:
                assert passed < len(said)
            passed += len(step.data)
    assert passed == len(said)


def test_values_beyond_what_is_kept_are_counted() -> None:
    values: list[my.Value] = [(3, struct.pack("<i", 1)), (252, my.counted(b"x" * (2 << 20)))]
    execute = my.execute(5, values)
    heard = hear(talk(my.prepare("INSERT ?, ?"), my.prepared(5, 2), execute, my.ok(affected=1)), chunks)
    assert heard.happenings[1] == Began(1, "INSERT ?, ?", (f"<{KEPT - 10} bytes>",), 1)


def test_what_is_kept_is_bounded() -> None:
    text = "x" * (KEPT - 1)
    said = [
        my.prepare(text) if number % 2 == 0 else my.prepared(number) for number in range(2 * (MOST_HELD // KEPT) + 4)
    ]
    heard = hear(talk(*said), chunks)
    assert isinstance(heard.happenings[-1], Unseen)
    assert heard.to_server == my.LOGIN + my.prepare(text) * (len(said) // 2)


def test_commands_ahead_of_their_answers_are_bounded() -> None:
    (*_, last) = hear(talk(my.query("x") * 100_000)).happenings
    assert isinstance(last, Unseen)


def test_nothing_stays_held_when_all_is_answered_and_closed() -> None:
    decoder = MysqlDecoder()
    close = my.packet(b"\x19" + struct.pack("<I", 5))
    hear(
        talk(my.prepare("SELECT ?"), my.prepared(5, 1), close + my.query("A; B"), my.ok(my.MORE) + my.ok()),
        decoder=decoder,
    )
    assert decoder._commands
    assert decoder._commands._session._held == 0


@pytest.mark.parametrize(
    "said",
    [
        (Said("client", my.LOGIN),),
        (Said("server", my.packet(b"\x09old\0")),),
        (Said("server", my.packet(b"\x0ashort")),),
        (Said("server", my.packet(b"")),),
        (Said("server", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9),),
        (Said("server", my.GREETING + my.GREETING),),
        (my.HELLO[0], Said("client", my.packet(struct.pack("<H", 1) + b"old\0", 1))),
        (my.HELLO[0], Said("client", my.packet(b"\1", 1))),
        (*my.HELLO, Said("client", my.packet(b"\x99"))),
        (*my.HELLO, Said("client", my.packet(b""))),
        (*my.HELLO, Said("client", my.packet(b"\x03SELECT", 1))),
        (*my.HELLO, Said("client", my.packet(b"\x12binlog"))),
        (*my.HELLO, Said("client", my.packet(b"\x17\1"))),
        (*my.HELLO, Said("client", my.packet(b"\x1b"))),
        (*my.HELLO, Said("server", my.ok())),
        (*my.HELLO, Said("client", my.PING), Said("server", my.packet(b"", 1))),
        (*my.HELLO, Said("client", my.PING), Said("server", my.packet(b"\0", 1))),
        (*my.HELLO, Said("client", my.PING), Said("server", my.packet(b"\xff", 1))),
        (*my.HELLO, Said("client", my.query("x")), Said("server", my.packet(b"\1", 1) + my.COLUMN + my.ROW)),
        (*my.HELLO, Said("client", my.prepare("x")), Said("server", my.packet(b"\0\1", 1))),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unseen_and_passed_on(said: tuple[Said, ...]) -> None:
    rest = [Said("client", my.query("SELECT 1")), Said("server", my.rows(1))]
    heard = hear([*said, *rest])
    unseen = [one for one in heard.happenings if isinstance(one, Unseen)]
    assert unseen == heard.happenings[-1:]
    assert heard.to_server == b"".join(one.data for one in [*said, *rest] if one.who == "client")
    from_server = b"".join(one.data for one in [*said, *rest] if one.who == "server")
    assert heard.to_client in {from_server, from_server.replace(my.GREETING, hear(my.HELLO[:1]).to_client, 1)}


def test_what_was_held_when_reading_ended_is_passed_on() -> None:
    decoder = MysqlDecoder()
    query = my.query("SELECT 1")
    said = [*my.HELLO, Said("client", query[:5]), Said("server", my.ok()), Said("client", query[5:])]
    heard = hear(said, decoder=decoder)
    assert heard.to_server == my.LOGIN + query


# Pieces of any size, and anything at all


def everything() -> list[Said]:
    """A conversation with every kind of packet, in the form with as many ends as there are."""
    values: list[my.Value] = [(3, struct.pack("<i", -1)), (253, my.counted(b"a")), (6, None)]
    file = Said("client", my.packet(b"1\n", 2) + my.packet(b"", 3))
    return [
        *talk(
            my.query("BEGIN"), my.ok(OPEN), my.query("INSERT; SELECT 1; UPDATE"),
            my.ok(OPEN | my.MORE, 1) + my.rows(2, OPEN | my.MORE) + my.error(),
            my.PING, my.ok(OPEN), my.prepare("SELECT ?, ?, ?"), my.prepared(5, 3, 2), my.execute(5, values), my.rows(3),
            my.prepare("INSERT ?") + my.execute(my.LAST, [(1, b"1")]), my.error() + my.error(),
            my.packet(b"\x02test") + my.packet(b"\x19" + struct.pack("<I", 5)), my.ok(),
            my.query("LOAD DATA"), my.packet(b"\xfbfile", 1), file, my.ok(affected=1),
            my.packet(b"\x11ada\0\0\0"), my.packet(b"\xfeplugin\0salt", 1), my.packet(b"secret", 2), my.ok(),
            my.query("CALL p()"), my.rows(1, my.MORE) + my.ok(), my.QUIT,
        )
    ]  # fmt: skip


def test_pieces_of_one_byte_say_the_same() -> None:
    whole, pieces = hear(everything()), hear(everything(), one_by_one)
    assert pieces == whole
    assert not [one for one in whole.happenings if isinstance(one, Unseen)]


def test_a_cut_at_any_byte_says_the_same() -> None:
    said = everything()
    whole = hear(said)
    for at in range(max(len(one.data) for one in said)):
        assert hear(said, cut_at(at)) == whole


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_pieces_say_the_same(data: st.DataObject) -> None:
    assert hear(everything(), drawn(data)) == hear(everything())


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_damaged_conversation_is_passed_on_as_it_is(data: st.DataObject) -> None:
    """Whatever is wrong, no exception, nothing lost, and nothing recorded after what could not be read."""
    said = everything()
    index = data.draw(st.integers(1, len(said) - 1))
    who, good = said[index]
    at = data.draw(st.integers(0, len(good)))
    bad = good[:at] + data.draw(st.binary(max_size=12)) + good[at + data.draw(st.integers(0, 8)) :]
    said[index] = Said(who, bad)
    assume(not (index == 1 and len(bad) > 7 and bad[5] & 8))  # TLS, which is refused
    heard = hear(said)
    first = len(my.GREETING)  # which is changed
    assert b"".join(one.data for one in said if one.who == "client").startswith(heard.to_server)
    assert b"".join(one.data for one in said if one.who == "server")[first:].startswith(heard.to_client[first:])
    unseen = [index for index, one in enumerate(heard.happenings) if isinstance(one, Unseen)]
    assert unseen in ([], [len(heard.happenings) - 1])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["client", "server"]), st.binary(max_size=80)), max_size=20), st.booleans())
def test_anything_at_all_is_survived(said: list[tuple[Who, bytes]], greeted: bool) -> None:
    hear([*(my.HELLO if greeted else ()), *(Said(*one) for one in said)])


commands = st.one_of(
    st.binary(max_size=40),
    st.tuples(st.sampled_from([*range(0x20), 0xFA, 0xFE]), st.binary(max_size=40)).map(lambda c: bytes([c[0]]) + c[1]),
)
answers = st.one_of(
    st.binary(max_size=30),
    st.tuples(st.sampled_from([0, 1, 2, 0xFB, 0xFE, 0xFF]), st.binary(max_size=30)).map(lambda a: bytes([a[0]]) + a[1]),
)
turns = st.one_of(
    commands.map(lambda body: Said("client", my.packet(body))),
    answers.map(lambda body: Said("server", my.packet(body, 1))),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(turns, max_size=25), st.sampled_from([my.CLIENT, my.CLIENT | my.DEPRECATE_EOF | my.CACHE_METADATA]))
def test_well_framed_nonsense_is_survived_and_passed_on(said: list[Said], asks: int) -> None:
    whole = [*my.hello(asks), *said]
    heard = hear(whole)
    assert heard.to_server == b"".join(one.data for one in whole if one.who == "client")


@settings(max_examples=200, deadline=None)
@given(st.text("ab;'\"`\\-#/*!? \n", max_size=60))
def test_statements_are_parts_of_the_text_in_their_order(text: str) -> None:
    at = 0
    for part in statements(text):
        at = text.index(part, at) + len(part)
    assert parameters(text) <= text.count("?")


@pytest.mark.parametrize("piece", ["'\\'", "/*", "/* ", "`'\"", "-- ", "\\"])
def test_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    """Eight times the text takes eight times as long, or sixty-four times, were something read again and again."""
    assert taken(piece * 16_000) < 24 * taken(piece * 2_000)


def taken(text: str) -> float:
    """The processor's time, the least of several: how busy the machine is does not count."""
    return min(_taken(text) for _ in range(7))


def _taken(text: str) -> float:
    start = time.process_time()
    statements(text + ";")
    parameters(text)
    is_nothing(text)
    return time.process_time() - start


@pytest.mark.parametrize("size", [1000, 1 << 16, 1 << 22, 1 << 25])
def test_names_and_rows_around_long_ones_are_counted(size: int) -> None:
    # What is long looks like packets inside, in one frame or in two.
    inside = my.ROW * (0x1000000 // len(my.ROW))
    name, row = my.packet(inside[: KEPT + 1], 3), my.packet(my.length(len(inside)) + inside, 6)
    names = my.packet(my.length(3), 1) + my.COLUMN + name + my.COLUMN + my.eof()
    answer = names + my.ROW * 2 + row + my.ROW * 3 + my.eof(my.IN_TRANS)
    pieces = [Said("server", answer[at : at + size]) for at in range(0, len(answer), size)]
    heard = hear([*my.HELLO, Said("client", my.query("SELECT 1")), *pieces])
    assert heard.happenings[-1] == ended(1, returned=6, state="open")
    assert heard.to_client.endswith(answer)


def test_an_empty_packet_is_no_row() -> None:
    names = my.packet(my.length(1), 1) + my.COLUMN + my.eof()
    heard = hear(talk(my.query("SELECT 1"), names + my.ROW + my.packet(b"", 5) + my.ROW + my.eof()))
    assert heard.happenings[-1] == Unseen("Undecodable: the server sent an empty packet")


def test_a_greeting_that_is_longer_than_is_kept_is_passed_on_and_unseen() -> None:
    said = my.packet(my.greeting()[4:] + b"x" * KEPT)
    heard = hear([Said("server", said)], chunks)
    assert heard.happenings == [Unseen("Undecodable: the greeting has no end")]
    assert heard.to_client == said
