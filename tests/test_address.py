"""Addresses of servers: every part is understood, or refused in words that show no secret."""

import pytest

from shared_scenarios.errors import UnknownName
from shared_scenarios.targets.address import parse_server


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://ada@db:5433/x", ("db", 5433)),
        ("postgres:///?host=/run/pg", "/run/pg/.s.PGSQL.5432"),
        ("mysql://ada@db/", ("db", 3306)),
        ("mariadb://ada@db/?unix_socket=/run/my.sock", "/run/my.sock"),
    ],
)
def test_an_address_names_a_place(url: str, place: object) -> None:
    assert parse_server(url).place == place


@pytest.mark.parametrize("demand", ["sslmode=require", "ssl_mode=REQUIRED", "ssl=true", "tls=1"])
@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_demand_for_tls_is_refused_and_not_passed_over(kind: str, demand: str) -> None:
    with pytest.raises(UnknownName, match="is not understood") as caught:
        parse_server(f"{kind}://ada:hunter2@db/x?{demand}")
    assert "cannot be encrypted" in caught.value.hint


@pytest.mark.parametrize("more", ["password=hunter2", "host=other", "socket=hunter2"])
def test_what_is_not_understood_is_refused_without_its_value(more: str) -> None:
    with pytest.raises(UnknownName) as caught:
        parse_server(f"mariadb://db/?{more}")
    assert repr(more.partition("=")[0]) in caught.value.message
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"
