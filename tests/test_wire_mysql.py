"""The MySQL protocol, read from bytes: what can put a decoder out of step, in the handshake and in queries."""

import struct

import pytest

from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.mysql_handshake import MARIADB
from shared_scenarios.evidence.wire.protocol import Began, CancelAsked, Ended, Greeted, Unseen
from shared_scenarios.timeline import Failure
from tests import mywire as my
from tests.mywire import OPEN, ended, failed, happenings, hear, talk, texts
from tests.pgwire import Said, chunks, everything_in

# The handshake


def test_the_server_says_who_a_connection_is() -> None:
    assert hear(my.HELLO).happenings == [Greeted(7, "10.11.4-MariaDB")]


def test_nothing_is_offered_that_would_hide_the_conversation() -> None:
    offered = hear(my.HELLO[:1]).to_client
    hiding = my.SSL | my.COMPRESS | my.ZSTD | my.OPTIONAL_METADATA | my.ATTRIBUTES
    assert offered == my.greeting(0xFFFFFFFF & ~hiding)


def test_of_mariadbs_capabilities_only_the_known_ones_are_offered() -> None:
    everything = 0xFFFFFFFF_FFFFFFFE
    offered = hear([Said("server", my.greeting(everything))]).to_client
    hiding = my.SSL | my.COMPRESS | my.ZSTD | my.OPTIONAL_METADATA | my.ATTRIBUTES
    assert offered == my.greeting((0xFFFFFFFE & ~hiding) | MARIADB)
    assert not MARIADB & my.COM_MULTI


def test_a_driver_that_demands_tls_is_refused_before_the_server_hears_of_it() -> None:
    request = my.packet(struct.pack("<IIB23x", my.CLIENT | my.SSL, 1 << 24, 45), 1)
    heard = hear([my.HELLO[0], Said("client", request + b"\x16\x03\x01 hello, encrypted"), Said("client", b"more")])
    assert heard.to_server == b""
    error = heard.to_client.removeprefix(hear(my.HELLO[:1]).to_client)
    assert error[3:7] == b"\x02\xff" + (2026).to_bytes(2, "little")
    assert len(error) == 4 + int.from_bytes(error[:3], "little")
    assert b"TLS" in error
    refused, unseen = heard.happenings
    assert isinstance(refused, Ended)
    assert refused.number == 0
    assert isinstance(unseen, Unseen)
    assert "demands TLS" in unseen.why


def test_a_login_that_asks_for_tls_without_its_request_is_refused_too() -> None:
    heard = hear([my.HELLO[0], Said("client", my.login(my.CLIENT | my.SSL, b"s3cret"))])
    assert heard.to_server == b""
    assert isinstance(heard.happenings[-1], Unseen)


def test_tls_is_offered_to_who_would_not_say_otherwise_that_it_is_demanded() -> None:
    """Also where the server has none."""
    for offers in (0xFFFFFFFF, 0xFFFFFFFF & ~my.SSL):
        lured = hear([Said("server", my.greeting(offers))], decoder=MysqlDecoder(offers_tls=True)).to_client
        plain = hear([Said("server", my.greeting(offers))]).to_client
        differing = [(one, other) for one, other in zip(lured, plain, strict=True) if one != other]
        assert [one ^ other for one, other in differing] == [my.SSL >> 8]


def test_compression_that_was_not_offered_is_unseen() -> None:
    heard = hear([my.HELLO[0], Said("client", my.login(my.CLIENT | my.COMPRESS))])
    assert isinstance(heard.happenings[0], Unseen)
    assert heard.to_server == my.login(my.CLIENT | my.COMPRESS)


def test_secrets_pass_through_and_are_not_kept() -> None:
    decoder = MysqlDecoder()
    said = [
        my.HELLO[0],
        Said("client", my.login(secret=b"hunter2-hash")),
        Said("server", my.packet(b"\xfeclient_ed25519\0salt", 2)),
        Said("client", my.packet(b"hunter2-signature", 3)),
        Said("server", my.packet(b"\x01\x04", 4)),
        Said("client", my.packet(b"\x02", 5)),
        Said("server", my.packet(b"\x01-----BEGIN PUBLIC KEY", 6)),
        Said("client", my.packet(b"hunter2-encrypted", 7)),
        Said("server", my.packet(b"\x01\x03", 8) + my.ok(sequence=9)),
        Said("client", my.packet(b"\x11ada\0\x07hunter2test\0")),
        Said("server", my.packet(b"\xfemysql_native_password\0salt", 1)),
        Said("client", my.packet(b"hunter2", 2)),
        Said("server", my.ok(sequence=3)),
    ]
    heard = hear(said, decoder=decoder)
    assert heard.happenings == [Greeted(7, "10.11.4-MariaDB"), Began(1, "COM_CHANGE_USER", group=1), ended(1)]
    assert b"hunter2-encrypted" in heard.to_server
    assert "hunter2" not in everything_in(decoder)


