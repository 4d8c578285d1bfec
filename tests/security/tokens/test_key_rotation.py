"""Keys come and go while everything runs: the new one beside the old one, then the new one alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.settings import Endpoint
from services.runtime.settings import JwtSettings
from tests.gateway.processes import AUDIENCE, ISSUER, running_gateway, settings_for
from tests.security.doors import Doors, open_doors
from tests.security.house import SERVICES_KEY, USERS_KEY, House, PrivateKey, new_rsa_key, signed, write_keys
from tests.support.rpcs import PUBLIC, Rpc, sample
from tests.support.suite import SERVERS

ONE_OF_EACH_SERVER = [next(rpc for rpc in PUBLIC if rpc.server == server) for server in SERVERS]
VALIDATION = next(rpc for rpc in PUBLIC if rpc.server == "validation")
NEW_KEY = "users-2"


@pytest.fixture
def keys(house: House) -> Iterator[dict[str, PrivateKey]]:
    """The keys that are there at first; they are put back afterwards."""
    first: dict[str, PrivateKey] = {USERS_KEY: house.users, SERVICES_KEY: house.services}
    yield dict(first)
    write_keys(key_file(house), first)


def key_file(house: House) -> Path:
    """Returns where the servers read their keys."""
    return Path(house.suite.environment["SB_JWT_JWKS"])


def lets_in(doors: Doors, door: str, rpc: Rpc, token: str) -> bool:
    """Says whether a token holds."""
    return doors.call(door, rpc, sample(rpc), token).code != "UNAUTHORIZED"


@pytest.mark.parametrize("rpc", ONE_OF_EACH_SERVER, ids=lambda rpc: rpc.server)
def test_a_server_knows_new_keys_at_once_and_forgets_old_ones(
    house: House, doors: Doors, keys: dict[str, PrivateKey], rpc: Rpc
) -> None:
    fresh = new_rsa_key()
    old, new = house.token(), signed(fresh, NEW_KEY)

    def held() -> tuple[bool, bool]:
        return lets_in(doors, "server", rpc, old), lets_in(doors, "server", rpc, new)

    assert held() == (True, False)
    write_keys(key_file(house), keys | {NEW_KEY: fresh})
    assert held() == (True, True)
    write_keys(key_file(house), {NEW_KEY: fresh, SERVICES_KEY: house.services})
    assert held() == (False, True)


def test_a_gateway_knows_the_keys_that_were_there_when_it_started(
    house: House, doors: Doors, keys: dict[str, PrivateKey], tmp_path: Path
) -> None:
    """So the new key goes beside the old one, the gateway starts again, and only then is the new one used."""
    fresh = new_rsa_key()
    old, new = house.token(), signed(fresh, NEW_KEY)
    write_keys(key_file(house), keys | {NEW_KEY: fresh})
    assert (lets_in(doors, "rest", VALIDATION, old), lets_in(doors, "rest", VALIDATION, new)) == (True, False)
    upstreams = {name: Endpoint.parse(address) for name, address in house.suite.addresses.items()}
    jwt = JwtSettings(AUDIENCE, ISSUER, jwks=key_file(house))
    with running_gateway(settings_for(0, tmp_path / "state", upstreams=upstreams, jwt=jwt)) as started_again:
        second = House(house.suite, started_again, house.users, house.services)
        with open_doors(second) as new_doors:
            for door in ("gateway", "rest"):
                assert lets_in(new_doors, door, VALIDATION, old)
                assert lets_in(new_doors, door, VALIDATION, new)
