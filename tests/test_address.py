"""Addresses of servers: what is understood, what is refused, and that no password is ever shown."""

import pytest

from shared_scenarios.errors import USAGE, UnknownName
from shared_scenarios.targets.address import VARIABLES, Database, parse_database, parse_server


@pytest.mark.parametrize(
    ("url", "kind", "place", "user"),
    [
        ("postgresql://127.0.0.1/", "postgresql", ("127.0.0.1", 5432), "postgres"),
        ("postgres://me@db:5433/mine", "postgresql", ("db", 5433), "me"),
        ("mariadb://127.0.0.1", "mariadb", ("127.0.0.1", 3306), "root"),
        ("mysql://me@[::1]:3307/", "mariadb", ("::1", 3307), "me"),
        ("postgresql://me@/x?host=/run/pg", "postgresql", "/run/pg/.s.PGSQL.5432", "me"),
        ("mariadb://me@localhost/?unix_socket=/run/m.sock", "mariadb", "/run/m.sock", "me"),
        ("postgresql://me@127.0.0.1/?sslmode=prefer", "postgresql", ("127.0.0.1", 5432), "me"),
    ],
)
def test_an_address_is_understood(url: str, kind: str, place: tuple[str, int] | str, user: str) -> None:
    found = parse_server(url)
    assert (found.kind, found.place, found.user) == (kind, place, user)
    assert parse_database(url) == Database(kind, url=url)


def test_a_password_goes_through_whatever_is_in_it() -> None:
    given = parse_server("postgresql://m%40e:p%2Fa%3As%40s@h/x")
    assert (given.user, given.password) == ("m@e", "p/a:s@s")
    assert parse_server(given.through("127.0.0.1", 7, "y")).password == given.password


def test_a_password_of_any_letters_is_understood_where_drivers_can_send_it() -> None:
    assert parse_server("postgresql://me:p%C3%A4ss%E2%98%83@h/").password == "päss☃"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mariadb://me:geheim@h/?ssl_mode=REQUIRED", "asks for an encrypted line by 'ssl_mode'"),
        ("postgresql://me:geheim@h/?sslmode=verify-full", "asks for an encrypted line by 'sslmode'"),
        ("mariadb://me:geheim@h/?tls=", "asks for an encrypted line by 'tls'"),
        ("postgresql://me:geheim@h/?options=-cfsync", "has 'options', which means nothing here"),
        ("postgresql://me:geh/eim@h/", "is not an address of a server"),
        ("mariadb://me:geheim@h:port/", "is not an address of a server"),
        ("oracle://me:geheim@h/", "no database 'oracle://***'"),
        ("postgresql:/me:geheim@h/", "no database 'postgresql:***'"),
        ("postgresql:me:geheim@h/", "no database 'postgresql:***'"),
        ("me:geheim@h", "no database 'me:***'"),
        ("geheim@h", "no database '***'"),
        ("me geheim", "no database '***'"),
        ("postgresql://me:12?geheim@h/", "has a special letter"),
        ("postgresql://me:12?geheim", "has something behind its question mark"),
        ("postgresql://me:12?Geheim=eim", "has something behind its question mark"),
        ("mariadb://me:12#geheim@h/", "has a special letter"),
        ("mariadb://me:12/geheim@h/", "has a special letter"),
        ("mariadb://me:geh%C3%A4eim@h/", "has letters that PyMySQL and aiomysql cannot send"),
    ],
)
def test_what_we_would_not_heed_is_refused_without_a_secret(url: str, why: str) -> None:
    with pytest.raises(UnknownName) as caught:
        parse_database(url)
    assert why in caught.value.message
    assert caught.value.exit_code == USAGE
    for part in ("geh", "eim"):
        assert part not in caught.value.message + caught.value.hint


def test_a_password_is_not_shown_by_what_holds_it() -> None:
    url = "postgresql://me:geheim@h/x"
    assert "geheim" not in f"{parse_database(url)!r} {parse_server(url)!r}"


@pytest.mark.parametrize("kind", VARIABLES)
def test_a_variable_of_the_environment_names_a_server(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLES[kind], f"{kind}://me@h/")
    assert parse_database(kind) == Database(kind, url=f"{kind}://me@h/")
    monkeypatch.setenv(VARIABLES[kind], "")
    assert parse_database(kind) == Database(kind)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("junk:geheim", "is not an address"),
        ("me geheim", "is not an address"),
        ("postgresql://me:geheim@h/", "is the address of postgresql"),
    ],
)
def test_a_variable_that_names_no_such_server_is_named(url: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORMATRIX_MARIADB_URL", url)
    with pytest.raises(UnknownName, match=why) as caught:
        parse_database("mariadb")
    assert caught.value.message.startswith("ORMATRIX_MARIADB_URL")
    assert "geheim" not in caught.value.message + caught.value.hint
