"""Which key files are accepted at the start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from services.runtime.auth import Verifier
from services.runtime.jwks import KeyFile
from services.runtime.settings import JwtSettings
from services.runtime.variables import SettingsError

_PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA = {**jwt.algorithms.RSAAlgorithm.to_jwk(_PRIVATE.public_key(), as_dict=True), "kid": "r1"}
P384 = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True)

BAD: dict[str, Any] = {
    "no JSON": "{",
    "a list": [],
    "no keys": {"keys": []},
    "only a key for encryption": {"keys": [{**RSA, "use": "enc"}]},
    "a symmetric key": {"keys": [RSA, {"kty": "oct", "k": "c2VjcmV0", "kid": "o1"}]},
    "another curve": {"keys": [{**P384, "kid": "e1"}]},
    "another algorithm": {"keys": [{**RSA, "alg": "RS512"}]},
    "no kid": {"keys": [{key: value for key, value in RSA.items() if key != "kid"}]},
    "a private key": {"keys": [{**jwt.algorithms.RSAAlgorithm.to_jwk(_PRIVATE, as_dict=True), "kid": "r1"}]},
    "half a key": {"keys": [{"kty": "RSA", "kid": "r1"}]},
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_a_bad_key_file_stops_the_start(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(SettingsError, match=r"^SB_JWT_JWKS: expected a JWKS file") as caught:
        KeyFile(path)
    assert "\n" not in str(caught.value)
    assert "c2VjcmV0" not in str(caught.value)


def test_a_key_for_encryption_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [RSA, {"kty": "oct", "k": "c2VjcmV0", "use": "enc"}]}))
    assert KeyFile(path).find("r1") is not None


def test_the_services_audience_cannot_be_the_users() -> None:
    with pytest.raises(SettingsError, match="SB_JWT_AUDIENCE"):
        Verifier(JwtSettings("sb-internal", "qlib-ui", b"x" * 32))
