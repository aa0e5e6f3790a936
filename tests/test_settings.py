"""Settings come from MEDIATION_* variables, and a mistaken one is never passed over."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mediation.errors import InputRefused
from mediation.settings import KNOWN, PREFIX, read_settings


def refusals(**variables: str) -> dict[str, str]:
    with pytest.raises(InputRefused) as refused:
        read_settings({f"MEDIATION_{name}": value for name, value in variables.items()})
    return {fault.field: fault.message.to("en") for fault in refused.value.faults}


def test_nothing_need_be_set() -> None:
    settings = read_settings({"PATH": "/bin", "MEDIATION_HOME": ""})
    assert settings.home == Path("var")
    assert settings.database_url == f"sqlite:///{Path('var/mediation.db')}"
    assert settings.key_file == Path("var/mediation.key")
    assert (settings.language, settings.rehearsal, settings.now) == ("zh", False, None)


def test_everything_can_be_set() -> None:
    settings = read_settings(
        {
            "MEDIATION_HOME": "/srv/mediation",
            "MEDIATION_DATABASE_URL": "postgresql://m:secret@db/mediation",
            "MEDIATION_KEY_FILE": "/etc/mediation.key",
            "MEDIATION_LANGUAGE": "en",
            "MEDIATION_REHEARSAL": "1",
            "MEDIATION_NOW": "2026-11-22T09:00",
        }
    )
    assert settings.home == Path("/srv/mediation")
    assert settings.database_url == "postgresql+psycopg://m:secret@db/mediation"
    assert settings.key_file == Path("/etc/mediation.key")
    assert settings.language == "en"
    assert settings.now == datetime(2026, 11, 22, 1, tzinfo=UTC)


def test_residents_may_reach_the_pages_elsewhere() -> None:
    assert read_settings({}).public_url == ""
    told = read_settings({"MEDIATION_PUBLIC_ADDRESS": "https://tiaojie.example.cn/"})
    assert told.public_url == "https://tiaojie.example.cn"
    assert "MEDIATION_PUBLIC_ADDRESS" in refusals(PUBLIC_ADDRESS="tiaojie.example.cn")


def test_data_follow_the_home() -> None:
    settings = read_settings({"MEDIATION_HOME": "/srv/m"})
    assert settings.database_url == f"sqlite:///{Path('/srv/m/mediation.db')}"
    assert settings.key_file == Path("/srv/m/mediation.key")


def test_a_password_is_not_shown() -> None:
    settings = read_settings({"MEDIATION_DATABASE_URL": "postgresql://m:secret@db/mediation"})
    assert "secret" not in repr(settings)


def test_an_unknown_variable_is_refused_and_the_nearest_named() -> None:
    assert refusals(HOEM="/srv") == {
        "MEDIATION_HOEM": "There is no such setting; the nearest one is MEDIATION_HOME"
    }
    assert "MEDIATION_DATABASE_URL" in refusals(DB_URL="x")["MEDIATION_DB_URL"]


def test_a_moment_needs_a_rehearsal() -> None:
    told = {"MEDIATION_NOW": "The time can be set only with MEDIATION_REHEARSAL=1"}
    assert refusals(NOW="2026-11-22") == told
    assert refusals(NOW="2026-11-22", REHEARSAL="0") == told


def test_all_faults_are_told_at_once() -> None:
    assert refusals(
        DATABASE_URL="mysql://x", LANGUAGE="fr", REHEARSAL="yes", NOW="now", HOM="1"
    ) == {
        "MEDIATION_DATABASE_URL": "A database address begins with sqlite:/// or postgresql://",
        "MEDIATION_LANGUAGE": "The language must be one of: zh; en",
        "MEDIATION_REHEARSAL": "A switch is 1 or 0",
        "MEDIATION_NOW": "The time can be set only with MEDIATION_REHEARSAL=1",
        "MEDIATION_HOM": "There is no such setting; the nearest one is MEDIATION_HOME",
    }


def test_a_proxy_is_one_address_and_never_a_range() -> None:
    settings = read_settings({"MEDIATION_TRUSTED_PROXY": "10.0.0.5"})
    assert settings.trusted_proxy == "10.0.0.5"
    assert read_settings({}).trusted_proxy == ""
    for wrong in ("*", "10.0.0.0/8", "10.0.0.5,10.0.0.6", "proxy"):
        assert list(refusals(TRUSTED_PROXY=wrong)) == ["MEDIATION_TRUSTED_PROXY"]


def test_every_known_setting_is_read() -> None:
    for name in KNOWN - {"HOME", "KEY_FILE"}:
        assert PREFIX + name in refusals(**{name: "!"})
