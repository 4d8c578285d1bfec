"""Who gets in: every kind of token against user calls and internal calls."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from grpc_health.v1 import health_pb2

from services.runtime.context import current_caller, current_user
from services.runtime.settings import JwtSettings
from services.runtime.tokens import SigningKey, issue_token
from tests.integration.runtime.conftest import LogLines
from tests.integration.runtime.echo import SECRET, SERVING, Client, Echo, Text, bearer, failure, serving

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def minted(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    """A token with some claims changed; None leaves one out."""
    now = datetime.now(UTC)
    body = {"iss": "qlib-ui", "aud": "strategy-builder", "sub": "alice", "exp": now + timedelta(hours=1)} | claims
    return jwt.encode({key: value for key, value in body.items() if value is not None}, secret, algorithm=algorithm)


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


async def who(_request: Any, _context: Any) -> Any:
    caller = current_caller()
    return Text(value=f"{caller.user_id}/{caller.service}/{caller.is_service}")


async def owner(_request: Any, _context: Any) -> Any:
    return Text(value=current_user())


async def status_of(client: Client, *metadata: tuple[str, str]) -> grpc.StatusCode:
    return (await failure(client.say(Text(), metadata=metadata))).code()


# Made when they are used: a long session of tests would outlive those made when it starts.
REFUSED: Mapping[str, Callable[[], str]] = {
    "garbage": lambda: "garbage",
    "three parts of garbage": lambda: "a.b.c",
    "expired": lambda: minted(exp=ago(60)),
    "no expiry": lambda: minted(exp=None),
    "not valid yet": lambda: minted(nbf=ago(-60)),
    "wrong audience": lambda: minted(aud="another"),
    "no audience": lambda: minted(aud=None),
    "both audiences": lambda: minted(aud=["strategy-builder", "sb-internal"]),
    "wrong issuer": lambda: minted(iss="somebody"),
    "no issuer": lambda: minted(iss=None),
    "no subject": lambda: minted(sub=None),
    "empty subject": lambda: minted(sub=""),
    "subject with a space": lambda: minted(sub="al ice"),
    "subject with a newline": lambda: minted(sub="alice\n"),
    "subject too long": lambda: minted(sub="a" * 129),
    "subject beyond ASCII": lambda: minted(sub="爱丽丝"),
    "wrong secret": lambda: minted("another secret, also longer than 32 bytes"),
    "algorithm none": lambda: minted("", "none"),
    "HS512": lambda: minted(SECRET * 2, "HS512"),
    "owner of a service malformed": lambda: minted(aud="sb-internal", sub="backtest", sb_user="a b"),
}


@pytest.mark.parametrize("make_token", REFUSED.values(), ids=REFUSED.keys())
async def test_a_token_that_does_not_hold_is_unauthenticated(make_token: Callable[[], str]) -> None:
    token = make_token()
    async with serving() as (_, client):
        error = await failure(client.say(Text(), metadata=bearer(token)))
        stream = await failure(client.watch(Text(), metadata=bearer(token)))
    assert error.code() is stream.code() is grpc.StatusCode.UNAUTHENTICATED
    assert token not in str(error.details())


async def test_without_a_bearer_token_nothing_is_served() -> None:
    async with serving() as (_, client):
        assert await status_of(client) is grpc.StatusCode.UNAUTHENTICATED
        assert await status_of(client, ("authorization", "Basic YTpi")) is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("make_token", "identity"),
    [
        (lambda: minted(sub="a" * 128), f"{'a' * 128}/None/False"),
        (lambda: minted(aud=["strategy-builder", "another"]), "alice/None/False"),
        (lambda: minted(exp=ago(2)), "alice/None/False"),
        (lambda: minted(sb_user="mallory"), "alice/None/False"),
        (lambda: issue_token(SECRET, service="codegen", acting_for="bob"), "bob/codegen/True"),
        (lambda: issue_token(SECRET, service="backtest"), "None/backtest/True"),
    ],
    ids=["longest name", "several audiences", "within the leeway", "a user's sb_user", "service for bob", "service"],
)
async def test_a_good_token_names_its_caller(make_token: Callable[[], str], identity: str) -> None:
    async with serving(Echo(say=who)) as (_, client):
        assert (await client.say(Text(), metadata=bearer(make_token()))).value == identity


async def test_an_internal_call_needs_a_service_token(log_lines: LogLines) -> None:
    async with serving(Echo(say_internally=who)) as (_, client):
        refused = await failure(client.say_internally(Text(), metadata=bearer()))
        pretended = minted(sb_user="alice", aud="strategy-builder", sub="codegen")
        still_refused = await failure(client.say_internally(Text(), metadata=bearer(pretended)))
        token = issue_token(SECRET, service="codegen", acting_for="alice")
        served = await client.say_internally(Text(), metadata=bearer(token))
    assert refused.code() is still_refused.code() is grpc.StatusCode.PERMISSION_DENIED
    assert served.value == "alice/codegen/True"
    assert [line["user"] for line in log_lines.of("call")] == ["alice", "codegen", "alice"]


async def test_a_service_that_acts_for_nobody_owns_nothing() -> None:
    async with serving(Echo(say=owner)) as (_, client):
        error = await failure(client.say(Text(), metadata=bearer(issue_token(SECRET, service="backtest"))))
    assert error.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_health_needs_no_token() -> None:
    async with serving() as (_, client):
        answer = await client.health.Check(health_pb2.HealthCheckRequest())
    assert answer.status == SERVING


def jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, key_id: str) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": key_id, "use": "sig"}


def write_keys(path: Path, keys: Mapping[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey]) -> None:
    """Replace the file as a deployment does, by a rename."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"keys": [jwk(key, key_id) for key_id, key in keys.items()]}))
    fresh.replace(path)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    write_keys(path, {"r1": RSA_KEY, "e1": EC_KEY})
    return path


