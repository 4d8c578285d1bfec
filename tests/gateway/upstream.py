"""A small real gRPC server in the place of the four services, for answers that are hard to provoke from those.

``python -m tests.gateway.upstream`` prints its port and serves until it is told to stop. What an RPC answers is chosen
by the id it is asked for.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import grpc
from google.api.httpbody_pb2 import HttpBody
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status
from strategybuilder.builder.v1 import builder_service_pb2, builder_service_pb2_grpc, session_pb2, strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2, codegen_service_pb2_grpc, generated_code_pb2
from strategybuilder.quicktest.v1 import (
    progress_pb2,
    quick_test_pb2,
    quicktest_service_pb2,
    quicktest_service_pb2_grpc,
    result_pb2,
)
from strategybuilder.validation.v1 import validation_service_pb2, validation_service_pb2_grpc

if TYPE_CHECKING:
    Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]

SECRET_TEXT = "secret-table-name"
LAST_SEQUENCE = 3
BIG_CODE = 3 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


CONTRACTS = (builder_service_pb2, codegen_service_pb2, validation_service_pb2, quicktest_service_pb2)


class Builder(builder_service_pb2_grpc.BuilderServiceServicer):
    """Answers of BuilderService."""

    async def GetStrategy(
        self, request: strategy_pb2.GetStrategyRequest, context: Context
    ) -> strategy_pb2.GetStrategyResponse:
        """Fails as the id says: ``STATUS`` or ``STATUS.REASON``; ``slow`` never ends; any other id is found."""
        await _fail_as_told(request.instance_id, context)
        return strategy_pb2.GetStrategyResponse(strategy=strategy_pb2.Strategy(id=request.instance_id, name="均线"))

    async def CreateStrategy(
        self, request: strategy_pb2.CreateStrategyRequest, context: Context
    ) -> strategy_pb2.CreateStrategyResponse:
        """Creates: 201 over REST."""
        await context.send_initial_metadata((("x-http-status", "201"),))
        return strategy_pb2.CreateStrategyResponse(strategy=strategy_pb2.Strategy(id="new", name=request.name))

    async def ListStrategies(
        self, request: strategy_pb2.ListStrategiesRequest, context: Context
    ) -> strategy_pb2.ListStrategiesResponse:
        """An empty page."""
        return strategy_pb2.ListStrategiesResponse(page=1, page_size=request.limit)

    async def GetSession(
        self, request: session_pb2.GetSessionRequest, context: Context
    ) -> session_pb2.GetSessionResponse:
        """Returns the metadata that came with the call."""
        session = session_pb2.Session(id=request.session_id)
        session.draft_metadata.update({key: str(value) for key, value in context.invocation_metadata() or ()})
        return session_pb2.GetSessionResponse(session=session)


class CodeGen(codegen_service_pb2_grpc.CodeGenServiceServicer):
    """Answers of CodeGenService."""

    async def GetGeneratedCode(
        self, request: codegen_service_pb2.GetGeneratedCodeRequest, context: Context
    ) -> codegen_service_pb2.GetGeneratedCodeResponse:
        """Returns a large code."""
        return codegen_service_pb2.GetGeneratedCodeResponse(
            code=generated_code_pb2.GeneratedCode(generation_id=request.generation_id, generated_code="#" * BIG_CODE)
        )


class QuickTest(quicktest_service_pb2_grpc.QuickTestServiceServicer):
    """Answers of QuickTestService."""

    def __init__(self) -> None:
        self.left: set[str] = set()

    async def WatchQuickTest(
        self, request: progress_pb2.WatchQuickTestRequest, context: Context
    ) -> AsyncIterator[progress_pb2.WatchQuickTestResponse]:
        """Three events; an id that begins with ``endless`` gives one and waits, and remembers who left."""
        await _fail_as_told(request.test_id, context)
        if request.after_sequence >= LAST_SEQUENCE:
            await context.send_initial_metadata((("x-http-status", "204"),))
            return
        for sequence in range(request.after_sequence + 1, LAST_SEQUENCE + 1):
            yield _event(sequence)
            if request.test_id.startswith("endless"):
                await self._wait_for_leave(request.test_id)

    async def _wait_for_leave(self, test_id: str) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.left.add(test_id)
            raise

    async def GetQuickTest(
        self, request: quick_test_pb2.GetQuickTestRequest, context: Context
    ) -> quick_test_pb2.GetQuickTestResponse:
        """CANCELLED once the watcher of this id has left."""
        status = (
            quick_test_pb2.QuickTest.CANCELLED if request.test_id in self.left else quick_test_pb2.QuickTest.RUNNING
        )
        return quick_test_pb2.GetQuickTestResponse(
            quick_test=quick_test_pb2.QuickTest(id=request.test_id, status=status)
        )

    async def GetQuickTestChart(self, request: result_pb2.GetQuickTestChartRequest, context: Context) -> HttpBody:
        """A picture."""
        return HttpBody(content_type="image/png", data=PNG)


class Validation(validation_service_pb2_grpc.ValidationServiceServicer):
    """Answers nothing: UNIMPLEMENTED by gRPC's own default."""


def _event(sequence: int) -> progress_pb2.WatchQuickTestResponse:
    """An event whose text tries to look like the end of an event and like another sequence number."""
    return progress_pb2.WatchQuickTestResponse(
        sequence=sequence,
        percent=sequence * 100 / LAST_SEQUENCE,
        message='line one\n\nid: 99\ndata: {"sequence":99}',
        points=[progress_pb2.ProgressPoint(trading_day="2024-01-02", portfolio_value=1e5)],
    )


async def _fail_as_told(what: str, context: Context) -> None:
    if what == "slow":
        await asyncio.Event().wait()
    if what == "raise":
        raise RuntimeError(SECRET_TEXT)
    name, _, reason = what.partition(".")
    if name in grpc.StatusCode.__members__ and name != "OK":
        await context.abort_with_status(rpc_status.to_status(_status(grpc.StatusCode[name], reason)))


def _status(code: grpc.StatusCode, reason: str) -> status_pb2.Status:
    violation = error_details_pb2.BadRequest.FieldViolation(
        field="nodes[0].id", description='a "bad" 值', reason="BAD_ID"
    )
    details = [
        error_details_pb2.ErrorInfo(reason=reason, domain="strategybuilder"),
        error_details_pb2.BadRequest(field_violations=[violation]),
    ]
    return status_pb2.Status(
        code=code.value[0], message=f"{SECRET_TEXT} {code.name}", details=[_packed(d) for d in details]
    )


def _packed(message: error_details_pb2.ErrorInfo | error_details_pb2.BadRequest) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed


def _service_names(module: ModuleType) -> list[str]:
    return [service.full_name for service in module.DESCRIPTOR.services_by_name.values()]


async def _serve(port: int) -> None:
    server = grpc.aio.server()
    builder_service_pb2_grpc.add_BuilderServiceServicer_to_server(Builder(), server)
    codegen_service_pb2_grpc.add_CodeGenServiceServicer_to_server(CodeGen(), server)
    quicktest_service_pb2_grpc.add_QuickTestServiceServicer_to_server(QuickTest(), server)
    validation_service_pb2_grpc.add_ValidationServiceServicer_to_server(Validation(), server)
    health = HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    names = [name for module in CONTRACTS for name in _service_names(module)]
    for name in ["", *names]:
        await health.set(name, health_pb2.HealthCheckResponse.SERVING)
    reflection.enable_server_reflection([*names, reflection.SERVICE_NAME], server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    print(bound, flush=True)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(server.stop(0)))
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