def test_a_refused_login_is_an_error_of_no_statement() -> None:
    denied = Said("server", my.error(1045, "28000", "Access denied"))
    heard = hear([*my.HELLO[:2], denied])
    assert heard.happenings == [failed(0, error=Failure("", "Access denied", "28000/1045"))]


def test_a_server_that_is_full_says_so_in_place_of_a_greeting() -> None:
    full = my.packet(b"\xff\x10\x04Too many connections")
    heard = hear([Said("server", full)])
    assert heard.happenings == [ended(0, error=Failure("", "Too many connections", "HY000/1040"))]
    assert heard.to_client == full


def test_a_server_that_ends_an_idle_connection_says_why() -> None:
    said = talk(Said("server", my.error(1927, "70100", "Connection was killed", 0)))
    assert hear(said).happenings[1:] == [failed(0, error=Failure("", "Connection was killed", "70100/1927"))]


# Queries


@pytest.mark.parametrize(
    ("text", "answer", "end"),
    [
        ("SELECT 1", my.rows(3), ended(1, returned=3)),
        ("SELECT 1", my.rows(0), ended(1, returned=0)),
        ("BEGIN", my.ok(OPEN), ended(1, state="open")),
        ("INSERT", my.ok(OPEN, 2, info=b"Records: 2"), ended(1, affected=2, state="open")),
        ("UPDATE", my.ok(affected=0), ended(1, affected=0)),
        ("/* a */ delete", my.ok(affected=300), ended(1, affected=300)),
        ("CREATE TABLE", my.ok(), ended(1)),
        ("CREATE TABLE t AS SELECT", my.ok(affected=5), ended(1, affected=5)),
        ("INSERT .. RETURNING", my.rows(2), ended(1, returned=2)),
        ("INSERT", my.error(), failed(1)),
        ("SELECT", my.packet(b"\x01", 1) + my.COLUMN + my.eof() + my.ROW + my.error(), failed(1, returned=1)),
    ],
)
def test_a_query_begins_and_ends(text: str, answer: bytes, end: Ended) -> None:
    assert happenings(my.query(text), answer) == [Began(1, text, group=1), end]


def test_the_end_of_rows_may_have_the_new_form() -> None:
    asks = my.CLIENT | my.DEPRECATE_EOF
    seen = happenings(my.query("SELECT"), my.short_rows(2, OPEN), my.query("SELECT"), my.short_rows(0), asks=asks)
    assert seen[1::2] == [ended(1, returned=2, state="open"), ended(2, returned=0)]


@pytest.mark.parametrize("ends_early", [True, False])
def test_names_of_columns_may_be_left_out(ends_early: bool) -> None:
    asks = (my.CLIENT | my.CACHE_METADATA) + my.DEPRECATE_EOF * ends_early
    end = my.ok(header=0xFE) if ends_early else my.eof()
    named = my.packet(b"\x02\x01", 1) + my.COLUMN * 2 + (b"" if ends_early else my.eof()) + my.ROW + end
    unnamed = my.packet(b"\x02\x00", 1) + (b"" if ends_early else my.eof()) + my.ROW * 2 + end
    seen = happenings(my.query("SELECT"), named, my.query("SELECT"), unnamed, asks=asks)
    assert seen[1::2] == [ended(1, returned=1), ended(2, returned=2)]


def test_a_row_that_begins_like_an_end_is_a_row() -> None:
    long = my.packet(b"\xfe" + (1 << 24).to_bytes(8, "little") + b"x" * (1 << 24), 4)
    answer = my.packet(b"\x01", 1) + my.COLUMN + my.eof() + long + my.ROW + my.eof()
    heard = hear(talk(my.query("SELECT"), answer), chunks)
    assert heard.happenings[2] == ended(1, returned=2)
    assert heard.to_client.endswith(answer)


def test_reports_of_progress_are_no_errors() -> None:
    progress = my.packet(b"\xff\xff\xff\x01\x01\x02\x00\x00\x00\x05stage", 1)
    assert happenings(my.query("ALTER"), progress * 3 + my.ok()) == [Began(1, "ALTER", group=1), ended(1)]


