"""gRPC and gRPC-web through the same port: untouched by the envelope; internal methods are closed."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import grpc
import httpx
import pytest
from google.protobuf import empty_pb2
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2
from grpc_status import rpc_status
from strategybuilder.builder.v1 import builder_service_pb2_grpc, strategy_pb2
from strategybuilder.quicktest.v1 import progress_pb2, quicktest_service_pb2_grpc

from gateway.contracts import INTERNAL_METHODS, UPSTREAMS, Upstream
from services.runtime.tokens import issue_token
from tests.gateway.processes import SECRET, Gateway, running_gateway, settings_for, user_token
from tests.gateway.test_envelope import assert_failure

GRPCURL = Path(sys.executable).with_name("grpcurl")


def bearer(token: str | None = None) -> tuple[tuple[str, str], ...]:
    """Returns the metadata that shows a token, alice's unless given."""
    return (("authorization", f"Bearer {token or user_token()}"),)


def channel_to(gateway: Gateway) -> grpc.aio.Channel:
    """Returns a channel to the gateway's one port."""
    return grpc.aio.insecure_channel(f"127.0.0.1:{gateway.port}")


async def test_unary_call_and_its_error_details_pass(gateway: Gateway) -> None:
    async with channel_to(gateway) as channel:
        stub = builder_service_pb2_grpc.BuilderServiceStub(channel)
        found = await stub.GetStrategy(strategy_pb2.GetStrategyRequest(instance_id="some-id"), metadata=bearer())
        assert found.strategy.id == "some-id"
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.GetStrategy(
                strategy_pb2.GetStrategyRequest(instance_id="FAILED_PRECONDITION.LOGIC_FLOW_INVALID"), metadata=bearer()
            )
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    status = rpc_status.from_call(caught.value)  # type: ignore[arg-type]  # the stubs know only the blocking call
    assert status is not None
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.reason == "LOGIC_FLOW_INVALID"


async def test_stream_passes(gateway: Gateway) -> None:
    async with channel_to(gateway) as channel:
        stub = quicktest_service_pb2_grpc.QuickTestServiceStub(channel)
        request = progress_pb2.WatchQuickTestRequest(test_id="three", after_sequence=1)
        sequences = [event.sequence async for event in stub.WatchQuickTest(request, metadata=bearer())]
    assert sequences == [2, 3]


@pytest.mark.parametrize("method", INTERNAL_METHODS)
async def test_internal_method_is_closed_for_everybody(gateway: Gateway, method: str) -> None:
    service = issue_token(SECRET, service="backtest")
    async with channel_to(gateway) as channel:
        call = channel.unary_unary(method, empty_pb2.Empty.SerializeToString, empty_pb2.Empty.FromString)
        for token in (user_token(), service):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call(empty_pb2.Empty(), metadata=bearer(token))
            assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    with gateway.client(token=service) as client:
        assert_failure(client.post(method, json={}), 403, "FORBIDDEN")


def test_grpc_web_passes(gateway: Gateway) -> None:
    message = strategy_pb2.GetStrategyRequest(instance_id="some-id").SerializeToString()
    frame = b"\x00" + len(message).to_bytes(4, "big") + message
    response = httpx.post(
        f"{gateway.url}/strategybuilder.builder.v1.BuilderService/GetStrategy",
        content=base64.b64encode(frame),
        headers={
            "content-type": "application/grpc-web-text",
            "accept": "application/grpc-web-text",
            "authorization": f"Bearer {user_token()}",
        },
    )
    assert response.headers["content-type"].startswith("application/grpc-web-text")
    body = base64.b64decode(response.content)
    length = int.from_bytes(body[1:5], "big")
    assert strategy_pb2.GetStrategyResponse.FromString(body[5 : 5 + length]).strategy.id == "some-id"


@pytest.mark.parametrize("upstream", UPSTREAMS, ids=lambda upstream: upstream.cluster)
async def test_health_needs_no_token(gateway: Gateway, upstream: Upstream) -> None:
    async with channel_to(gateway) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            health_pb2.HealthCheckRequest.SerializeToString,
            health_pb2.HealthCheckResponse.FromString,
        )
        request = health_pb2.HealthCheckRequest(service=upstream.service)
        answer = await check(request, metadata=(("x-sb-server", upstream.cluster),))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_grpcurl_finds_and_calls_by_reflection(gateway: Gateway) -> None:
    listed = grpcurl(gateway, "list")
    assert all(upstream.service in listed.stdout for upstream in UPSTREAMS), listed.stderr
    answer = grpcurl(
        gateway, "strategybuilder.builder.v1.BuilderService/GetStrategy", "-H", f"authorization: Bearer {user_token()}",
        "-d", '{"instance_id": "some-id"}',
    )  # fmt: skip
    assert '"some-id"' in answer.stdout, answer.stderr


def test_reflection_can_be_switched_off(upstream_port: int, tmp_path: Path) -> None:
    with running_gateway(settings_for(upstream_port, tmp_path / "state", reflection=False)) as closed:
        listed = grpcurl(closed, "list")
    assert listed.returncode != 0
    assert "BuilderService" not in listed.stdout


def grpcurl(gateway: Gateway, call: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs grpcurl against the gateway."""
    command = [str(GRPCURL), "-plaintext", "-max-time", "20", *options, f"127.0.0.1:{gateway.port}", call]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
