"""Minting tokens and printing them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from services.runtime import tokens
from services.runtime.auth import Verifier
from services.runtime.settings import JwtSettings
from services.runtime.tokens import ServiceTokens, SigningKey, issue_token
from services.runtime.variables import SettingsError

SECRET = "0123456789abcdef0123456789abcdef"
SETTINGS = JwtSettings("strategy-builder", "qlib-ui", SECRET.encode())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: Any, password: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


@pytest.mark.parametrize("who", [{}, {"user": "a", "service": "b"}, {"user": "a", "acting_for": "b"}])
def test_a_token_is_for_a_user_or_for_a_service(who: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either a user, or a service"):
        issue_token(SECRET, **who)  # type: ignore[arg-type]  # mypy takes the values for any argument's


def test_a_token_lives_as_long_as_told() -> None:
    claims = jwt.decode(
        issue_token(SECRET, user="alice", lifetime=timedelta(minutes=5)), options={"verify_signature": False}
    )
    assert claims["exp"] - claims["iat"] == 300


@pytest.mark.parametrize(("key", "algorithm"), [(RSA_KEY, "RS256"), (ec.generate_private_key(ec.SECP256R1()), "ES256")])
def test_a_private_key_signs_with_its_own_algorithm(tmp_path: Path, key: Any, algorithm: str) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(pem(key))
    head = jwt.get_unverified_header(issue_token(SigningKey.from_pem(path, "k1"), service="codegen"))
    assert (head["alg"], head["kid"]) == (algorithm, "k1")


@pytest.mark.parametrize(
    "content",
    [
        b"garbage",
        pem(RSA_KEY, b"password"),
        pem(ed25519.Ed25519PrivateKey.generate()),
        pem(ec.generate_private_key(ec.SECP384R1())),
    ],
    ids=["garbage", "encrypted", "Ed25519", "P-384"],
)
def test_another_kind_of_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="SB_SERVICE_KEY: expected an unencrypted PEM private key"):
        SigningKey.from_pem(path, "k1")


def test_a_server_without_a_key_of_its_own_cannot_call_internal_rpcs(tmp_path: Path) -> None:
    keys = JwtSettings("strategy-builder", "qlib-ui", jwks=tmp_path)
    with pytest.raises(SettingsError, match="SB_SERVICE_KEY is not set"):
        ServiceTokens.from_settings(keys, "codegen")


def test_a_servers_own_token_names_it_and_the_owner() -> None:
    caller = Verifier(SETTINGS).verify(ServiceTokens.from_settings(SETTINGS, "codegen").issue("alice"))
    assert (caller.service, caller.user_id) == ("codegen", "alice")


@pytest.mark.parametrize(
    ("arguments", "identity"),
    [
        (["--user", "alice"], ("alice", None)),
        (["--service", "backtest"], (None, "backtest")),
        (["--service", "backtest", "--acting-for", "bob", "--hours", "0.5"], ("bob", "backtest")),
    ],
)
def test_the_command_prints_a_token(
    arguments: list[str], identity: tuple[str | None, str | None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tokens.main(arguments, {"SB_JWT_SECRET": SECRET}) == 0
    caller = Verifier(SETTINGS).verify(capsys.readouterr().out.strip())
    assert (caller.user_id, caller.service) == identity


def test_the_command_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": []}))
    assert tokens.main(["--user", "alice"], {}) == 2
    assert tokens.main(["--user", "alice"], {"SB_JWT_JWKS": str(keys)}) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "SB_JWT_SECRET" in first
    assert "SB_SERVICE_KEY" in second


def test_the_command_refuses_an_owner_for_a_user(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        tokens.main(["--user", "alice", "--acting-for", "bob"], {})
    assert "--acting-for goes with --service" in capsys.readouterr().err
