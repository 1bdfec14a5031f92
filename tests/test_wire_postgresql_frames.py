"""PostgreSQL's protocol, read from bytes: bound values, and large, broken and hostile frames."""

import math
import struct

import pytest

from shared_scenarios.evidence.wire.postgresql_frames import BOUND
from shared_scenarios.evidence.wire.postgresql_talk import MOST_HELD, OVERHEAD, Kept
from shared_scenarios.evidence.wire.protocol import Began, Unseen
from shared_scenarios.timeline import Scalar
from tests import pgwire as pg
from tests.pgwire import Said, chunks, happenings, hear, talk

# Bound values


@pytest.mark.parametrize(
    ("kind", "text", "binary", "value"),
    [
        (16, b"t", b"\1", True),
        (16, b"f", b"\0", False),
        (21, b"-7", struct.pack("!h", -7), -7),
        (23, b"70000", struct.pack("!i", 70000), 70000),
        (20, b"5000000000", struct.pack("!q", 5_000_000_000), 5_000_000_000),
        (700, b"0.5", struct.pack("!f", 0.5), 0.5),
        (701, b"0.1", struct.pack("!d", 0.1), 0.1),
        (701, b"NaN", struct.pack("!d", math.nan), "nan"),
        (25, b"K\xc3\xa4se", b"K\xc3\xa4se", "Käse"),
        (1043, b"", b"", ""),
        (17, b"\\x00ff", b"\x00\xff\x00", None),
        (1114, b"2026-01-02 03:04:05", struct.pack("!q", 820638245_000_000), "2026-01-02 03:04:05"),
        (1184, b"2026-01-02 03:04:05+00:00", struct.pack("!q", 820638245_000_000), "2026-01-02 03:04:05+00:00"),
        (1082, b"2026-01-02", struct.pack("!i", 9498), "2026-01-02"),
        (2950, b"12345678-1234-5678-1234-567812345678", bytes.fromhex("12345678" * 4), None),
        (3802, b'{"a": 1}', b'\1{"a": 1}', '{"a": 1}'),
    ],
)  # fmt: skip
def test_values_are_read_in_both_forms(kind: int, text: bytes, binary: bytes, value: Scalar) -> None:
    expected = {17: ("<6 bytes>", "<3 bytes>"), 2950: ("12345678-1234-5678-1234-567812345678",) * 2}.get(
        kind, (value,) * 2
    )
    assert (bound([text], [kind], [0]), bound([binary], [kind], [1])) == ((expected[0],), (expected[1],))


@pytest.mark.parametrize(
    ("value", "kind", "form", "read"),
    [
        (None, 23, 1, None),
        (b"12", 0, 0, "12"),
        (b"12", 0, 1, "<2 bytes>"),
        (b"\0\1\0\0", 1700, 1, "<4 bytes>"),
        (b"ab", 23, 1, "<2 bytes>"),
        (b"many", 23, 0, "<4 bytes>"),
        (struct.pack("!q", 2**63 - 1), 1184, 1, "<8 bytes>"),
        (b"\xff\xfe", 25, 1, "\ufffd\ufffd"),
    ],
)
def test_what_cannot_be_read_is_counted(value: bytes | None, kind: int, form: int, read: Scalar) -> None:
    assert bound([value], [kind], [form]) == (read,)


def test_types_that_the_server_told_are_used() -> None:
    """asyncpg sends no types, asks the server for them, and then sends binary values."""
    preparing = pg.parse("SELECT $1", "s") + pg.describe("S", "s") + pg.SYNC
    seen = happenings(
        preparing, pg.PARSED + pg.types(23) + pg.NO_DATA + pg.ready(),
        pg.bind([struct.pack("!i", 42)], [1], "s") + pg.execute() + pg.SYNC,
    )  # fmt: skip
    assert seen[-1] == Began(1, "SELECT $1", (42,), 2)


def test_one_format_stands_for_all_values() -> None:
    assert bound([struct.pack("!i", 1), struct.pack("!i", 2)], [23, 23], [1]) == (1, 2)


def bound(values: list[bytes | None], kinds: list[int], formats: list[int]) -> tuple[Scalar, ...]:
    (began,) = happenings(pg.parse("...", types=kinds) + pg.bind(values, formats) + pg.execute())
    assert isinstance(began, Began)
    return began.values


