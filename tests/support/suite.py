"""The whole suite as real processes on free ports: four servers and a worker, over a test's own database and Redis."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from strategybuilder.builder.v1 import builder_service_pb2_grpc
from strategybuilder.codegen.v1 import codegen_service_pb2_grpc
from strategybuilder.quicktest.v1 import quicktest_service_pb2_grpc
from strategybuilder.validation.v1 import validation_service_pb2_grpc

from repo.engine import create_database
from repo.migrate import migrate
from services.runtime.tokens import issue_token
from tests.support.processes import START_SECONDS, Process, free_port, wait_until

SERVERS = ("builder", "codegen", "validation", "quicktest")
STUBS: Mapping[str, Any] = {
    "builder": builder_service_pb2_grpc.BuilderServiceStub,
    "codegen": codegen_service_pb2_grpc.CodeGenServiceStub,
    "validation": validation_service_pb2_grpc.ValidationServiceStub,
    "quicktest": quicktest_service_pb2_grpc.QuickTestServiceStub,
}


class Suite:
    """Addresses, tokens and processes of a running suite."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, market: Path, **settings: str) -> None:
        """Prepares everything; ``settings`` are further ``SB_*`` variables."""
        self.secret = secrets.token_hex(32)
        self.addresses = {name: f"127.0.0.1:{free_port()}" for name in SERVERS}
        self.environment = {
            "SB_DATABASE_URL": database_url,
            "SB_REDIS_URL": redis_url,
            "SB_QLIB_PROVIDER_URI": str(market),
            "SB_JWT_SECRET": self.secret,
            **{f"SB_{name.upper()}_ADDR": address for name, address in self.addresses.items()},
            **settings,
        }
        self.database_url = database_url
        self.processes = {name: Process(name, f"services.{name}", self.environment, folder) for name in SERVERS}
        self.processes["worker"] = Process("worker", "workers", self.environment, folder)

    def token(self, user: str = "alice", **claims: Any) -> str:
        """Returns a user's bearer token."""
        return issue_token(self.secret, user=user, **claims)

    def service_token(self, service: str, acting_for: str | None = None) -> str:
        """Returns another service's token."""
        return issue_token(self.secret, service=service, acting_for=acting_for)

    def start(self) -> None:
        """Starts every process and waits until the servers serve and the worker has announced its market."""
        for process in self.processes.values():
            process.start()
        for name in SERVERS:
            self.wait_until_serving(name)
        self.wait_for_market()

    def wait_until_serving(self, name: str) -> None:
        """Waits for a server's health."""
        wait_until(lambda: self._serves(name), START_SECONDS, f"{name} serves")

    def wait_for_market(self) -> None:
        """Waits until a worker has written what data it serves."""
        database = create_database(self.database_url, 1)
        try:
            wait_until(lambda: self._announced(database), START_SECONDS, "the worker announces its market")
        finally:
            database.dispose()

    def stop(self) -> None:
        """Stops every process that still runs."""
        for process in reversed(self.processes.values()):
            process.stop()

    @contextmanager
    def channel(self, name: str) -> Iterator[grpc.Channel]:
        """Opens a channel to a server."""
        with grpc.insecure_channel(self.addresses[name]) as channel:
            yield channel

    def call(self, name: str, method: str, request: Any, token: str | None = None, **metadata: str) -> Any:
        """Calls a unary RPC as a user (alice unless ``token`` says otherwise; "" shows no token)."""
        shown = self.token() if token is None else token
        headers = [(key.replace("_", "-"), value) for key, value in metadata.items()]
        headers += [("authorization", f"Bearer {shown}")] if shown else []
        with self.channel(name) as channel:
            return getattr(STUBS[name](channel), method)(request, metadata=headers, timeout=15)

    def _serves(self, name: str) -> bool:
        self.processes[name].require_running()
        try:
            with self.channel(name) as channel:
                stub: Any = health_pb2_grpc.HealthStub(channel)
                answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=1)
        except grpc.RpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    def _announced(self, database: Any) -> bool:
        self.processes["worker"].require_running()
        return bool(database.run(lambda uow: uow.markets.list(), write=False))


@contextmanager
def running_suite(folder: Path, database_url: str, redis_url: str, market: Path, **settings: str) -> Iterator[Suite]:
    """Runs a suite for the time of the block, its database migrated."""
    migrate(database_url)
    suite = Suite(folder, database_url, redis_url, market, **settings)
    try:
        suite.start()
        yield suite
    finally:
        suite.stop()
