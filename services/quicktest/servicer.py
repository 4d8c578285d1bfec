"""QuickTestService: protobuf in, a use case, protobuf out."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from strategybuilder.quicktest.v1 import market_pb2, progress_pb2, quicktest_service_pb2_grpc, result_pb2
from strategybuilder.quicktest.v1 import quick_test_pb2 as pb

from repo.records import QuickTestRecord
from services.quicktest.messages import PositionWindow, event_message, market_message, result_message, test_message
from services.quicktest.runs import QuickTests, RunOrder
from services.quicktest.test_config import TestConfig, is_day
from services.quicktest.watching import Watcher
from services.runtime.context import current_user, set_http_status
from services.runtime.interceptors import Context
from services.runtime.paging import read_page
from services.runtime.request_checks import RequestChecks, check_uuid


class QuickTestServicer(quicktest_service_pb2_grpc.QuickTestServiceServicer):
    """Translates between the wire and the use cases. RPCs that it leaves out answer UNIMPLEMENTED."""

    def __init__(self, tests: QuickTests, watcher: Callable[[], Watcher]) -> None:
        """Takes the use cases; each watch has a watcher of its own."""
        self._tests = tests
        self._watcher = watcher

    async def RunQuickTest(self, request: pb.RunQuickTestRequest, context: Context) -> pb.RunQuickTestResponse:
        """Accepts a test; REST answers 202."""
        record = await self._tests.run(_order(request))
        set_http_status(202)
        return pb.RunQuickTestResponse(
            test_id=record.id,
            status=record.status.value,
            message=f"The quick test is {record.status}.",
            estimated_duration=await self._tests.estimated_seconds(record),
        )

    async def GetQuickTest(self, request: pb.GetQuickTestRequest, context: Context) -> pb.GetQuickTestResponse:
        """Reads one test."""
        check_uuid("test_id", request.test_id)
        record = await self._tests.read(request.test_id, current_user())
        return pb.GetQuickTestResponse(quick_test=await self._message(record))

    async def ListQuickTests(self, request: pb.ListQuickTestsRequest, context: Context) -> pb.ListQuickTestsResponse:
        """Lists the caller's tests, newest first."""
        page = read_page(request, default_limit=20, max_limit=50)
        instance_id = request.instance_id if request.HasField("instance_id") else None
        if instance_id is not None:
            check_uuid("instance_id", instance_id)
        checks = RequestChecks()
        status = checks.enum("status", request.status, pb.QuickTest.Status)
        checks.finish()
        found = await self._tests.page(current_user(), instance_id, status, page)
        synthetic = await self._tests.synthetic_versions(found.items)
        return pb.ListQuickTestsResponse(
            items=[test_message(record, synthetic) for record in found.items],
            total=found.total,
            page=page.number,
            page_size=page.limit,
        )

    async def CancelQuickTest(self, request: pb.CancelQuickTestRequest, context: Context) -> pb.CancelQuickTestResponse:
        """Cancels one test."""
        _check_cancellation(request)
        record = await self._tests.cancel(request.test_id, current_user())
        return pb.CancelQuickTestResponse(quick_test=await self._message(record))

    async def WatchQuickTest(
        self, request: progress_pb2.WatchQuickTestRequest, context: Context
    ) -> AsyncIterator[progress_pb2.WatchQuickTestResponse]:
        """Streams one test's progress; nothing after the terminal event is a 204 over REST."""
        checks = RequestChecks()
        checks.uuid("test_id", request.test_id)
        checks.expect(
            request.after_sequence >= 0, "after_sequence", "0 or more", request.after_sequence, "OUT_OF_RANGE"
        )
        checks.finish()
        silent = True
        async with aclosing(self._watcher().follow(request.test_id, current_user(), request.after_sequence)) as events:
            async for event in events:
                silent = False
                yield event_message(event)
        if silent:
            set_http_status(204)

    async def GetQuickTestResult(
        self, request: result_pb2.GetQuickTestResultRequest, context: Context
    ) -> result_pb2.GetQuickTestResultResponse:
        """Reads a completed test's result with one page of its positions."""
        checks = RequestChecks()
        checks.uuid("test_id", request.test_id)
        if request.HasField("trading_day"):
            checks.expect(is_day(request.trading_day), "trading_day", "a day written YYYY-MM-DD", request.trading_day)
        checks.finish()
        page = read_page(request, default_limit=100, max_limit=1000, min_limit=0)
        record, result = await self._tests.result(request.test_id, current_user())
        day = request.trading_day if request.HasField("trading_day") else None
        synthetic = await self._tests.synthetic_versions([record])
        message = await asyncio.to_thread(result_message, record, result, PositionWindow(day, page), synthetic)
        return result_pb2.GetQuickTestResultResponse(result=message)

    async def ListMarkets(
        self, request: market_pb2.ListMarketsRequest, context: Context
    ) -> market_pb2.ListMarketsResponse:
        """Lists what the workers serve."""
        records = await self._tests.markets()
        return market_pb2.ListMarketsResponse(items=[market_message(record) for record in records], total=len(records))

    async def _message(self, record: QuickTestRecord) -> pb.QuickTest:
        return test_message(record, await self._tests.synthetic_versions([record]))


def _order(request: pb.RunQuickTestRequest) -> RunOrder:
    checks = RequestChecks()
    checks.uuid("instance_id", request.instance_id)
    if request.HasField("generation_id"):
        checks.uuid("generation_id", request.generation_id)
    if request.HasField("request_id"):
        checks.visible_ascii("request_id", request.request_id, 128)
    checks.text("test_name", request.test_name, 0, 255)
    checks.finish()
    settings = {field.name: value for field, value in request.test_config.ListFields()}
    return RunOrder(
        owner=current_user(),
        instance_id=request.instance_id,
        generation_id=request.generation_id if request.HasField("generation_id") else None,
        test_name=request.test_name if request.HasField("test_name") else None,
        request_id=request.request_id if request.HasField("request_id") else None,
        config=TestConfig(**settings | {"instruments": tuple(settings.get("instruments", ()))}),
        fingerprint=_fingerprint(request),
    )


def _fingerprint(request: pb.RunQuickTestRequest) -> str:
    """SHA-256 of the body without its request_id, by which a repeated request_id is recognised."""
    body = pb.RunQuickTestRequest()
    body.CopyFrom(request)
    body.ClearField("request_id")
    return hashlib.sha256(body.SerializeToString(deterministic=True)).hexdigest()


def _check_cancellation(request: pb.CancelQuickTestRequest) -> None:
    checks = RequestChecks()
    checks.uuid("test_id", request.test_id)
    for field in ("id", "test_id"):
        if request.cancellation.HasField(field):
            sent = getattr(request.cancellation, field)
            checks.expect(sent == request.test_id, field, "the id in the path", sent, "ID_MISMATCH")
    checks.finish()
