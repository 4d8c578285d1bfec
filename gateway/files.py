"""What the gateway writes before Envoy starts: configuration, descriptor set and keys, for its own user only."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

from gateway.descriptors import read_contracts
from gateway.envoy.bootstrap import Inputs, bootstrap
from gateway.settings import GatewaySettings
from services.runtime.settings import JwtSettings

_LUA_DIR = Path(__file__).parent / "lua"
_LUA_PARTS = ("json", "requests", "errors", "events", "envelope")
"""One chunk to Envoy, in this order: a later part uses the earlier ones' local functions."""


def write_configuration(settings: GatewaySettings) -> Path:
    """Writes everything Envoy reads into ``settings.state_dir`` and returns the configuration's path."""
    directory = settings.state_dir
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    contracts = read_contracts()
    descriptor = _write(directory / "contracts.binpb", contracts.descriptors)
    jwks = _write(directory / "jwks.json", key_set(settings.jwt).encode())
    inputs = Inputs(lua_source(), contracts.bare, descriptor, jwks)
    return _write(directory / "envoy.json", json.dumps(bootstrap(settings, inputs), indent=1).encode())


def lua_source() -> str:
    """Returns the envelope filter's source, its parts joined."""
    return "\n".join((_LUA_DIR / f"{part}.lua").read_text() for part in _LUA_PARTS)


def key_set(jwt: JwtSettings) -> str:
    """Returns the JSON Web Key Set: the file's public keys, or one with the shared secret as its only key.

    A symmetric key in the file would make every reader of it a forger, so it is left out.
    """
    if jwt.jwks is not None:
        keys = json.loads(jwt.jwks.read_text())["keys"]
        return json.dumps({"keys": [key for key in keys if key.get("kty") in ("RSA", "EC")]})
    key = base64.urlsafe_b64encode(jwt.secret or b"").rstrip(b"=").decode()
    return json.dumps({"keys": [{"kty": "oct", "alg": "HS256", "use": "sig", "k": key}]})


def _write(path: Path, content: bytes) -> Path:
    """Replaces a file at once, so that a reader never sees half of it; mode 0600."""
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    return draft.replace(path)
