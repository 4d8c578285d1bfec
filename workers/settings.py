"""The worker's settings as one frozen value, read once from a mapping such as ``os.environ``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from workers.sandbox import SandboxMode

T = TypeVar("T")
Environ = Mapping[str, str]

REGIONS = ("cn", "us", "tw")
ENGINES = ("stock",)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one line and never shows a value that may be secret."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker needs.

    Attributes:
        provider_uri: Directory of the Qlib data.
        sandbox: What to do where the kernel can't confine strategies.
        timeout: Seconds after which a quick test is ended.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    provider_uri: Path
    region: str
    engine: str
    sandbox: SandboxMode
    timeout: float
    log_level: str

    @classmethod
    def read(cls, environ: Environ) -> WorkerSettings:
        """Read and check the settings. Raises SettingsError."""
        return cls(
            database_url=_read(environ, "SB_DATABASE_URL", str),
            redis_url=_read(environ, "SB_REDIS_URL", _redis_url),
            provider_uri=_read(environ, "SB_QLIB_PROVIDER_URI", _data_directory),
            region=_read(environ, "SB_QLIB_REGION", _one_of(REGIONS), "cn"),
            engine=_read(environ, "SB_QLIB_ENGINE", _one_of(ENGINES), "stock"),
            sandbox=SandboxMode(_read(environ, "SB_SANDBOX", _one_of(tuple(SandboxMode)), "required")),
            timeout=_read(environ, "SB_QUICK_TEST_TIMEOUT", _seconds, "300"),
            log_level=_read(environ, "SB_LOG_LEVEL", _one_of(LOG_LEVELS), "INFO"),
        )


def _read(environ: Environ, name: str, parse: Callable[[str], T], default: str | None = None) -> T:
    text = environ.get(name, "").strip() or default
    if text is None:
        raise SettingsError(f"{name} is not set")
    try:
        return parse(text)
    except ValueError as problem:
        raise SettingsError(f"{name}: expected {problem}") from None


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(" or ".join(choices))
        return text

    return parse


def _redis_url(text: str) -> str:
    if not text.startswith(_REDIS_SCHEMES):
        raise ValueError("a URL starting with " + ", ".join(_REDIS_SCHEMES))
    return text


def _data_directory(text: str) -> Path:
    folder = Path(text).expanduser()
    if not (folder / "calendars" / "day.txt").is_file():
        raise ValueError("a directory of daily Qlib data, with calendars/day.txt in it")
    return folder.resolve()


def _seconds(text: str) -> float:
    seconds = float(text) if text.replace(".", "", 1).isdigit() else 0.0
    if not 1 <= seconds <= 86_400:
        raise ValueError("seconds from 1 to 86400")
    return seconds
