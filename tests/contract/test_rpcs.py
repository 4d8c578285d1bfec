"""What every RPC must have: an owner rule, documented statuses, a deadline, a test; and it must be known everywhere."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from gateway.contracts import INTERNAL_METHODS, UPSTREAMS
from services.runtime.server import Service, create_server
from services.runtime.settings import JwtSettings, ServerSettings
from services.runtime.tokens import issue_token
from tests.security.rows import IDS, NO_ROWS
from tests.support.contracts import ROOT, comments_of_methods, parsed_contracts, statuses
from tests.support.rpcs import INTERNAL, RPCS, SERVERS, Rpc, sample

SECRET = "only-for-tests-0123456789-abcdefghij"
SERVED = [rpc for rpc in RPCS if rpc.is_served]
TEXTS_OF_TESTS = [
    path.read_text() for folder in ("integration", "gateway") for path in (ROOT / "tests" / folder).rglob("*.py")
]
NEVER_CUT = {"QuickTestService.WatchQuickTest"}
"""Streams, which last as long as what they tell of."""


@pytest.fixture(scope="module")
def comments(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Each RPC's comment, by ``Service.Method``."""
    return comments_of_methods(parsed_contracts(tmp_path_factory.mktemp("contracts")))


def test_every_service_of_the_contracts_is_walked(comments: Mapping[str, str]) -> None:
    assert {rpc.name for rpc in RPCS} == set(comments)
    assert {rpc.descriptor.containing_service.full_name for rpc in RPCS} == {up.service for up in UPSTREAMS}


@pytest.mark.parametrize("server", SERVERS)
def test_a_servers_internal_rpcs_are_those_without_a_rest_path(server: str) -> None:
    """They are told in three places, of which each needs its own form; here they are held together."""
    entry = importlib.import_module(f"services.{server}.__main__")
    internal = {rpc.descriptor.name for rpc in INTERNAL if rpc.server == server}
    assert getattr(entry, "INTERNAL", frozenset()) == internal


def test_the_gateway_closes_every_internal_rpc() -> None:
    assert set(INTERNAL_METHODS) == {rpc.path for rpc in INTERNAL}


@pytest.mark.parametrize("rpc", RPCS, ids=lambda rpc: rpc.name)
def test_every_rpc_has_an_owner_rule(comments: Mapping[str, str], rpc: Rpc) -> None:
    """The matrix of tests/security/tokens holds them; it must know each field that names a row."""
    callers = re.search(r"Callers: ([^.]*)", " ".join(comments[rpc.name].split()))
    assert callers
    rules = ("services only", "any user; services", "any user, with", "owner; services acting for the owner")
    assert any(rule in callers[1] for rule in rules), callers[1]
    ids = {name for name in rpc.fields() if name.endswith("_id") or name == "id"} - NO_ROWS
    assert ids <= set(IDS), "tests/security/rows.py must make a row for it"
    filters_only = rpc.descriptor.name in ("ListSessions", "ListQuickTests")
    if ids and not filters_only:
        assert "NOT_FOUND" in statuses(comments[rpc.name])


@pytest.mark.parametrize("rpc", SERVED, ids=lambda rpc: rpc.name)
def test_every_served_rpc_has_a_test_of_its_own(rpc: Rpc) -> None:
    """By its name, or by its REST path."""
    wanted = [rf"\b{rpc.descriptor.name}\b"]
    if rpc.rest is not None:
        wanted.append('[^"]*'.join(re.escape(part) for part in re.split(r"\{\w+\}", rpc.rest.path)))
    assert any(re.search(pattern, text) for pattern in wanted for text in TEXTS_OF_TESTS)


class Hanging:
    """A servicer whose every method never ends."""

    def __getattr__(self, name: str) -> Any:
        async def hang(_request: Any, _context: Any) -> Any:
            await asyncio.Event().wait()

        return hang


@asynccontextmanager
async def hanging_server(server: str) -> AsyncIterator[grpc.aio.Channel]:
    """Serves a contract without ever answering, in the runtime that every server has."""
    contract = SERVERS[server]
    internal = frozenset(rpc.descriptor.name for rpc in INTERNAL if rpc.server == server)
    jwt = JwtSettings("strategy-builder", "qlib-ui", SECRET.encode())
    settings = ServerSettings(server, "127.0.0.1:0", jwt, shutdown_grace=0)
    running, port = await create_server(settings, [Service(contract.service, contract.add, Hanging(), internal)])
    await running.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield channel
    finally:
        await running.stop()


async def outcome(rpc: Rpc, channel: grpc.aio.Channel) -> str:
    """Calls with the deadline that Envoy tells, and with none of gRPC's own."""
    token = issue_token(SECRET, service="test", acting_for="alice")
    metadata = (("authorization", f"Bearer {token}"), ("x-envoy-expected-rq-timeout-ms", "200"))
    try:
        await rpc.callable(channel)(sample(rpc), metadata=metadata)
    except grpc.aio.AioRpcError as error:
        return str(error.code().name)
    return "OK"


@pytest.mark.parametrize("server", SERVERS)
async def test_every_call_that_hangs_is_cut(server: str) -> None:
    unary = [rpc for rpc in RPCS if rpc.server == server and not rpc.streams]
    async with hanging_server(server) as channel, asyncio.timeout(30):
        outcomes = await asyncio.gather(*(outcome(rpc, channel) for rpc in unary))
    assert set(outcomes) == {"DEADLINE_EXCEEDED"}


def test_only_streams_have_no_deadline() -> None:
    assert {rpc.name for rpc in RPCS if rpc.streams} == NEVER_CUT
