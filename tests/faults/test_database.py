"""kill -9 of the database: callers are told so meanwhile, and all comes back by itself with what was acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sqlalchemy import create_engine, make_url, text
from strategybuilder.builder.v1 import strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2
from strategybuilder.quicktest.v1 import market_pb2
from strategybuilder.quicktest.v1 import quick_test_pb2 as pb
from strategybuilder.validation.v1 import validation_service_pb2

from codegen_core.nodes.registry import system_templates
from repo.engine import create_database
from repo.migrate import migrate
from tests.faults.editors import Editor, assert_all_kept
from tests.faults.onlookers import looking_on
from tests.faults.scene import LONG, Scene, resume, running_scene
from tests.integration.services.clients import Client, generation, status_name
from tests.support.mariadb import MariaDbServer, running_mariadb
from tests.support.processes import free_port, wait_until

NEED_THE_DATABASE = ("builder", "codegen", "quicktest")
TOLD_SECONDS = 60.0
Calls = Mapping[str, Callable[[Client, str], Any]]

READS: Calls = {
    "builder": lambda client, instance: client.call(
        "builder", "GetStrategy", strategy_pb2.GetStrategyRequest(instance_id=instance)
    ),
    "codegen": lambda client, instance: client.call(
        "codegen", "ListCodeHistory", codegen_service_pb2.ListCodeHistoryRequest(instance_id=instance)
    ),
    "quicktest": lambda client, _: client.call("quicktest", "ListQuickTests", pb.ListQuickTestsRequest()),
    "markets": lambda client, _: client.call("quicktest", "ListMarkets", market_pb2.ListMarketsRequest()),
}
WRITES: Calls = {
    "builder": lambda client, _: client.strategy(),
    "codegen": lambda client, instance: client.call("codegen", "GenerateCode", generation(instance)),
    "quicktest": lambda client, instance: client.run(instance),
}


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDbServer]:
    """A MariaDB that keeps through a kill what it has committed."""
    with running_mariadb(survives_kill=True) as running:
        yield running


@pytest.fixture(scope="module")
def scene(server: MariaDbServer, small_market: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The suite on it."""
    with running_scene(tmp_path_factory.mktemp("suite"), server.url, small_market) as running:
        yield running


def serving(address: str) -> bool | None:
    """Returns what a server says of its health; None where it does not answer."""
    with grpc.insecure_channel(address) as channel:
        try:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
        except grpc.RpcError:
            return None
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def wait_until_serving(address: str, expected: bool) -> None:
    """Waits until a server says so."""
    wait_until(lambda: serving(address) is expected, TOLD_SECONDS, f"{address} serves: {expected}")


def require_all_running(scene: Scene) -> None:
    """Fails where a process has ended."""
    for process in scene.suite.processes.values():
        process.require_running()


def test_a_killed_database_comes_back_to_what_it_acknowledged(scene: Scene, server: MariaDbServer) -> None:
    alice, instance = scene.alice, scene.strategy()
    test_id = alice.run(instance, **LONG)
    with looking_on(alice, test_id) as (onlooker,), Editor(alice, instance) as editor:
        editor.wait_for_saves(5)
        _, child = scene.hold(onlooker)
        lease_until = scene.record(test_id).lease_until
        assert lease_until is not None
        server.kill()
        try:
            resume(child)  # its strategy ends while there is nobody to tell
            told_that_it_is_away(scene, instance)
            wait_until(lambda: datetime.now(UTC) > lease_until, 30, "the end of the test's lease")
            require_all_running(scene)
        finally:
            server.start()
        for name in NEED_THE_DATABASE:
            wait_until_serving(scene.suite.addresses[name], True)
        test = onlooker.end()
        editor.wait_for_saves(5)
    assert (status_name(test), scene.record(test_id).attempt) == ("COMPLETED", 1)
    assert onlooker.days == scene.result_days(test_id)
    assert_all_kept(editor)
    for call in (*READS.values(), *WRITES.values()):
        call(alice, instance)
    alice.wait_for(alice.run(instance), "COMPLETED")
    require_all_running(scene)


def told_that_it_is_away(scene: Scene, instance: str) -> None:
    """Holds every server to what it says while there is no database."""
    for name in NEED_THE_DATABASE:
        wait_until_serving(scene.suite.addresses[name], False)
    for call in (*READS.values(), *WRITES.values()):
        with pytest.raises(grpc.RpcError) as caught:
            call(scene.alice, instance)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        message = str(caught.value.details())
        assert "pymysql" not in message
        assert "127.0.0.1" not in message
    assert serving(scene.suite.addresses["validation"])
    request = validation_service_pb2.ValidateCodeRequest(code="import math\n")
    assert scene.alice.call("validation", "ValidateCode", request).result.is_valid


@pytest.fixture
def unseeded(server: MariaDbServer) -> str:
    """The URL of a migrated database without any row, on the same server."""
    url = make_url(server.url).set(database="unseeded")
    engine = create_engine(server.url)
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE unseeded CHARACTER SET utf8mb4"))
    engine.dispose()
    migrate(url.render_as_string(hide_password=False))
    return url.render_as_string(hide_password=False)


def test_servers_may_start_before_their_database(scene: Scene, server: MariaDbServer, unseeded: str) -> None:
    addresses = {name: f"127.0.0.1:{free_port()}" for name in NEED_THE_DATABASE}
    own = {f"SB_{name.upper()}_ADDR": address for name, address in addresses.items()} | {"SB_DATABASE_URL": unseeded}
    early = {name: scene.another(name, f"services.{name}", **own) for name in NEED_THE_DATABASE}
    early["worker"] = scene.another("worker", "workers", **own)
    server.stop()
    try:
        for process in early.values():
            process.start()
        for address in addresses.values():
            wait_until_serving(address, False)
        wait_until(lambda: "waiting for the database" in early["worker"].log.read_text(), 60, "the worker waits")
        server.start()
        for address in addresses.values():
            wait_until_serving(address, True)
        wait_until(lambda: '"event": "ready"' in early["worker"].log.read_text(), 60, "the worker is ready")
        assert all(process.is_running() for process in early.values())
    finally:
        for process in early.values():
            process.stop()
    assert stored_templates(unseeded) == len(system_templates())
    wait_until_serving(scene.suite.addresses["builder"], True)


def stored_templates(url: str) -> int:
    """Returns how many system templates a database has."""
    database = create_database(url, 1)
    try:
        return database.run(lambda uow: uow.templates.list("alice", is_system_template=True).total, write=False)
    finally:
        database.dispose()
