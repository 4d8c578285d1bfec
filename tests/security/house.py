"""The house as its enemies find it: four servers and Envoy in the production mode, tokens checked by public keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.settings import Endpoint
from services.runtime.settings import JwtSettings
from services.runtime.tokens import SigningKey, issue_token
from tests.gateway.processes import AUDIENCE, ISSUER, Gateway, running_gateway, settings_for
from tests.support.redis import running_redis
from tests.support.servers import running_servers
from tests.support.suite import Suite

USERS_KEY, SERVICES_KEY = "users-1", "services-1"
_PLENTY = 100_000
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


def new_rsa_key() -> RSAPrivateKey:
    """Returns a key for RS256."""
    return generate_rsa_key(public_exponent=65537, key_size=2048)


def write_keys(path: Path, keys: Mapping[str, PrivateKey]) -> Path:
    """Writes the public halves as a JWKS file by a rename, as a deployment does."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"keys": [_public(key, key_id) for key_id, key in keys.items()]}))
    return draft.replace(path)


def _public(key: PrivateKey, key_id: str) -> dict[str, Any]:
    if isinstance(key, RSAPrivateKey):
        described = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {**described, "kid": key_id, "use": "sig", "alg": "RS256"}
    described = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**described, "kid": key_id, "use": "sig", "alg": "ES256"}


@dataclass(frozen=True)
class House:
    """Where everything is, and the keys: an RSA one for users, an elliptic one by which the services sign."""

    suite: Suite
    gateway: Gateway
    users: RSAPrivateKey
    services: EllipticCurvePrivateKey

    def token(self, user: str = "alice", **claims: Any) -> str:
        """Returns a user's token with some claims changed; None leaves one out."""
        return signed(self.users, USERS_KEY, sub=user, **claims)

    def service_token(self, acting_for: str | None = None) -> str:
        """Returns another service's token."""
        return issue_token(SigningKey(self.services, SERVICES_KEY), service="backtest", acting_for=acting_for)


def signed(key: Any, key_id: str | None, algorithm: str = "RS256", **claims: Any) -> str:
    """Returns a token of alice's, good but for what is changed."""
    now = datetime.now(UTC)
    told = {"sub": "alice", "iss": ISSUER, "aud": AUDIENCE, "exp": now + timedelta(hours=1)} | claims
    body = {name: value for name, value in told.items() if value is not None}
    return jwt.encode(body, key, algorithm=algorithm, headers={"kid": key_id} if key_id else None)


@contextmanager
def running_house(folder: Path) -> Iterator[House]:
    """Runs Redis, the servers and Envoy for the time of the block."""
    users, services = new_rsa_key(), generate_ec_key(SECP256R1())
    keys = write_keys(folder / "jwks.json", {USERS_KEY: users, SERVICES_KEY: services})
    with running_redis() as redis:
        settings = _key_settings(folder, keys, services)
        with running_servers(folder, f"sqlite:///{folder / 'data.db'}", redis.url, **settings) as suite:
            upstreams = {name: Endpoint.parse(address) for name, address in suite.addresses.items()}
            changes = {"upstreams": upstreams, "jwt": JwtSettings(AUDIENCE, ISSUER, jwks=keys)}
            rates = {"rate_per_second": _PLENTY, "rate_burst": _PLENTY}
            with running_gateway(settings_for(0, folder / "state", **changes, **rates)) as gateway:
                yield House(suite, gateway, users, services)


def _key_settings(folder: Path, keys: Path, key: EllipticCurvePrivateKey) -> dict[str, str]:
    private = folder / "services.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {
        "SB_JWT_SECRET": "",
        "SB_JWT_JWKS": str(keys),
        "SB_SERVICE_KEY": str(private),
        "SB_SERVICE_KEY_ID": SERVICES_KEY,
    }
