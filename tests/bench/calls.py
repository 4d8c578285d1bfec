"""Calls of the running servers, one at a time over one connection each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from grpc_health.v1 import health_pb2
from strategybuilder.builder.v1 import strategy_pb2
from strategybuilder.validation.v1 import validation_service_pb2

from codegen_core.render import generate
from codegen_core.safety import analyse
from tests.bench import flows
from tests.bench.stack import Clients
from tests.bench.table import Comparisons, Figure
from tests.bench.timing import interleaved

_READ_ROUNDS, _WRITE_ROUNDS = 200, 15
_HEALTH = "health check, gRPC"
_DIRECT = "GetStrategy, gRPC"


def measure_calls(clients: Clients) -> list[Figure]:
    """Returns the figures of single calls."""
    return [*_reads(clients), *_generation(clients), *_validation(clients)]


def _reads(clients: Clients) -> list[Figure]:
    strategy = clients.create_strategy("read", flows.double_moving_average())
    request = strategy_pb2.GetStrategyRequest(instance_id=strategy)
    direct, through_envoy = clients.stubs["builder"].GetStrategy, clients.stubs["gateway"].GetStrategy
    samples = interleaved(
        {
            _HEALTH: lambda: clients.call(clients.health.Check, health_pb2.HealthCheckRequest()),
            _DIRECT: lambda: clients.call(direct, request),
            "GetStrategy, gRPC through Envoy": lambda: clients.call(through_envoy, request),
            "GetStrategy, REST through Envoy": lambda: clients.read(f"/strategies/{strategy}"),
            "health of the gateway, REST": clients.read_health,
        },
        _READ_ROUNDS,
        warm_up=20,
    )
    compare = Comparisons(samples)
    return [
        compare.figure(_DIRECT, _HEALTH),
        compare.figure("GetStrategy, gRPC through Envoy", _DIRECT),
        compare.figure("GetStrategy, REST through Envoy", _DIRECT),
        compare.figure("GetStrategy, REST through Envoy", "health of the gateway, REST"),
    ]


def _generation(clients: Clients) -> list[Figure]:
    drawn = flows.double_moving_average()
    strategy, windows, sound = clients.create_strategy("generate", drawn), count(21), flows.resolved(drawn)
    samples = interleaved(
        {
            "generate to hash, in process": lambda: generate(sound),
            "GenerateCode, new code": lambda: _generate_new(clients, strategy, windows),
            "GenerateCode, duplicate": lambda: clients.generate(strategy, drawn, {}),
        },
        _WRITE_ROUNDS,
        warm_up=2,
    )
    compare = Comparisons(samples)
    return [
        compare.figure("GenerateCode, new code", "generate to hash, in process"),
        compare.figure("GenerateCode, duplicate", "GenerateCode, new code"),
    ]


def _generate_new(clients: Clients, strategy: str, windows: Iterator[int]) -> None:
    answer = clients.generate(strategy, flows.double_moving_average(), {"slow_average": {"window": next(windows)}})
    if answer.is_duplicate:
        raise ValueError("the code was not new")


def _validation(clients: Clients) -> list[Figure]:
    code = flows.hand_written(200)
    request = validation_service_pb2.ValidateCodeRequest(code=code)
    samples = interleaved(
        {
            "analyse, in process": lambda: analyse(code),
            "ValidateCode, the same code": lambda: clients.call(clients.stubs["validation"].ValidateCode, request),
        },
        _WRITE_ROUNDS,
    )
    return [Comparisons(samples).figure("ValidateCode, the same code", "analyse, in process")]
