"""What every server answers to bad tokens, broken messages and missing neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from strategybuilder.builder.v1 import session_pb2, strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2
from strategybuilder.quicktest.v1 import market_pb2, quick_test_pb2

from repo.migrate import migrate
from tests.integration.services.clients import UNKNOWN_ID, Client, generation, refusal_of, refused
from tests.support.processes import free_port, wait_until
from tests.support.redis import RedisServer
from tests.support.suite import Suite

ONE_EACH = [
    ("builder", "ListStrategies", strategy_pb2.ListStrategiesRequest()),
    ("codegen", "ListCodeHistory", codegen_service_pb2.ListCodeHistoryRequest(instance_id=UNKNOWN_ID)),
    ("quicktest", "ListQuickTests", quick_test_pb2.ListQuickTestsRequest()),
]
PACKAGES = {
    "builder": "/strategybuilder.builder.v1.BuilderService/",
    "codegen": "/strategybuilder.codegen.v1.CodeGenService/",
    "quicktest": "/strategybuilder.quicktest.v1.QuickTestService/",
}


def send_bytes(client: Client, service: str, method: str, content: bytes) -> Any:
    """Sends a message that no generated class would make."""
    headers = (("authorization", f"Bearer {client.suite.token(client.user)}"),)
    with client.suite.channel(service) as channel:
        send: Any = channel.unary_unary(PACKAGES[service] + method)
        return send(content, metadata=headers, timeout=15)


@pytest.mark.parametrize(("service", "method", "request_"), ONE_EACH)
def test_a_token_must_hold(alice: Client, service: str, method: str, request_: Any) -> None:
    suite = alice.suite
    tokens = {
        "none": "",
        "garbage": "a.b.c",
        "expired": suite.token(alice.user, lifetime=timedelta(minutes=-10)),
        "audience": suite.token(alice.user, audience="another"),
        "issuer": suite.token(alice.user, issuer="another"),
        "signature": suite.token(alice.user)[:-4] + "AAAA",
    }
    for name, token in tokens.items():
        found = refused(partial(suite.call, service, method, request_, token))
        assert (found.status, found.reason) == ("UNAUTHENTICATED", "UNAUTHORIZED"), name


@pytest.mark.parametrize(("service", "method", "request_"), ONE_EACH)
def test_a_service_must_name_whom_it_acts_for(alice: Client, service: str, method: str, request_: Any) -> None:
    found = refused(lambda: alice.suite.call(service, method, request_, alice.suite.service_token("backtest")))
    assert (found.status, found.reason) == ("PERMISSION_DENIED", "FORBIDDEN")


def test_a_service_that_acts_for_an_owner_sees_the_owners_rows(alice: Client) -> None:
    strategy = alice.strategy()
    token = alice.suite.service_token("backtest", alice.user)
    request = strategy_pb2.GetStrategyRequest(instance_id=strategy.id)
    assert alice.suite.call("builder", "GetStrategy", request, token).strategy == strategy


@pytest.mark.parametrize(
    ("service", "method"),
    [
        ("builder", "CreateStrategy"),
        ("codegen", "GenerateCode"),
        ("quicktest", "RunQuickTest"),
        ("quicktest", "ListMarkets"),
    ],
)
def test_bytes_that_are_no_message_are_refused(alice: Client, service: str, method: str) -> None:
    found = refused(lambda: send_bytes(alice, service, method, b"\xff\xff\xff\xff"))
    assert (found.status, found.reason) == ("INVALID_ARGUMENT", "VALIDATION_ERROR")


def field(number: int, content: bytes) -> bytes:
    """Returns a length-delimited field of protobuf's wire format."""
    length, size = len(content), bytearray()
    while length > 127:
        size.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2]) + bytes(size) + bytes([length]) + content


def nested_struct(levels: int) -> bytes:
    """Returns a Struct of ``levels`` objects, one inside the other."""
    content = b""
    for _ in range(levels - 1):
        content = field(1, field(1, b"x") + field(2, field(5, content)))
    return content


def test_a_struct_that_is_nested_too_deeply_is_refused(alice: Client) -> None:
    draft_metadata = session_pb2.UpsertSessionRequest.DESCRIPTOR.fields_by_name["draft_metadata"].number
    send_bytes(alice, "builder", "UpsertSession", field(draft_metadata, nested_struct(32)))
    for levels in (34, 200):
        content = field(draft_metadata, nested_struct(levels))
        found = refused(partial(send_bytes, alice, "builder", "UpsertSession", content))
        assert (found.status, found.reason) == ("INVALID_ARGUMENT", "VALIDATION_ERROR"), levels


def test_a_message_over_four_mebibytes_is_refused(alice: Client) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        send_bytes(alice, "builder", "CreateStrategy", field(1, b"x" * (4 * 1024 * 1024 + 1)))
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