# Large, broken and hostile frames


@pytest.mark.parametrize("kind", [pg.query, pg.parse])
def test_of_a_frame_beyond_the_bound_the_beginning_is_read(kind: object) -> None:
    text = "SELECT " + "x" * (3 * BOUND)
    said = pg.query(text) if kind is pg.query else pg.sent(text) + pg.SYNC
    answer = pg.done("SELECT 0") + pg.ready() if kind is pg.query else pg.did("SELECT 0") + pg.ready()
    heard = hear(talk(said, answer, pg.query("after"), pg.done("A") + pg.ready()), chunks)
    first, _, _, second, *_ = heard.happenings[1:]
    assert isinstance(first, Began)
    assert first.text.startswith("SELECT xxx")
    assert len(first.text) < BOUND + 100
    assert heard.to_server == pg.STARTUP + said + pg.query("after")
    assert second == Began(2, "after", group=2)


def test_large_values_are_streamed() -> None:
    said = pg.parse("INSERT") + pg.bind([b"x" * (2 * BOUND)]) + pg.execute() + pg.SYNC
    heard = hear(talk(said, pg.PARSED + pg.BOUND + pg.done("INSERT 0 1") + pg.ready()), chunks)
    assert heard.happenings[1] == Began(1, "INSERT", (f"<{2 * BOUND + 12} bytes>",), 1)
    assert heard.to_server == pg.STARTUP + said


@pytest.mark.parametrize(
    "said",
    [
        (Said("client", b"\x16\x03\x01\x02\x00hello"),),  # TLS without asking
        (Said("client", b"\0\0\0\4"),),
        (*pg.HELLO, Said("client", b"\x99\0\0\0\4")),
        (*pg.HELLO, Said("client", b"Q\0\0\0\3")),
        (*pg.HELLO, Said("client", pg.message("Q", b"no end"))),
        (*pg.HELLO, Said("client", pg.message("B", b"\0\0\0\1\0\1\0\5\0\0\0\x09ab"))),
        (*pg.HELLO, Said("client", pg.message("E"))),
        (*pg.HELLO, Said("server", pg.done("SELECT 1"))),
        (*pg.HELLO, Said("server", pg.PARSED)),
        (*pg.HELLO, Said("server", pg.ready())),
        (*pg.HELLO, Said("client", pg.SYNC), Said("server", pg.PARSED)),
        (*pg.HELLO, Said("client", pg.query("a; b")), Said("server", pg.done("A") + pg.ready())),
        (*pg.HELLO, Said("client", pg.query("a")), Said("server", pg.done("A") + pg.done("B"))),
        (*pg.HELLO, Said("client", pg.query("a")), Said("server", pg.message("Z", b"?"))),
        (*pg.HELLO, Said("server", b"\x00\x00\x00\x00\x00\x00")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unseen_and_passed_on(said: tuple[Said, ...]) -> None:
    rest = [Said("client", pg.query("SELECT 1")), Said("server", pg.done("SELECT 1") + pg.ready())]
    heard = hear([*said, *rest])
    assert [one for one in heard.happenings if isinstance(one, Unseen)] == heard.happenings[-1:]
    assert heard.to_server == b"".join(one.data for one in [*said, *rest] if one.who == "client")
    assert heard.to_client == b"".join(one.data for one in [*said, *rest] if one.who == "server")


def test_what_is_asked_ahead_of_its_answers_is_bounded() -> None:
    ahead = MOST_HELD // OVERHEAD + 1
    heard = hear([*pg.HELLO, Said("client", pg.query("x") * ahead)])
    assert isinstance(heard.happenings[-1], Unseen)
    assert heard.to_server == pg.STARTUP + pg.query("x") * ahead


def test_of_what_is_kept_by_name_the_bound_holds_and_the_oldest_goes() -> None:
    kept: Kept[str] = Kept()
    for name in ("a", "b", "c"):
        kept.put(name, name, MOST_HELD // 2 - 2 * OVERHEAD)
    assert [kept.get(name) for name in ("a", "b", "c")] == [None, "b", "c"]
