"""Every RPC through every door with every kind of token. A new RPC is walked by itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.runtime.tokens import SERVICE_AUDIENCE
from tests.gateway.processes import AUDIENCE
from tests.security.doors import DOORS, Doors
from tests.security.house import SERVICES_KEY, USERS_KEY, House, new_rsa_key, signed
from tests.support.rpcs import INTERNAL, PUBLIC, RPCS, Rpc, sample

MINUTE = timedelta(minutes=1)


def now() -> datetime:
    """Returns the time."""
    return datetime.now(UTC)


def forged(house: House, encoding: Encoding) -> str:
    """Returns a token whose HS256 secret is the public RSA key. The library would refuse to make it."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    secret = house.users.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    claims = house.token().split(".")[1]
    head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": USERS_KEY}).encode())
    signature = hmac.new(secret, f"{head}.{claims}".encode(), hashlib.sha256).digest()
    return f"{head}.{claims}.{part(signature)}"


def with_other_claims(house: House) -> str:
    """Returns a token of alice's that was changed to bob's after it was signed."""
    (head, _, signature), mallory = house.token("alice").split("."), house.token("bob").split(".")[1]
    return f"{head}.{mallory}.{signature}"


BAD: Mapping[str, Callable[[House], str]] = {
    "none": lambda _: "",
    "garbage": lambda _: "garbage",
    "three parts of garbage": lambda _: "a.b.c",
    "expired": lambda house: house.token(exp=now() - MINUTE),
    "without an end": lambda house: house.token(exp=None),
    "not yet valid": lambda house: house.token(nbf=now() + MINUTE),
    "wrong audience": lambda house: house.token(aud="another-suite"),
    "user and service at once": lambda house: house.token(aud=[AUDIENCE, SERVICE_AUDIENCE]),
    "wrong issuer": lambda house: house.token(iss="somebody-else"),
    "nobody": lambda house: signed(house.users, USERS_KEY, sub=None),
    "a name with a blank": lambda house: house.token("al ice"),
    "changed": with_other_claims,
    "alg none": lambda _: signed(None, USERS_KEY, "none"),
    "HS256 by the public key as PEM": lambda house: forged(house, Encoding.PEM),
    "HS256 by the public key as DER": lambda house: forged(house, Encoding.DER),
    "a stranger's key": lambda _: signed(new_rsa_key(), USERS_KEY),
    "another key's name": lambda house: signed(house.users, SERVICES_KEY),
    "an unknown key's name": lambda house: signed(house.users, "users-9"),
    "another algorithm of the key": lambda house: signed(house.users, USERS_KEY, "RS512"),
}

ONLY_SERVERS_TELL = ("user and service at once", "nobody", "a name with a blank")
SHUT = {"UNAUTHORIZED", "FORBIDDEN", "INTERNAL_ERROR", "SERVICE_UNAVAILABLE"}


def answers(doors: Doors, door: str, rpcs: Iterable[Rpc], token: str) -> dict[str, str]:
    """Returns what each RPC answers; REST has no form of those for other services."""
    walked = [rpc for rpc in rpcs if door != "rest" or rpc.rest is not None]
    return {rpc.name: doors.call(door, rpc, sample(rpc), token).code for rpc in walked}


def all_but(found: Mapping[str, str], *expected: str) -> dict[str, str]:
    """Returns the answers that are none of the expected ones."""
    return {name: code for name, code in found.items() if code not in expected}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("door", DOORS)
def test_a_bad_token_opens_nothing(house: House, doors: Doors, door: str, kind: str) -> None:
    found = answers(doors, door, RPCS, BAD[kind](house))
    assert len(found) >= len(PUBLIC)
    # What only a server can tell of a token, Envoy lets pass to its routes, where internal RPCs are closed to all.
    closed = {rpc.name: "FORBIDDEN" for rpc in INTERNAL} if door == "gateway" and kind in ONLY_SERVERS_TELL else {}
    assert all_but(found, "UNAUTHORIZED") == closed


@pytest.mark.parametrize("key", ["RS256", "ES256"])
@pytest.mark.parametrize("door", DOORS)
def test_a_users_token_by_either_key_opens_all_that_is_for_users(
    house: House, doors: Doors, door: str, key: str
) -> None:
    token = house.token() if key == "RS256" else signed(house.services, SERVICES_KEY, "ES256")
    found = answers(doors, door, PUBLIC, token)
    assert not SHUT.intersection(found.values()), found
    assert "OK" in found.values()


@pytest.mark.parametrize("door", ["server", "gateway"])
def test_a_users_token_opens_nothing_that_is_for_services(house: House, doors: Doors, door: str) -> None:
    for token in (house.token(), house.token("backtest", sb_user="alice")):
        assert all_but(answers(doors, door, INTERNAL, token), "FORBIDDEN") == {}


def test_a_services_token_opens_what_is_for_services_at_the_servers_only(house: House, doors: Doors) -> None:
    for token in (house.service_token(), house.service_token("alice")):
        inside = answers(doors, "server", INTERNAL, token)
        assert not SHUT.intersection(inside.values()), inside
        assert all_but(answers(doors, "gateway", INTERNAL, token), "FORBIDDEN") == {}


@pytest.mark.parametrize("door", DOORS)
def test_a_service_that_acts_for_nobody_reaches_what_has_no_owner(
    house: House, doors: Doors, comments: Mapping[str, str], door: str
) -> None:
    """The contract's comments say of each RPC whether a service must act for somebody."""
    served = [rpc for rpc in PUBLIC if rpc.is_served]
    found = answers(doors, door, served, house.service_token())
    refused = {name for name, code in found.items() if code == "FORBIDDEN"}
    assert refused == {rpc.name for rpc in served if needs_owner(comments[rpc.name])}


def needs_owner(comment: str) -> bool:
    """Says whether a comment lets services in only where they act for an owner."""
    callers = re.search(r"Callers: (.*)", " ".join(comment.split()))
    assert callers, comment
    return "acting for" in callers[1]
