"""Reading settings: defaults, every kind of wrong value, and the example file."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from services.runtime import variables
from services.runtime.settings import (
    BuilderSettings,
    CodeGenSettings,
    JwtSettings,
    QuickTestSettings,
    ValidationSettings,
)
from services.runtime.variables import VARIABLES, SettingsError, env_example

SECRET = "0123456789abcdef0123456789abcdef"
BASE = {"SB_JWT_SECRET": SECRET, "SB_DATABASE_URL": "sqlite:////tmp/data.db", "SB_REDIS_URL": "unix:///tmp/redis.sock"}
ROOT = Path(__file__).parents[3]


def test_defaults_are_the_documented_ones() -> None:
    settings = QuickTestSettings.read(BASE)
    assert settings.server.address == "127.0.0.1:50054"
    assert settings.codegen_address == "127.0.0.1:50052"
    assert (settings.timeout, settings.server.shutdown_grace, settings.server.reflection) == (300.0, 5.0, True)
    assert (settings.server.jwt.audience, settings.server.jwt.issuer) == ("strategy-builder", "qlib-ui")
    assert BuilderSettings.read(BASE).server.address == "127.0.0.1:50051"
    assert ValidationSettings.read(BASE).workers == 2
    assert CodeGenSettings.read(BASE).validation_address == "127.0.0.1:50053"


@pytest.mark.parametrize("kind", [BuilderSettings, CodeGenSettings, ValidationSettings, QuickTestSettings])
def test_settings_are_frozen_and_show_no_secret(kind: Any) -> None:
    environ = BASE | {
        "SB_DATABASE_URL": "mysql+pymysql://me:hunter2@host/name",
        "SB_REDIS_URL": "redis://:hunter2@host",
    }
    settings = kind.read(environ)
    assert "hunter2" not in repr(settings)
    assert SECRET not in repr(settings)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.server = None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SB_QUICKTEST_ADDR", "localhost", "host:port"),
        ("SB_QUICKTEST_ADDR", "localhost:99999", "host:port"),
        ("SB_QUICKTEST_ADDR", "local host:1", "host:port"),
        ("SB_REFLECTION", "maybe", "on or off"),
        ("SB_LOG_LEVEL", "LOUD", "DEBUG or INFO or WARNING or ERROR"),
        ("SB_DATABASE_POOL_SIZE", "0", "a whole number from 1 to 100"),
        ("SB_DATABASE_POOL_SIZE", "8.5", "a whole number from 1 to 100"),
        ("SB_DATABASE_POOL_SIZE", "٨", "a whole number from 1 to 100"),
        ("SB_QUICK_TEST_TIMEOUT", "nan", "seconds, from 1 to 86400"),
        ("SB_QUICK_TEST_TIMEOUT", "five", "seconds, from 1 to 86400"),
        ("SB_JWT_JWKS", "/nowhere/keys.json", "the path of an existing file"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, value: str, expected: str) -> None:
    environ = BASE | {name: value}
    with pytest.raises(SettingsError) as caught:
        QuickTestSettings.read(environ)
    assert str(caught.value).startswith(f"{name}: expected {expected}")
    assert str(caught.value).endswith(f"received {value!r}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SB_DATABASE_URL", "postgresql://me:hunter2@host/name"),
        ("SB_DATABASE_URL", "hunter2"),
        ("SB_REDIS_URL", "http://:hunter2@host"),
        ("SB_JWT_SECRET", "hunter2"),
    ],
)
def test_a_wrong_secret_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected ") as caught:
        QuickTestSettings.read(BASE | {name: value})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["SB_DATABASE_URL", "SB_REDIS_URL"])
def test_a_missing_value_is_named(name: str) -> None:
    for nothing in ({}, {name: ""}, {name: "  "}):
        environ = {key: value for key, value in BASE.items() if key != name} | nothing
        with pytest.raises(SettingsError, match=f"^{name} is not set"):
            QuickTestSettings.read(environ)


def test_exactly_one_source_of_keys_is_needed(tmp_path: Path) -> None:
    keys = tmp_path / "jwks.json"
    keys.write_text("{}")
    for environ in ({}, {"SB_JWT_SECRET": SECRET, "SB_JWT_JWKS": str(keys)}):
        with pytest.raises(SettingsError, match="exactly one of the two"):
            JwtSettings.read(environ)
    assert JwtSettings.read({"SB_JWT_JWKS": str(keys)}).jwks == keys


def test_a_service_key_needs_its_id(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.touch()
    with pytest.raises(SettingsError, match="SB_SERVICE_KEY_ID"):
        JwtSettings.read({"SB_JWT_SECRET": SECRET, "SB_SERVICE_KEY": str(key)})


def test_a_list_of_origins() -> None:
    assert variables.CORS_ORIGINS.read({}) == ()
    given = {"SB_CORS_ORIGINS": "http://localhost:3000, https://qlib.example"}
    assert variables.CORS_ORIGINS.read(given) == ("http://localhost:3000", "https://qlib.example")
    with pytest.raises(SettingsError, match="SB_CORS_ORIGINS"):
        variables.CORS_ORIGINS.read({"SB_CORS_ORIGINS": "*"})


def test_the_gateways_address_is_an_ip_address() -> None:
    assert variables.GATEWAY_ADDR.read({"SB_GATEWAY_ADDR": "::1"}) == "::1"
    with pytest.raises(SettingsError, match="an IP address"):
        variables.GATEWAY_ADDR.read({"SB_GATEWAY_ADDR": "localhost"})


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_every_default_passes_its_own_check(variable: variables.Variable[Any]) -> None:
    variable.read_optional({})
    assert variable.help.endswith(".")


def test_names_are_unique() -> None:
    assert len({variable.name for variable in VARIABLES}) == len(VARIABLES)


def test_the_example_file_lists_every_setting_as_the_table_has_it() -> None:
    text = (ROOT / ".env.example").read_text()
    assert text == env_example()
    for variable in VARIABLES:
        assert f"\n#{variable.name}={variable.default or ''}\n" in text