def jwks(path: Path) -> JwtSettings:
    return JwtSettings("strategy-builder", "qlib-ui", jwks=path)


async def test_keys_of_a_file_are_found_by_kid(key_file: Path) -> None:
    async with serving(Echo(say=who), jwt=jwks(key_file)) as (_, client):
        for key, key_id in ((RSA_KEY, "r1"), (EC_KEY, "e1")):
            token = issue_token(SigningKey(key, key_id), user="alice")
            assert (await client.say(Text(), metadata=bearer(token))).value == "alice/None/False"


def hs256_by_hand(secret: bytes, key_id: str) -> str:
    """PyJWT refuses to sign with a public key, so the attacker does it by hand."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = jwt.decode(minted(), options={"verify_signature": False})
    head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": key_id}).encode())
    signed = f"{head}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def test_the_forgery_by_hand_would_pass_where_its_secret_is_the_key() -> None:
    token = hs256_by_hand(SECRET.encode(), "r1")
    assert jwt.decode(token, SECRET, algorithms=["HS256"], audience="strategy-builder")["sub"] == "alice"


def asymmetric_forgeries() -> dict[str, str]:
    public = RSA_KEY.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "HS256 by the public PEM": hs256_by_hand(pem, "r1"),
        "HS256 by the public DER": hs256_by_hand(der, "r1"),
        "algorithm none": jwt.encode({"sub": "alice"}, "", algorithm="none", headers={"kid": "r1"}),
        "unknown kid": issue_token(SigningKey(RSA_KEY, "r9"), user="alice"),
        "no kid": issue_token(SigningKey(RSA_KEY), user="alice"),
        "another key under the kid": issue_token(SigningKey(OTHER_RSA_KEY, "r1"), user="alice"),
        "a key of another kind under the kid": issue_token(SigningKey(EC_KEY, "r1"), user="alice"),
        "another RSA algorithm": jwt.encode({"sub": "alice"}, RSA_KEY, algorithm="RS512", headers={"kid": "r1"}),
        "kid that is no text": jwt.encode({"sub": "alice"}, SECRET, headers={"kid": "../r1"}),
    }


@pytest.mark.parametrize("kind", asymmetric_forgeries().keys())
async def test_forgeries_against_a_key_file_are_unauthenticated(kind: str, key_file: Path) -> None:
    async with serving(jwt=jwks(key_file)) as (_, client):
        assert await status_of(client, *bearer(asymmetric_forgeries()[kind])) is grpc.StatusCode.UNAUTHENTICATED


async def test_an_asymmetric_token_does_not_pass_where_a_secret_is_set() -> None:
    async with serving() as (_, client):
        token = issue_token(SigningKey(RSA_KEY, "r1"), user="alice")
        assert await status_of(client, *bearer(token)) is grpc.StatusCode.UNAUTHENTICATED


async def test_the_key_file_is_read_again_when_it_changes(key_file: Path, log_lines: LogLines) -> None:
    old = bearer(issue_token(SigningKey(RSA_KEY, "r1"), user="alice"))
    new = bearer(issue_token(SigningKey(OTHER_RSA_KEY, "r2"), user="alice"))
    async with serving(jwt=jwks(key_file)) as (_, client):
        assert await status_of(client, *new) is grpc.StatusCode.UNAUTHENTICATED
        write_keys(key_file, {"r1": RSA_KEY, "r2": OTHER_RSA_KEY})
        await client.say(Text(), metadata=old)
        await client.say(Text(), metadata=new)
        write_keys(key_file, {"r2": OTHER_RSA_KEY})
        assert await status_of(client, *old) is grpc.StatusCode.UNAUTHENTICATED
        key_file.write_text("{ broken")
        await client.say(Text(), metadata=new)
        key_file.unlink()
        await client.say(Text(), metadata=new)
    assert log_lines.of("jwks_unreadable")
