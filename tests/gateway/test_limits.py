"""Sizes, rates, times, and upstreams that are not there."""

from __future__ import annotations

from pathlib import Path

import grpc
import httpx
import pytest
from strategybuilder.builder.v1 import builder_service_pb2_grpc, strategy_pb2

from tests.gateway.processes import (
    API,
    WAIT_SECONDS,
    Gateway,
    answers,
    running_gateway,
    running_upstream,
    settings_for,
    user_token,
)
from tests.gateway.test_envelope import assert_failure, assert_success
from tests.gateway.test_native_grpc import bearer, channel_to
from tests.support.processes import free_port, wait_until

MEBIBYTE = 1024 * 1024


def test_body_of_up_to_two_mebibytes_passes_and_a_larger_one_is_413(alice: httpx.Client) -> None:
    fits = {"name": "x" * (2 * MEBIBYTE - 100)}
    assert len(assert_success(alice.post(f"{API}/strategies", json=fits), 201)["name"]) == len(fits["name"])
    larger = {"name": "x" * (2 * MEBIBYTE)}
    assert_failure(alice.post(f"{API}/strategies", json=larger), 413, "PAYLOAD_TOO_LARGE")


def test_body_that_is_too_large_is_413_in_whatever_pieces_it_comes(alice: httpx.Client) -> None:
    pieces = (b" " * 60_000 for _ in range(40))
    response = alice.post(f"{API}/strategies", content=pieces, headers={"content-type": "application/json"})
    assert_failure(response, 413, "PAYLOAD_TOO_LARGE")


def test_body_that_grows_beyond_what_a_server_takes_is_413(alice: httpx.Client) -> None:
    flow = {"parameters": {"numbers": [1] * 500_000}}
    assert_failure(alice.post(f"{API}/strategies", json=flow), 413, "PAYLOAD_TOO_LARGE")


def test_headers_larger_than_the_servers_take_are_refused_here(alice: httpx.Client) -> None:
    response = alice.get(f"{API}/strategies", headers={"x-padding": "x" * 20_000})
    assert_failure(response, 431, "PAYLOAD_TOO_LARGE")


async def test_rate_is_limited_for_each_caller_by_itself(upstream_port: int, tmp_path: Path) -> None:
    settings = settings_for(upstream_port, tmp_path / "state", rate_per_second=1, rate_burst=3)
    with running_gateway(settings) as slow:
        with slow.client() as alice, slow.client(token=user_token("bob")) as bob:
            answered = [alice.get(f"{API}/strategies") for _ in range(8)]
            limited = [response for response in answered if response.status_code == 429]
            assert len(limited) >= 4, [response.status_code for response in answered]
            assert_failure(limited[0], 429, "RATE_LIMITED")
            assert limited[0].headers["retry-after"] == "1"
            assert_success(bob.get(f"{API}/strategies"))
        await _is_exhausted_over_grpc(slow)


async def _is_exhausted_over_grpc(gateway: Gateway) -> None:
    async with channel_to(gateway) as channel:
        stub = builder_service_pb2_grpc.BuilderServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            for _ in range(8):
                await stub.ListStrategies(strategy_pb2.ListStrategiesRequest(), metadata=bearer(user_token("carol")))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_call_that_takes_too_long_is_504(upstream_port: int, tmp_path: Path) -> None:
    settings = settings_for(upstream_port, tmp_path / "state", route_timeout=0.3)
    with running_gateway(settings) as hasty, hasty.client() as alice:
        assert_failure(alice.get(f"{API}/strategies/slow"), 504, "DEADLINE_EXCEEDED")


def test_the_services_learn_how_long_a_call_may_take(alice: httpx.Client) -> None:
    seen = assert_success(alice.get(f"{API}/sessions/echo"))["draft_metadata"]
    assert 0 < int(seen["x-envoy-expected-rq-timeout-ms"]) <= 10_000


def test_a_server_that_is_away_is_503_until_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    settings = settings_for(port, tmp_path / "state")
    with running_gateway(settings, healthy=False) as gateway, gateway.client() as alice:
        error = assert_failure(alice.get(f"{API}/strategies"), 503, "SERVICE_UNAVAILABLE")
        assert "127.0.0.1" not in error["message"]
        assert_failure(alice.get("/healthz"), 503, "SERVICE_UNAVAILABLE")
        with running_upstream(port):
            wait_until(lambda: answers(gateway.url), WAIT_SECONDS, "health after the server's start")
            assert_success(alice.get(f"{API}/strategies"))
        wait_until(lambda: answers(gateway.url, (503,)), WAIT_SECONDS, "503 after the server's end")
        assert_failure(alice.get(f"{API}/strategies"), 503, "SERVICE_UNAVAILABLE")
