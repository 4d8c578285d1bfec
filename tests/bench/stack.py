"""The real embedded stack in a directory of the benchmark's own, and clients of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
from google.protobuf import json_format
from grpc_health.v1 import health_pb2_grpc
from strategybuilder.builder.v1 import strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2
from strategybuilder.common.v1 import logic_flow_pb2

from gateway.contracts import BASE_PATH, HEALTH_PATH
from gateway.stack.lifecycle import running_stack
from gateway.stack.programs import WORKER
from gateway.stack.settings import StackSettings
from gateway.stack.supervisor import Supervisor
from services.runtime.tokens import issue_token
from tests.support.suite import SERVERS, STUBS
from tests.unit.core.drawing import Json

_TIMEOUT = 15.0
_NO_RATE_LIMIT = {"SB_RATE_LIMIT": "1000000", "SB_RATE_BURST": "1000000"}


@dataclass(frozen=True)
class Clients:
    """Alice's connections, one of each kind.

    Attributes:
        stubs: Each server's, called directly, by its short name; ``gateway`` is Builder's through Envoy.
        health: The health of Builder.
    """

    stubs: Mapping[str, Any]
    health: Any
    rest: httpx.Client
    metadata: tuple[tuple[str, str], ...]

    def call(self, method: Any, request: Any) -> Any:
        """Calls a unary RPC."""
        return method(request, metadata=self.metadata, timeout=_TIMEOUT)

    def read(self, path: str) -> None:
        """Reads a resource by REST, decoded."""
        self.rest.get(f"{BASE_PATH}{path}").raise_for_status().json()

    def read_health(self) -> None:
        """Asks the gateway for its health, which no server behind it is asked for."""
        self.rest.get(HEALTH_PATH).raise_for_status()

    def create_strategy(self, name: str, drawn: Json) -> str:
        """Stores a strategy; returns its id."""
        request = strategy_pb2.CreateStrategyRequest(name=name, logic_flow=flow_message(drawn))
        return str(self.call(self.stubs["builder"].CreateStrategy, request).strategy.id)

    def generate(self, instance_id: str, drawn: Json, parameters: Json) -> Any:
        """Has the code of a flow generated; returns the answer."""
        request = codegen_service_pb2.GenerateCodeRequest(instance_id=instance_id, logic_flow=flow_message(drawn))
        request.parameters.update(parameters)
        return self.call(self.stubs["codegen"].GenerateCode, request)


@dataclass(frozen=True)
class Stack:
    """A stack that is ready, ``seconds`` after its start."""

    settings: StackSettings
    supervisor: Supervisor
    seconds: float

    @property
    def market(self) -> Path:
        """Its synthetic market."""
        return Path(self.settings.environment["SB_QLIB_PROVIDER_URI"])

    def worker_mebibytes(self) -> float:
        """Returns the worker's resident memory."""
        (worker,) = [state for state in self.supervisor.states() if state.name == WORKER]
        status = Path(f"/proc/{worker.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @contextmanager
    def clients(self) -> Iterator[Clients]:
        """Opens the connections for the time of the block."""
        environment = self.settings.environment
        token = f"Bearer {issue_token(environment['SB_JWT_SECRET'], user='alice')}"
        with ExitStack() as opened:
            channels = {name: opened.enter_context(grpc.insecure_channel(at)) for name, at in self._addresses.items()}
            stubs = {name: STUBS[name](channels[name]) for name in SERVERS}
            rest = httpx.Client(
                base_url=self.settings.url, headers={"authorization": token}, timeout=_TIMEOUT, trust_env=False
            )
            yield Clients(
                {**stubs, "gateway": STUBS["builder"](channels["gateway"])},
                health_pb2_grpc.HealthStub(channels["builder"]),
                opened.enter_context(rest),
                (("authorization", token),),
            )

    @property
    def _addresses(self) -> dict[str, str]:
        servers = {name: self.settings.environment[f"SB_{name.upper()}_ADDR"] for name in SERVERS}
        return {**servers, "gateway": str(self.settings.gateway)}


@contextmanager
def started_stack(data_dir: Path) -> Iterator[Stack]:
    """Runs the stack for the time of the block, on free ports, free of the caller's settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SB_")}
    own = {"SB_DATA_DIR": str(data_dir), "SB_GATEWAY_PORT": "0", "SB_LOG_LEVEL": "WARNING"}
    began = time.perf_counter()
    with running_stack({**inherited, **own, **_NO_RATE_LIMIT}) as (settings, supervisor):
        yield Stack(settings, supervisor, time.perf_counter() - began)


def flow_message(drawn: Json) -> Any:
    """Returns a flow as the wire has it."""
    return json_format.ParseDict(drawn, logic_flow_pb2.LogicFlow())
