"""Who comes past the gateway: the matrix of tokens over REST and native gRPC, with a shared secret and with a JWKS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import grpc
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from strategybuilder.builder.v1 import builder_service_pb2_grpc, strategy_pb2

from services.runtime.settings import JwtSettings
from services.runtime.tokens import issue_token
from tests.gateway.processes import (
    API,
    AUDIENCE,
    ISSUER,
    SECRET,
    Gateway,
    running_gateway,
    settings_for,
    user_token,
)
from tests.gateway.test_envelope import assert_failure, assert_success


def signed(key: Any = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    """Returns a token of alice's with some claims changed; None leaves a claim out."""
    told = {"sub": "alice", "iss": ISSUER, "aud": AUDIENCE, "exp": datetime.now(UTC) + timedelta(hours=1)}
    wanted = {name: value for name, value in {**told, **claims}.items() if value is not None}
    return jwt.encode(wanted, key, algorithm=algorithm)


def unsigned() -> str:
    """Returns a token that claims to need no signature."""
    return signed(key=None, algorithm="none")


Maker: TypeAlias = Callable[[], str]

BAD_TOKENS: dict[str, Maker] = {
    "expired": lambda: signed(exp=datetime.now(UTC) - timedelta(minutes=1)),
    "without an end": lambda: signed(exp=None),
    "not yet valid": lambda: signed(nbf=datetime.now(UTC) + timedelta(hours=1)),
    "other issuer": lambda: signed(iss="somebody-else"),
    "without issuer": lambda: signed(iss=None),
    "other audience": lambda: signed(aud="another-suite"),
    "without audience": lambda: signed(aud=None),
    "other secret": lambda: signed(key=b"another-secret-0123456789-abcdefghij"),
    "other algorithm": lambda: signed(key=SECRET * 2, algorithm="HS512"),
    "unsigned": unsigned,
    "no token at all": lambda: "",
    "no JWT": lambda: "abc",
    "cut short": lambda: signed()[:-6],
}

GOOD_TOKENS: dict[str, Maker] = {
    "user": lambda: signed(),
    "service": lambda: issue_token(SECRET, service="backtest"),
    "one of several audiences": lambda: signed(aud=["another-suite", AUDIENCE]),
    "just past its end, within the clocks' skew": lambda: signed(exp=datetime.now(UTC) - timedelta(seconds=1)),
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_bad_token_is_401_over_rest(gateway: Gateway, kind: str) -> None:
    with gateway.client(token=BAD_TOKENS[kind]()) as client:
        assert_failure(client.get(f"{API}/strategies"), 401, "UNAUTHORIZED")
        assert_failure(client.get(f"{API}/no-such-path"), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("kind", GOOD_TOKENS)
def test_good_token_passes_over_rest(gateway: Gateway, kind: str) -> None:
    with gateway.client(token=GOOD_TOKENS[kind]()) as client:
        assert_success(client.get(f"{API}/strategies"))


@pytest.mark.parametrize("kind", BAD_TOKENS)
async def test_bad_token_is_unauthenticated_over_grpc(gateway: Gateway, kind: str) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{gateway.port}") as channel:
        stub = builder_service_pb2_grpc.BuilderServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ListStrategies(
                strategy_pb2.ListStrategiesRequest(), metadata=(("authorization", f"Bearer {BAD_TOKENS[kind]()}"),)
            )
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "{" not in (caught.value.details() or ""), "no JSON in a gRPC message"


def test_token_in_the_query_counts_for_the_progress_stream_only(gateway: Gateway) -> None:
    query = {"access_token": user_token()}
    with gateway.client(token="") as nobody:
        assert_failure(nobody.get(f"{API}/strategies", params=query), 401, "UNAUTHORIZED")
        assert_failure(nobody.get(f"{API}/quick-test/three", params=query), 401, "UNAUTHORIZED")
        assert_failure(nobody.get(f"{API}/quick-test/three/result", params=query), 401, "UNAUTHORIZED")
        assert nobody.get(f"{API}/quick-test/three/progress", params=query).status_code == 200
        bad = nobody.get(f"{API}/quick-test/three/progress", params={"access_token": signed(aud="x")})
        assert_failure(bad, 401, "UNAUTHORIZED")


def test_the_services_get_the_token_as_a_header_and_the_header_goes_first(gateway: Gateway) -> None:
    with gateway.client() as alice:
        seen = assert_success(alice.get(f"{API}/sessions/echo"))["draft_metadata"]
        assert seen["authorization"] == alice.headers["authorization"]
        path = f"{API}/quick-test/three/progress"
        assert alice.get(path, params={"access_token": "not-a-token"}).status_code == 200


@pytest.fixture(scope="module")
def key_file_gateway(upstream_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that knows an RSA key, an elliptic one, and a symmetric one that somebody put there by mistake."""
    directory = tmp_path_factory.mktemp("keys")
    settings = settings_for(
        upstream_port, directory / "state", jwt=JwtSettings(AUDIENCE, ISSUER, jwks=_write_keys(directory / "jwks.json"))
    )
    with running_gateway(settings) as running:
        yield running


RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def _write_keys(path: Path) -> Path:
    keys = [
        {**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "rsa", "alg": "RS256"},
        {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "ec", "alg": "ES256"},
        {"kty": "oct", "kid": "oops", "alg": "HS256", "k": "b25seS1mb3ItdGVzdHMtMDEyMzQ1Njc4OS1hYmNkZWZnaGlq"},
    ]
    path.write_text(json.dumps({"keys": keys}))
    return path


def _status(gateway: Gateway, token: str) -> int:
    return httpx.get(f"{gateway.url}{API}/strategies", headers={"authorization": f"Bearer {token}"}).status_code


def test_public_keys_check_rs256_and_es256_and_never_a_shared_secret(key_file_gateway: Gateway) -> None:
    assert _status(key_file_gateway, signed(RSA_KEY, "RS256")) == 200
    assert _status(key_file_gateway, signed(EC_KEY, "ES256")) == 200
    assert _status(key_file_gateway, signed(SECRET, "HS256")) == 401
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert _status(key_file_gateway, signed(stranger, "RS256")) == 401
