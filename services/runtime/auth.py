"""Checking bearer tokens: signature, expiry, issuer, audience, and what kind of caller they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jwt

from services.runtime.context import Caller
from services.runtime.errors import PermissionDenied, Unauthenticated
from services.runtime.jwks import KeyFile
from services.runtime.settings import JwtSettings
from services.runtime.tokens import OWNER_CLAIM, SERVICE_AUDIENCE
from services.runtime.variables import SettingsError

LEEWAY_SECONDS = 5

_NAME = re.compile(r"[!-~]{1,128}")
_BEARER = re.compile(r"bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)", re.IGNORECASE)


class Verifier:
    """Turns a token into a Caller.

    With a secret only HS256 passes; with a JWKS file only the algorithm that belongs to the key of the token's ``kid``,
    so a token can't choose how it is checked.
    """

    def __init__(self, settings: JwtSettings) -> None:
        """Take the secret or read the JWKS file. Raises SettingsError."""
        if settings.audience == SERVICE_AUDIENCE:
            raise SettingsError(
                f"SB_JWT_AUDIENCE: expected anything but {SERVICE_AUDIENCE}, which is the services' own"
            )
        self._settings = settings
        self._keys = KeyFile(settings.jwks) if settings.jwks else None

    def verify(self, token: str) -> Caller:
        """Return who shows this token. Raises Unauthenticated, saying which check failed and nothing of the token."""
        try:
            return self._caller(self._claims(token), token)
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("the token has expired") from None
        except jwt.ImmatureSignatureError:
            raise Unauthenticated("the token is not valid yet") from None
        except jwt.InvalidAudienceError:
            raise Unauthenticated("the token is for another audience") from None
        except jwt.InvalidIssuerError:
            raise Unauthenticated("the token is from another issuer") from None
        except jwt.MissingRequiredClaimError as error:
            raise Unauthenticated(f"the token has no {error.claim}") from None
        except (jwt.PyJWTError, ValueError):
            raise Unauthenticated("the token does not hold") from None

    def _claims(self, token: str) -> Mapping[str, Any]:
        key, algorithm = self._key(token)
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=[self._settings.audience, SERVICE_AUDIENCE],
            issuer=self._settings.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
        return claims

    def _key(self, token: str) -> tuple[jwt.PyJWK | bytes, str]:
        if self._keys is None:
            return self._settings.secret or b"", "HS256"
        key_id = jwt.get_unverified_header(token).get("kid")
        key = self._keys.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise Unauthenticated("the token is signed by an unknown key")
        return key, key.algorithm_name

    def _caller(self, claims: Mapping[str, Any], token: str) -> Caller:
        audience = claims["aud"]
        named = {audience} if isinstance(audience, str) else set(audience)
        if {self._settings.audience, SERVICE_AUDIENCE} <= named:
            raise Unauthenticated("the token is for users and services at once")
        subject = _name(claims["sub"], "sub")
        if SERVICE_AUDIENCE not in named:
            return Caller(user_id=subject, service=None, token=token)
        owner = claims.get(OWNER_CLAIM)
        return Caller(None if owner is None else _name(owner, OWNER_CLAIM), subject, token)


def bearer_token(metadata: Mapping[str, str]) -> str:
    """Return the token of the authorization metadata. Raises Unauthenticated."""
    header = metadata.get("authorization")
    if header is None:
        raise Unauthenticated("a bearer token is needed")
    match = _BEARER.fullmatch(header)
    if match is None:
        raise Unauthenticated("the authorization is not a bearer token")
    return match[1]


def check_access(caller: Caller, *, internal: bool) -> None:
    """Check that this kind of caller may make this call. Raises PermissionDenied.

    A service that acts for nobody may make any call; where an owner is needed, ``current_user`` refuses it.

    Args:
        internal: Whether the RPC is for other services only.
    """
    if internal and not caller.is_service:
        raise PermissionDenied("this call is for other services only")


def _name(value: object, claim: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Unauthenticated(f"the token's {claim} is not 1 to 128 printable ASCII characters without a space")
    return value