@contextmanager
def stopped(suite: Suite, name: str) -> Iterator[None]:
    suite.processes[name].stop()
    try:
        yield
    finally:
        suite.processes[name].start()
        suite.wait_until_serving(name)


@pytest.mark.parametrize(("neighbour", "named"), [("builder", "BuilderService"), ("validation", "ValidationService")])
def test_code_is_not_generated_without_its_neighbours(alice: Client, suite: Suite, neighbour: str, named: str) -> None:
    strategy = alice.strategy()
    with stopped(suite, neighbour):
        found = alice.refused("codegen", "GenerateCode", generation(strategy.id))
        assert (found.status, found.reason) == ("UNAVAILABLE", "SERVICE_UNAVAILABLE")
        assert named in found.message
    wait_until(lambda: _works(lambda: alice.generate(strategy.id)), 10, f"CodeGen has found {named} again")


def test_without_codegen_only_generated_code_runs(alice: Client, suite: Suite) -> None:
    generated, bare = alice.strategy().id, alice.strategy().id
    alice.generate(generated)
    with stopped(suite, "codegen"):
        assert alice.run(generated)
        request = quick_test_pb2.RunQuickTestRequest(instance_id=bare)
        found = alice.refused("quicktest", "RunQuickTest", request)
        assert (found.status, found.reason) == ("UNAVAILABLE", "SERVICE_UNAVAILABLE")
        assert "CodeGenService" in found.message
    wait_until(lambda: _works(lambda: alice.run(bare)), 10, "QuickTest has found CodeGen again")


def _works(call: Callable[[], Any]) -> bool:
    """A server that has just come back is UNAVAILABLE until the next try to connect, within a second."""
    try:
        call()
    except grpc.RpcError as error:
        assert refusal_of(error).status == "UNAVAILABLE"
        return False
    return True


@pytest.fixture(scope="module")
def suite_without_database(redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """CodeGen and QuickTest, which start without asking the database anything, with nothing at the database's port."""
    folder: Path = tmp_path_factory.mktemp("no-database")
    url = f"mysql+pymysql://user:password@127.0.0.1:{free_port()}/none"
    suite = Suite(folder, url, redis_server.url, folder)
    servers = [suite.processes[name] for name in ("codegen", "quicktest")]
    for server in servers:
        server.start()
    yield suite
    for server in servers:
        server.stop()


NEEDS_DATABASE = [
    ("codegen", "ListCodeHistory", codegen_service_pb2.ListCodeHistoryRequest(instance_id=UNKNOWN_ID)),
    ("codegen", "GenerateCode", generation(UNKNOWN_ID)),
    ("quicktest", "RunQuickTest", quick_test_pb2.RunQuickTestRequest(instance_id=UNKNOWN_ID)),
    ("quicktest", "ListMarkets", market_pb2.ListMarketsRequest()),
]


@pytest.mark.parametrize(("service", "method", "request_"), NEEDS_DATABASE)
def test_without_the_database_every_call_is_unavailable(
    suite_without_database: Suite, service: str, method: str, request_: Any
) -> None:
    suite = suite_without_database
    with suite.channel(service) as channel:
        grpc.channel_ready_future(channel).result(timeout=60)
    with pytest.raises(grpc.RpcError) as caught:
        suite.call(service, method, request_)
    found = refusal_of(caught.value)
    assert (found.status, found.reason) == ("UNAVAILABLE", "SERVICE_UNAVAILABLE")
    assert "mysql" not in found.message.lower()
    suite.processes[service].require_running()


@pytest.fixture
def suite_without_worker(redis_server: RedisServer, tmp_path: Path) -> Iterator[Suite]:
    """Builder and QuickTest over a database that no worker has announced a market in."""
    url = f"sqlite:///{tmp_path / 'alone.db'}"
    migrate(url)
    suite = Suite(tmp_path, url, redis_server.url, tmp_path)
    servers = ("builder", "quicktest")
    for name in servers:
        suite.processes[name].start()
    for name in servers:
        suite.wait_until_serving(name)
    yield suite
    for name in servers:
        suite.processes[name].stop()


def test_without_a_market_no_test_is_accepted(suite_without_worker: Suite) -> None:
    client = Client(suite_without_worker, "alice")
    request = quick_test_pb2.RunQuickTestRequest(instance_id=client.strategy().id)
    for method, message in (("RunQuickTest", request), ("ListMarkets", market_pb2.ListMarketsRequest())):
        found = client.refused("quicktest", method, message)
        assert (found.status, found.reason) == ("UNAVAILABLE", "SERVICE_UNAVAILABLE")
        assert "market" in found.message
