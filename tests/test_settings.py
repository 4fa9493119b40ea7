"""Settings: what is wrong is told at once, by its name and never by its value."""

import re

import pytest
from pydantic import ValidationError

from gridsvc.cli.configuration import read_settings
from gridsvc.errors import SetupError
from gridsvc.settings import Settings

KEY = "0123456789abcdef"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEZONE", "Mars/Base"),
        ("TIMEZONE", ""),
        ("TIMEZONE", "../../etc/passwd"),
        ("TIMEZONE", "Asia"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", KEY[1:]),
        ("OUTSIDE_MARGIN_M", "inf"),
        ("OUTSIDE_MARGIN_M", "nan"),
        ("OUTSIDE_MARGIN_M", "-1"),
        ("NEAR_LIMIT_M", "inf"),
        ("NEAR_LIMIT_M", "0"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://me:hush@host/db"),
        ("DATABASE_URL", "me:hush"),
        ("DATABASE_URL", "postgresql://me:hush@host/db?no_such_parameter=1"),
        ("DATABASE_URL", "postgresql://me:hush@[host/db"),
        ("PORT", "0"),
        ("LANGUAGE", "fr"),
        ("SECURE_COOKIES", "perhaps"),
        ("SESSION_HOURS", "1.5"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "*"),
        ("REQUESTS_PER_ACCOUNT", "-1"),
        ("PUBLIC_URL", "grid.example.gov"),
        ("PUBLIC_URL", "https://grid.example.gov/path"),
        ("PASSWORD_MIN_LENGTH", "7"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GRIDSVC_{name}", value)
    with pytest.raises(SetupError) as refused:
        read_settings()
    error = refused.value
    assert f"GRIDSVC_{name}" in error.en
    assert f"GRIDSVC_{name}" in error.zh
    assert re.search("[一-鿿]{2}", error.zh.partition("：")[2])
    assert "hush" not in error.en + error.zh + str(error.detail)
    assert not error.en.endswith("..")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgresql+asyncpg://me:hush@host/db", "postgresql://me:hush@host/db"),
        ("postgresql+psycopg://me@/db?host=%2Frun", "postgresql://me@/db?host=%2Frun"),
        ("postgres://host", "postgresql://host"),
        ("postgresql://host/db?sslmode=require", "postgresql://host/db?sslmode=require"),
    ],
)
def test_an_address_loses_the_driver_that_another_program_put_there(given: str, kept: str) -> None:
    settings = Settings(database_url=given)
    assert settings.database_url == kept
    assert "hush" not in repr(settings)


def test_a_key_of_sixteen_characters_does_and_is_not_shown() -> None:
    settings = Settings.model_validate({"secret_key": KEY})
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == KEY
    assert KEY not in repr(settings)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc] # that it is frozen is what is tested


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("GRIDSVC_DATBASE_URL", "GRIDSVC_DATABASE_URL"),
        ("GRIDSVC_TIME_ZONE", "GRIDSVC_TIMEZONE"),
        ("GRIDSVC_SECURE_COOKIE", "GRIDSVC_SECURE_COOKIES"),
        ("GRIDSVC_NEAR_LIMIT", "GRIDSVC_NEAR_LIMIT_M"),
        ("GRIDSVC_BASEMAP_URL", "GRIDSVC_BASEMAPS"),
        ("gridsvc_prot", "GRIDSVC_PORT"),
    ],
)
def test_a_name_that_is_nearly_a_setting_is_told(
    monkeypatch: pytest.MonkeyPatch, misspelt: str, meant: str
) -> None:
    monkeypatch.setenv(misspelt, "1")
    with pytest.raises(SetupError) as refused:
        read_settings()
    assert refused.value.code == "unknown_setting"
    assert misspelt in refused.value.zh
    assert meant in refused.value.en


@pytest.mark.parametrize("name", ["GRIDSVC_SHARED_DATA", "GRIDSVC_CHROMIUM", "DATABASE_URL"])
def test_what_is_for_others_is_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    assert read_settings().port == Settings().port
