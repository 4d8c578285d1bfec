"""One user of the suite, with answers and refusals as values that a test can compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2
from strategybuilder.builder.v1 import strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow
from strategybuilder.quicktest.v1 import progress_pb2, quick_test_pb2

from codegen_core.strategies import load
from tests.support.processes import wait_until
from tests.support.suite import STUBS, Suite

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
DOMAIN = "strategybuilder.qlib-ui"
Event = progress_pb2.WatchQuickTestResponse


@dataclass(frozen=True)
class Refusal:
    """What a caller learns of an error; by violated field, ``fields`` has its reason and ``texts`` what is said."""

    status: str
    reason: str
    fields: Mapping[str, str]
    metadata: Mapping[str, str]
    message: str
    texts: Mapping[str, str]


def refusal_of(error: grpc.RpcError) -> Refusal:
    """Reads the details; fails where an error of ours lacks them."""
    metadata: Any = error.trailing_metadata()
    trailers: dict[str, Any] = dict(metadata)
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    assert info.domain == DOMAIN
    assert info.metadata["request_id"] == trailers["x-request-id"]
    if len(status.details) > 1:
        assert status.details[1].Unpack(bad)
    fields = {violation.field: violation.reason for violation in bad.field_violations}
    texts = {violation.field: violation.description for violation in bad.field_violations}
    assert all(texts.values())
    return Refusal(error.code().name, info.reason, fields, dict(info.metadata), status.message, texts)


def refused(call: Callable[[], Any]) -> Refusal:
    """Returns how a call is refused; fails where it is not."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return refusal_of(caught.value)


def drawing(**parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the double moving average's JSON, with other parameters by node id."""
    flow: dict[str, Any] = load("double_moving_average")
    for node in flow["nodes"]:
        node["data"]["parameters"] |= parameters.get(node["id"], {})
    return flow


def flow_message(flow: Mapping[str, Any] | None = None) -> LogicFlow:
    """Returns a drawing as a message."""
    return json_format.ParseDict(dict(drawing() if flow is None else flow), LogicFlow())


class Client:
    """Calls as one user."""

    def __init__(self, suite: Suite, user: str) -> None:
        self.suite = suite
        self.user = user

    def call(self, service: str, method: str, request: Any, **metadata: str) -> Any:
        """Calls a unary RPC."""
        return self.suite.call(service, method, request, self.suite.token(self.user), **metadata)

    def refused(self, service: str, method: str, request: Any, **metadata: str) -> Refusal:
        """Calls a unary RPC that must be refused."""
        return refused(lambda: self.call(service, method, request, **metadata))

    def strategy(self, flow: Mapping[str, Any] | None = None, **fields: Any) -> Any:
        """Makes a strategy of the double moving average, or of another drawing."""
        request = strategy_pb2.CreateStrategyRequest(name="Averages", logic_flow=flow_message(flow), **fields)
        return self.call("builder", "CreateStrategy", request).strategy

    def generate(self, instance_id: str, flow: Mapping[str, Any] | None = None, **fields: Any) -> Any:
        """Generates the code of a drawing."""
        return self.call("codegen", "GenerateCode", generation(instance_id, flow, **fields))

    def run(self, instance_id: str, **config: Any) -> str:
        """Starts a quick test and returns its id; a month unless the settings say otherwise."""
        settings = quick_test_pb2.TestConfig(**(config or {"date_range": "1M"}))
        request = quick_test_pb2.RunQuickTestRequest(instance_id=instance_id, test_config=settings)
        return str(self.call("quicktest", "RunQuickTest", request).test_id)

    def test(self, test_id: str) -> Any:
        """Reads a test."""
        return self.call("quicktest", "GetQuickTest", quick_test_pb2.GetQuickTestRequest(test_id=test_id)).quick_test

    def cancel(self, test_id: str) -> Any:
        """Cancels a test."""
        request = quick_test_pb2.CancelQuickTestRequest(test_id=test_id)
        return self.call("quicktest", "CancelQuickTest", request).quick_test

    def wait_for(self, test_id: str, *statuses: str) -> Any:
        """Waits until a test stands at one of the statuses."""
        wait_until(lambda: status_name(self.test(test_id)) in statuses, 60, f"test {test_id} is {statuses}")
        return self.test(test_id)

    def watch(
        self, test_id: str, after_sequence: int = 0, until: Callable[[Event], bool] = lambda _: False
    ) -> tuple[list[Event], dict[str, str]]:
        """Watches a test to its end, or through the first event that satisfies ``until``; returns also the headers."""
        request = progress_pb2.WatchQuickTestRequest(test_id=test_id, after_sequence=after_sequence)
        headers = [("authorization", f"Bearer {self.suite.token(self.user)}")]
        events = []
        with self.suite.channel("quicktest") as channel:
            stream = STUBS["quicktest"](channel).WatchQuickTest(request, metadata=headers, timeout=90)
            for event in stream:
                events.append(event)
                if until(event):
                    break
            initial = dict(stream.initial_metadata())
            stream.cancel()
        return events, initial


def generation(
    instance_id: str, flow: Mapping[str, Any] | None = None, **fields: Any
) -> codegen_service_pb2.GenerateCodeRequest:
    """Returns the request to generate a drawing's code."""
    return codegen_service_pb2.GenerateCodeRequest(instance_id=instance_id, logic_flow=flow_message(flow), **fields)


def status_name(test: quick_test_pb2.QuickTest) -> str:
    """Returns a test's status as the contract writes it."""
    return str(quick_test_pb2.QuickTest.Status.Name(test.status))


def days_of(events: list[Event]) -> list[str]:
    """Returns every day told by some events, in the order told."""
    return [point.trading_day for event in events for point in event.points]
