"""What is missing is left out with a word, unless it is required."""

import pytest

from shared_scenarios.targets.address import VARIABLES
from tests import required


def test_without_a_requirement_a_test_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(required.VARIABLE, "mariadb")
    with pytest.raises(pytest.skip.Exception, match="no such thing"):
        required.missing("postgresql", "no such thing")


@pytest.mark.parametrize("named", ["postgresql", "mariadb, postgresql"])
def test_what_is_required_fails(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv(required.VARIABLE, named)
    with pytest.raises(pytest.fail.Exception, match="ORMATRIX_REQUIRE_SERVERS names postgresql: no such thing"):
        required.missing("postgresql", "no such thing")


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_is_not_there_is_missing(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv(required.VARIABLE, kind)
    monkeypatch.delenv(VARIABLES[kind], raising=False)
    for recipe in ("postgresql", "mariadb"):
        module = f"shared_scenarios.targets.private_{recipe}"
        monkeypatch.setattr(f"{module}.on_path", list)
        monkeypatch.setattr(f"{module}._FOLDERS", ())
    monkeypatch.setattr("shared_scenarios.targets.private_postgresql.WHEEL", "no_such_wheel")
    for asked in (required.binaries, required.implementations):
        with pytest.raises(pytest.fail.Exception, match="was found that could be started"):
            asked(kind)


def test_a_driver_that_is_not_there_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(required.VARIABLE, "postgresql")
    with pytest.raises(pytest.fail.Exception, match="no_such_driver cannot be imported"):
        required.driver("postgresql", "no_such_driver")
