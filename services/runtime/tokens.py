"""Minting tokens: for people in the embedded mode, for services that call each other, and for tests.

``python -m services.runtime.tokens --user alice`` prints one, signed as the settings in the environment say.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.runtime.settings import JwtSettings
from services.runtime.variables import JWT_AUDIENCE, JWT_ISSUER, SettingsError, StartError

SERVICE_AUDIENCE = "sb-internal"
OWNER_CLAIM = "sb_user"

_INNER_LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs tokens: HS256 with a secret, RS256 or ES256 with a private key and its ``kid``."""

    key: bytes | RSAPrivateKey | EllipticCurvePrivateKey = field(repr=False)
    key_id: str | None = None

    @classmethod
    def from_pem(cls, path: Path, key_id: str) -> SigningKey:
        """Read an unencrypted private key, RSA or P-256. Raises SettingsError."""
        wanted = SettingsError("SB_SERVICE_KEY: expected an unencrypted PEM private key, RSA or P-256")
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError):
            raise wanted from None
        if isinstance(key, RSAPrivateKey) or (
            isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
        ):
            return cls(key, key_id)
        raise wanted

    @property
    def algorithm(self) -> str:
        """The JWS algorithm this key signs with."""
        if isinstance(self.key, bytes):
            return "HS256"
        return "RS256" if isinstance(self.key, RSAPrivateKey) else "ES256"


def issue_token(
    key: SigningKey | str | bytes,
    *,
    user: str | None = None,
    service: str | None = None,
    acting_for: str | None = None,
    lifetime: timedelta = timedelta(hours=12),
    audience: str = JWT_AUDIENCE.default or "",
    issuer: str = JWT_ISSUER.default or "",
) -> str:
    """Return a signed token for a user, or for a service that may act for an owner.

    Args:
        key: A signing key, or the secret of the HS256 mode.
        acting_for: The owner whose rows a service works with.
        audience: Of a user's token; a service token's is always ``sb-internal``.
    """
    if (user is None) == (service is None) or (user is not None and acting_for is not None):
        raise ValueError("name either a user, or a service and whom it acts for")
    signing = key if isinstance(key, SigningKey) else SigningKey(key.encode() if isinstance(key, str) else key)
    now = datetime.now(UTC)
    claims: dict[str, object] = {"iss": issuer, "iat": now, "exp": now + lifetime}
    claims |= {"sub": user, "aud": audience} if user is not None else {"sub": service, "aud": SERVICE_AUDIENCE}
    if acting_for is not None:
        claims[OWNER_CLAIM] = acting_for
    headers = {"kid": signing.key_id} if signing.key_id else None
    return jwt.encode(claims, signing.key, algorithm=signing.algorithm, headers=headers)


def signing_key(settings: JwtSettings) -> SigningKey | None:
    """Return the key a server signs its own tokens with, or None where the settings give none."""
    if settings.secret is not None:
        return SigningKey(settings.secret)
    if settings.service_key is not None and settings.service_key_id is not None:
        return SigningKey.from_pem(settings.service_key, settings.service_key_id)
    return None


@dataclass(frozen=True, slots=True)
class ServiceTokens:
    """Mints this server's own short-lived tokens for inner calls."""

    key: SigningKey
    service: str
    issuer: str

    @classmethod
    def from_settings(cls, settings: JwtSettings, service: str) -> ServiceTokens:
        """Return the minter of a server that calls internal RPCs. Raises SettingsError where there is no key."""
        key = signing_key(settings)
        if key is None:
            raise SettingsError(
                "SB_SERVICE_KEY is not set: this server calls internal RPCs and must sign its own tokens"
            )
        return cls(key, service, settings.issuer)

    def issue(self, acting_for: str | None) -> str:
        """Return a token of a minute's life that acts for an owner, if one is given."""
        return issue_token(
            self.key, service=self.service, acting_for=acting_for, lifetime=_INNER_LIFETIME, issuer=self.issuer
        )


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.runtime.tokens", description="Print a bearer token.")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", help="the user the token is for")
    who.add_argument("--service", help="the service the token is for")
    parser.add_argument("--acting-for", help="the owner a service acts for")
    parser.add_argument("--hours", type=float, default=12.0, help="lifetime (12)")
    chosen = parser.parse_args(arguments)
    if chosen.user and chosen.acting_for:
        parser.error("--acting-for goes with --service")
    return chosen


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Print a token; return the exit code: 0, or 2 with one line on stderr for wrong settings."""
    chosen = _arguments(arguments)
    try:
        settings = JwtSettings.read(environ)
        key = signing_key(settings)
        if key is None:
            raise SettingsError("SB_SERVICE_KEY is not set: with SB_JWT_JWKS a private key is needed to sign a token")
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    token = issue_token(
        key,
        user=chosen.user,
        service=chosen.service,
        acting_for=chosen.acting_for,
        lifetime=timedelta(hours=chosen.hours),
        audience=settings.audience,
        issuer=settings.issuer,
    )
    sys.stdout.write(f"{token}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
