"""The public keys of a JWKS file, read again whenever the file changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt

from services.runtime.logs import get_logger
from services.runtime.variables import SettingsError

# Only these, whatever a key's own `alg` says: a symmetric key in the file would make every verifier a forger.
_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}

_Stamp = tuple[int, int, int]

log = get_logger(__name__)


class KeyFile:
    """Keys by ``kid``. A file that turns bad while the server runs is logged, and the last good keys stay."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises SettingsError unless it holds at least one usable key."""
        self._path = path
        try:
            self._stamp: _Stamp | None = _stamp(path)
            self._keys = _read(path)
        except (OSError, ValueError, jwt.PyJWTError) as error:
            raise SettingsError(f"SB_JWT_JWKS: expected a JWKS file with RSA or P-256 keys: {error}") from None

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """Return the key of that id as the file has it now, or None."""
        self._refresh()
        return self._keys.get(key_id)

    def _refresh(self) -> None:
        try:
            stamp = _stamp(self._path)
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = _read(self._path)
        except (OSError, ValueError, jwt.PyJWTError):
            log.exception("jwks_unreadable")
        else:
            log.info("jwks_read", keys=sorted(self._keys))


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> Mapping[str, jwt.PyJWK]:
    document = json.loads(path.read_bytes())
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("it has no list of keys")
    keys = {}
    for entry in entries:
        if isinstance(entry, dict) and entry.get("use", "sig") == "sig":
            keys[_key_id(entry)] = _key(entry)
    if not keys:
        raise ValueError("it holds no key for signatures")
    return keys


def _key_id(entry: Mapping[str, Any]) -> str:
    key_id = entry.get("kid")
    if not isinstance(key_id, str) or not key_id:
        raise ValueError("a key has no kid")
    return key_id


def _key(entry: dict[str, Any]) -> jwt.PyJWK:
    algorithm = _ALGORITHMS.get((str(entry.get("kty")), entry.get("crv")))
    if algorithm is None or entry.get("alg", algorithm) != algorithm:
        raise ValueError(f"key {entry['kid']} is not for RS256 or ES256")
    if "d" in entry:
        raise ValueError(f"key {entry['kid']} is a private key")
    return jwt.PyJWK(entry, algorithm)
