"""The worker's settings: each wrong one is named in one line that shows no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.sandbox import SandboxMode
from workers.settings import SettingsError, WorkerSettings


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "day.txt").write_text("2024-01-02\n")
    return {
        "SB_DATABASE_URL": "sqlite:////tmp/a.db",
        "SB_REDIS_URL": "unix:///tmp/redis.sock",
        "SB_QLIB_PROVIDER_URI": str(tmp_path),
    }


def test_defaults_are_the_safe_ones(environ: dict[str, str]) -> None:
    settings = WorkerSettings.read(environ)
    assert (settings.region, settings.engine, settings.timeout) == ("cn", "stock", 300.0)
    assert settings.sandbox is SandboxMode.REQUIRED
    assert settings.provider_uri.is_absolute()


@pytest.mark.parametrize("name", ["SB_DATABASE_URL", "SB_REDIS_URL", "SB_QLIB_PROVIDER_URI"])
def test_what_is_needed_is_missed(environ: dict[str, str], name: str) -> None:
    del environ[name]
    with pytest.raises(SettingsError, match=f"^{name} is not set"):
        WorkerSettings.read(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SB_REDIS_URL", "http://:hidden@host"),
        ("SB_QLIB_PROVIDER_URI", "/nowhere"),
        ("SB_QLIB_REGION", "mars"),
        ("SB_QLIB_ENGINE", "warp"),
        ("SB_SANDBOX", "maybe"),
        ("SB_QUICK_TEST_TIMEOUT", "soon"),
        ("SB_QUICK_TEST_TIMEOUT", "0"),
        ("SB_QUICK_TEST_TIMEOUT", "-5"),
        ("SB_QUICK_TEST_TIMEOUT", "nan"),
        ("SB_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_named(environ: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: expected ") as raised:
        WorkerSettings.read(environ | {name: value})
    assert "hidden" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_secrets_are_not_shown(environ: dict[str, str]) -> None:
    settings = WorkerSettings.read(environ | {"SB_DATABASE_URL": "mysql+pymysql://u:hidden@host/db"})
    assert "hidden" not in repr(settings)
