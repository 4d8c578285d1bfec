"""From the text of an environment variable to a value; each parser raises ValueError saying what it expected."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

T = TypeVar("T")

_ADDRESS = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):([0-9]{1,5})")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")


def text(value: str) -> str:
    """Accept anything."""
    return value


def path(value: str) -> Path:
    """Accept a path; a leading ``~`` is the home directory."""
    return Path(value).expanduser()


def existing_file(value: str) -> Path:
    """Accept the path of a file that is there."""
    found = path(value)
    if not found.is_file():
        raise ValueError("the path of an existing file")
    return found


def secret(value: str) -> bytes:
    """Accept at least 32 bytes, as HS256 needs."""
    encoded = value.encode()
    if len(encoded) < 32:
        raise ValueError(f"a secret of at least 32 bytes (it has {len(encoded)})")
    return encoded


def address(value: str) -> str:
    """Accept ``host:port``; port 0 lets the system choose."""
    match = _ADDRESS.fullmatch(value)
    if not match or int(match[1]) > 65535:
        raise ValueError("host:port, such as 127.0.0.1:50051")
    return value


def ip_address(value: str) -> str:
    """Accept an IPv4 or IPv6 address."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("an IP address such as 127.0.0.1 or 0.0.0.0") from None


def database_url(value: str) -> str:
    """Accept a SQLAlchemy URL of a database this suite runs on."""
    wanted = "a URL such as sqlite:////var/lib/strategy-builder/data.db or mysql+pymysql://user:password@host/name"
    try:
        driver = make_url(value).drivername
    except ArgumentError:
        raise ValueError(wanted) from None
    if driver not in ("sqlite", "mysql+pymysql", "mariadb+pymysql"):
        raise ValueError(wanted)
    return value


def redis_url(value: str) -> str:
    """Accept the URL schemes redis-py knows."""
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("a URL starting with redis://, rediss:// or unix://")
    return value


def origins(value: str) -> tuple[str, ...]:
    """Accept a comma-separated list of web origins."""
    found = tuple(part.strip() for part in value.split(",") if part.strip())
    if not all(_ORIGIN.fullmatch(origin) for origin in found):
        raise ValueError("origins such as http://localhost:3000, separated by commas")
    return found


def switch(value: str) -> bool:
    """Accept on or off."""
    try:
        return {"on": True, "off": False}[value.lower()]
    except KeyError:
        raise ValueError("on or off") from None


def one_of(*allowed: str) -> Callable[[str], str]:
    """Accept one of some words."""

    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(" or ".join(allowed))
        return value

    return parse


def whole(low: int, high: int) -> Callable[[str], int]:
    """Accept a whole number within bounds, both included."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", value) or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(value)

    return parse


def seconds(low: float, high: float) -> Callable[[str], float]:
    """Accept a number of seconds within bounds, both included."""

    def parse(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise ValueError(f"seconds, from {low:g} to {high:g}")
        return number

    return parse