@pytest.mark.parametrize("content", [b"1,2\n", b""])
def test_the_content_of_a_local_file_is_no_command(content: bytes) -> None:
    file = my.packet(content, 2) + my.packet(b"\x03DROP", 3) + my.packet(b"", 4) if content else my.packet(b"", 2)
    seen = happenings(
        my.query("LOAD DATA"), my.packet(b"\xfb/tmp/data.csv", 1), file, my.ok(affected=2), my.PING, my.ok()
    )
    assert seen == [Began(1, "LOAD DATA", group=1), ended(1, affected=2), Began(2, "COM_PING", group=2), ended(2)]


def test_text_that_is_not_utf8_stays_readable() -> None:
    (began, _) = happenings(my.query(b"SELECT _binary'\xff'"), my.rows(1))
    assert isinstance(began, Began)
    assert began.text == "SELECT _binary'\\xff'"


@pytest.mark.parametrize("text", ["KILL 12", "kill query 12;", "KILL HARD CONNECTION 12"])
def test_a_kill_is_a_cancel_request_as_well(text: str) -> None:
    assert happenings(my.query(text), my.ok()) == [CancelAsked(12), Began(1, text, group=1), ended(1)]


def test_nothing_is_passed_on_before_it_is_told() -> None:
    decoder = MysqlDecoder()
    hear(my.HELLO, decoder=decoder)
    (step,) = decoder.client(my.query("SELECT 1"))
    assert (step.happening, step.data) == (Began(1, "SELECT 1", group=1), my.query("SELECT 1"))
    (step,) = decoder.server(my.rows(2))
    assert (step.happening, step.data) == (ended(1, returned=2), my.rows(2))


# Several statements in one query


def test_several_statements_are_told_apart() -> None:
    text = "INSERT INTO t VALUES (';', \"it's;\", `a;b`) -- ;\n; /* ; */ UPDATE t SET x = 'a\\'; b';SELECT 1; # end ;\n"
    answer = my.ok(OPEN | my.MORE, 1) + my.ok(OPEN | my.MORE, 2) + my.rows(1, OPEN)
    seen = happenings(my.query(text), answer)
    first, second, third = (
        "INSERT INTO t VALUES (';', \"it's;\", `a;b`) -- ;",
        "/* ; */ UPDATE t SET x = 'a\\'; b'",
        "SELECT 1",
    )
    assert seen == [
        Began(1, first, group=1),
        ended(1, affected=1, state="open"),
        Began(2, second, group=1),
        ended(2, affected=2, state="open"),
        Began(3, third, group=1),
        ended(3, returned=1, state="open"),
    ]


def test_an_error_ends_them_all() -> None:
    seen = happenings(my.query("INSERT; UPDATE; DELETE"), my.ok(my.MORE, 1) + my.error())
    assert texts(seen) == ["INSERT", "UPDATE"]
    assert seen[-1] == failed(2)


def test_a_call_among_them_has_all_its_results() -> None:
    answer = my.rows(1, my.MORE) + my.rows(2, my.MORE) + my.ok(my.MORE) + my.rows(4)
    seen = happenings(my.query("CALL p(); SELECT 1"), answer)
    assert seen[1::2] == [ended(1, returned=3), ended(2, returned=4)]


def test_results_without_statements_of_their_own_belong_to_the_last() -> None:
    seen = happenings(my.query("CALL p()"), my.rows(1, my.MORE) + my.rows(2, my.MORE) + my.ok(affected=3))
    assert seen == [Began(1, "CALL p()", group=1), ended(1, returned=3, affected=3)]


def test_a_program_is_not_taken_apart() -> None:
    text = "CREATE OR REPLACE DEFINER=`a`@`b` PROCEDURE p() BEGIN SELECT 1; SELECT 2; END; SELECT 3"
    seen = happenings(my.query("SELECT 0; " + text), my.rows(1, my.MORE) + my.ok(my.MORE) + my.rows(1))
    assert texts(seen) == ["SELECT 0", text]


def test_a_query_that_the_server_takes_apart_otherwise_is_unseen() -> None:
    seen = happenings(my.query("SELECT 1; SELECT 2"), my.rows(1))
    assert isinstance(seen[-1], Unseen)


def test_without_the_capability_a_query_is_one_statement() -> None:
    seen = happenings(my.query("SELECT 1; SELECT 2"), my.error(1064, "42000"), asks=my.PROTOCOL_41)
    assert texts(seen) == ["SELECT 1; SELECT 2"]


def test_the_capability_can_be_changed_later() -> None:
    on = my.packet(b"\x1b\0\0")
    seen = happenings(on, my.eof(), my.query("A; B"), my.ok(my.MORE) + my.ok(), asks=my.PROTOCOL_41)
    assert texts(seen) == ["COM_SET_OPTION", "A", "B"]
