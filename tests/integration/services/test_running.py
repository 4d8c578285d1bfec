"""Running, reading and cancelling quick tests through gRPC, with a real worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from strategybuilder.builder.v1 import strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2
from strategybuilder.quicktest.v1 import market_pb2, result_pb2
from strategybuilder.quicktest.v1 import quick_test_pb2 as pb

from repo.engine import create_database
from tests.integration.services.clients import UNKNOWN_ID, Client, drawing, status_name
from tests.support.redis import RedisServer
from tests.support.suite import Suite

FIRST, LAST = "2025-11-03", "2025-11-28"
INVENTED = "SH999999"


def order(instance_id: str, config: Mapping[str, Any] | None = None, **fields: Any) -> pb.RunQuickTestRequest:
    return pb.RunQuickTestRequest(instance_id=instance_id, test_config=pb.TestConfig(**(config or {})), **fields)


def run(client: Client, request: pb.RunQuickTestRequest) -> Any:
    return client.call("quicktest", "RunQuickTest", request)


def listed(client: Client, **fields: Any) -> Any:
    return client.call("quicktest", "ListQuickTests", pb.ListQuickTestsRequest(**fields))


def result(client: Client, test_id: str, **fields: Any) -> Any:
    request = result_pb2.GetQuickTestResultRequest(test_id=test_id, **fields)
    return client.call("quicktest", "GetQuickTestResult", request).result


@contextmanager
def worker_stopped(suite: Suite) -> Iterator[None]:
    """No worker takes a test inside the block."""
    suite.processes["worker"].stop()
    try:
        yield
    finally:
        suite.processes["worker"].start()


@pytest.fixture
def instance(alice: Client) -> str:
    """A strategy whose code is generated."""
    strategy = alice.strategy()
    alice.generate(strategy.id)
    return str(strategy.id)


def test_a_test_runs_with_defaults(alice: Client, instance: str) -> None:
    accepted = run(alice, pb.RunQuickTestRequest(instance_id=instance, test_name="首次"))
    assert accepted.status == pb.QuickTest.PENDING
    assert accepted.message
    assert accepted.estimated_duration > 0
    done = alice.wait_for(accepted.test_id, "COMPLETED", "FAILED")
    assert status_name(done) == "COMPLETED", done.error_message
    config = done.test_config
    assert (config.date_range, config.stock_pool, config.initial_capital) == ("3M", "CSI300", 100_000)
    assert (config.deal_price, config.open_cost, config.close_cost, config.min_cost) == ("open", 0.0005, 0.0015, 5)
    assert config.benchmark == "SH000300"
    assert config.start_date < config.end_date <= "2025-12-31"
    assert (done.test_name, done.instance_id) == ("首次", instance)
    assert done.is_synthetic
    assert done.execution_time > 0
    assert done.metrics_summary.HasField("total_return")
    assert done.started_at.ToDatetime() <= done.completed_at.ToDatetime()


def test_the_result_has_all_days_and_pages_of_positions(alice: Client, instance: str) -> None:
    test_id = alice.run(instance, start_date=FIRST, end_date=LAST)
    alice.wait_for(test_id, "COMPLETED")
    whole = result(alice, test_id, limit=1000)
    days = [point.trading_day for point in whole.equity_curve]
    assert (days[0], days[-1]) == (FIRST, LAST)
    assert days == sorted(set(days))
    assert whole.positions_total == len(whole.positions) > 0
    assert {firing.node_id for firing in whole.node_firings} >= {"enter", "leave"}
    assert any("synthetic" in note for note in whole.notes)
    page = result(alice, test_id, skip=2, limit=3)
    assert list(page.positions) == list(whole.positions)[2:5]
    day = whole.positions[-1].trading_day
    of_day = result(alice, test_id, trading_day=day)
    assert list(of_day.positions) == [position for position in whole.positions if position.trading_day == day]
    assert of_day.positions_total == len(of_day.positions)
    none = result(alice, test_id, limit=0)
    assert (len(none.positions), none.positions_total) == (0, whole.positions_total)
    for wrong, field in (
        ({"limit": 1001}, "limit"),
        ({"skip": -1}, "skip"),
        ({"trading_day": "20251103"}, "trading_day"),
    ):
        request = result_pb2.GetQuickTestResultRequest(test_id=test_id, **wrong)
        found = alice.refused("quicktest", "GetQuickTestResult", request)
        assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {field})


def test_what_was_cut_and_what_is_missing_is_noted(alice: Client, instance: str) -> None:
    known = result(alice, _completed(alice, instance, start_date=FIRST, end_date=LAST)).trades[0].instrument
    config = {"start_date": "2025-12-20", "end_date": "2030-01-01", "instruments": [known, INVENTED]}
    found = result(alice, _completed(alice, instance, **config))
    notes = " ".join(found.notes)
    assert "2030-01-01" in notes
    assert INVENTED in notes
    assert {trade.instrument for trade in found.trades} <= {known}


def _completed(client: Client, instance: str, **config: Any) -> str:
    test_id = client.run(instance, **config)
    client.wait_for(test_id, "COMPLETED")
    return test_id


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ({"date_range": "2W"}, {"date_range"}),
        ({"date_range": ""}, {"date_range"}),
        ({"date_range": "1M", "start_date": FIRST, "end_date": LAST}, {"date_range"}),
        ({"start_date": FIRST}, {"end_date"}),
        ({"start_date": "2025/11/03", "end_date": "soon"}, {"start_date", "end_date"}),
        ({"start_date": LAST, "end_date": FIRST}, {"end_date"}),
        ({"start_date": "1999-01-01", "end_date": "1999-12-31"}, {"start_date"}),
        ({"start_date": "2025-11-08", "end_date": "2025-11-09"}, {"start_date"}),
        ({"stock_pool": "SP500"}, {"stock_pool"}),
        ({"stock_pool": "CSI300", "instruments": ["SH600000"]}, {"instruments"}),
        ({"instruments": [INVENTED]}, {"instruments"}),
        ({"instruments": ["../etc"]}, {"instruments"}),
        ({"instruments": ["SH600000"] * 1001}, {"instruments"}),
        ({"initial_capital": 9_999.99}, {"initial_capital"}),
        ({"initial_capital": 10_000_001}, {"initial_capital"}),
        ({"initial_capital": 0}, {"initial_capital"}),
        ({"initial_capital": float("nan")}, {"initial_capital"}),
        ({"benchmark": "a b"}, {"benchmark"}),
        ({"deal_price": "high"}, {"deal_price"}),
        ({"open_cost": -0.1, "close_cost": 0.11, "min_cost": 1001}, {"open_cost", "close_cost", "min_cost"}),
        ({"limit_threshold": 0}, {"limit_threshold"}),
        ({"limit_threshold": 1}, {"limit_threshold"}),
        ({"limit_threshold": float("inf"), "date_range": "9Y"}, {"limit_threshold", "date_range"}),
    ],
)
def test_each_wrong_setting_is_named(alice: Client, config: Mapping[str, Any], wrong: set[str]) -> None:
    found = alice.refused("quicktest", "RunQuickTest", order(alice.strategy().id, config))
    assert (found.status, found.reason) == ("INVALID_ARGUMENT", "VALIDATION_ERROR")
    assert set(found.fields) == {f"test_config.{field}" for field in wrong}
    assert listed(alice).total == 0


def test_each_wrong_field_is_named(alice: Client) -> None:
    request = order("x", generation_id="y", test_name="z" * 256, request_id="with space")
    found = alice.refused("quicktest", "RunQuickTest", request)
    assert found.status == "INVALID_ARGUMENT"
    assert set(found.fields) == {"instance_id", "generation_id", "test_name", "request_id"}


def test_code_is_generated_where_there_is_none(alice: Client) -> None:
    strategy = alice.strategy()
    test = alice.test(alice.run(strategy.id))
    request = strategy_pb2.GetStrategyRequest(instance_id=strategy.id)
    made = alice.call("builder", "GetStrategy", request).strategy.current_generation_id
    assert test.generation_id == made
    assert len(test.code_hash) == 64


def test_an_unsound_stored_flow_can_not_be_run(alice: Client) -> None:
    request = strategy_pb2.CreateStrategyRequest(name="Empty")
    empty = alice.call("builder", "CreateStrategy", request).strategy
    found = alice.refused("quicktest", "RunQuickTest", order(empty.id))
    assert (found.status, found.reason) == ("FAILED_PRECONDITION", "LOGIC_FLOW_INVALID")
    assert found.fields


def test_the_generation_named_runs_else_the_current_one(alice: Client, instance: str) -> None:
    first = alice.generate(instance).generation_id
    second = alice.generate(instance, drawing(fast_average={"window": 3})).generation_id
    named, unnamed = run(alice, order(instance, generation_id=first)), run(alice, order(instance))
    assert alice.test(named.test_id).generation_id == first
    assert alice.test(unnamed.test_id).generation_id == second


def test_code_that_is_not_valid_can_not_be_run(alice: Client, suite: Suite, instance: str) -> None:
    generation_id = alice.generate(instance).generation_id
    database = create_database(suite.database_url, 1)
    database.run(lambda uow: uow.generations.set_validation_status(generation_id, "RUNTIME_ERROR"))
    database.dispose()
    found = alice.refused("quicktest", "RunQuickTest", order(instance))
    assert (found.status, found.reason) == ("FAILED_PRECONDITION", "CODE_NOT_VALID")


def test_what_is_not_the_callers_can_not_be_run(alice: Client, bob: Client, instance: str) -> None:
    theirs = bob.strategy()
    other = bob.generate(theirs.id).generation_id
    mine_too = alice.generate(alice.strategy().id).generation_id
    for request in (
        order(UNKNOWN_ID),
        order(theirs.id),
        order(instance, generation_id=UNKNOWN_ID),
        order(instance, generation_id=other),
        order(instance, generation_id=mine_too),
    ):
        assert alice.refused("quicktest", "RunQuickTest", request).status == "NOT_FOUND"


def test_a_repeated_request_gives_the_same_test(alice: Client, bob: Client, instance: str) -> None:
    first = run(alice, order(instance, {"date_range": "1M"}, request_id="once"))
    again = run(alice, order(instance, {"date_range": "1M"}, request_id="once"))
    assert again.test_id == first.test_id
    other = alice.refused("quicktest", "RunQuickTest", order(instance, {"date_range": "3M"}, request_id="once"))
    assert (other.status, other.reason) == ("ALREADY_EXISTS", "DUPLICATE_ENTRY")
    assert run(bob, order(bob.strategy().id, request_id="once")).test_id != first.test_id
    assert listed(alice).total == 1


def test_parallel_repetitions_make_one_test(alice: Client) -> None:
    request = order(alice.strategy().id, {"date_range": "1M"}, request_id="at-once")
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: run(alice, request), range(10)))
    assert len({answer.test_id for answer in answers}) == 1
    assert listed(alice).total == 1


def test_an_owner_has_a_bounded_number_of_open_tests(alice: Client, suite: Suite, instance: str) -> None:
    with worker_stopped(suite):
        tests = [alice.run(instance) for _ in range(50)]
        found = alice.refused("quicktest", "RunQuickTest", order(instance))
        assert (found.status, found.reason) == ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")
        alice.cancel(tests[0])
        tests.append(alice.run(instance))
        for test_id in tests[1:]:
            alice.cancel(test_id)


def test_lists_are_newest_first_filtered_and_paged(alice: Client, suite: Suite, instance: str) -> None:
    other = alice.strategy().id
    with worker_stopped(suite):
        tests = [alice.run(instance), alice.run(other), alice.run(instance)]
        alice.cancel(tests[0])
        assert [item.id for item in listed(alice).items] == tests[::-1]
        assert [item.id for item in listed(alice, instance_id=other).items] == [tests[1]]
        assert [item.id for item in listed(alice, status=pb.QuickTest.CANCELLED).items] == [tests[0]]
        page = listed(alice, skip=2, limit=2)
        assert ([item.id for item in page.items], page.total, page.page, page.page_size) == ([tests[0]], 3, 2, 2)
        alice.cancel(tests[1])
        alice.cancel(tests[2])
    for wrong, field in (
        ({"limit": 51}, "limit"), ({"skip": -1}, "skip"), ({"status": 9}, "status"),
        ({"instance_id": "x"}, "instance_id"),
    ):  # fmt: skip
        found = alice.refused("quicktest", "ListQuickTests", pb.ListQuickTestsRequest(**wrong))
        assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {field})


def test_a_waiting_test_is_cancelled_once(alice: Client, suite: Suite, instance: str) -> None:
    with worker_stopped(suite):
        test_id = alice.run(instance)
        request = result_pb2.GetQuickTestResultRequest(test_id=test_id)
        found = alice.refused("quicktest", "GetQuickTestResult", request)
        assert (found.status, found.reason) == ("FAILED_PRECONDITION", "RESULT_NOT_AVAILABLE")
        assert status_name(alice.cancel(test_id)) == "CANCELLED"
    found = alice.refused("quicktest", "CancelQuickTest", pb.CancelQuickTestRequest(test_id=test_id))
    assert (found.status, found.reason) == ("FAILED_PRECONDITION", "QUICK_TEST_ENDED")
    mismatch = pb.CancelQuickTestRequest(test_id=test_id, cancellation=pb.QuickTestCancellation(id=UNKNOWN_ID))
    found = alice.refused("quicktest", "CancelQuickTest", mismatch)
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"id"})
    assert status_name(alice.test(test_id)) == "CANCELLED"


def test_a_running_test_is_cancelled(alice: Client, instance: str) -> None:
    test_id = alice.run(instance, start_date="2023-01-10", end_date="2025-12-20")
    events, _ = alice.watch(test_id, until=lambda event: bool(event.points))
    assert not events[-1].HasField("status")
    assert status_name(alice.cancel(test_id)) == "CANCELLED"
    after, _ = alice.watch(test_id, after_sequence=events[-1].sequence)
    assert pb.QuickTest.Status.Name(after[-1].status) == "CANCELLED"
    next_test = alice.run(instance)  # the one worker is free again
    alice.wait_for(next_test, "COMPLETED")
    assert status_name(alice.test(test_id)) == "CANCELLED"


def test_without_redis_a_test_is_accepted_and_runs_later(
    alice: Client, instance: str, redis_server: RedisServer
) -> None:
    redis_server.stop()
    try:
        test_id = alice.run(instance)
        assert status_name(alice.test(test_id)) == "PENDING"
    finally:
        redis_server.start()
    alice.wait_for(test_id, "COMPLETED")


def test_the_market_is_listed(alice: Client) -> None:
    found = alice.call("quicktest", "ListMarkets", market_pb2.ListMarketsRequest())
    assert found.total == len(found.items) == 1
    market = found.items[0]
    assert market.is_synthetic
    assert (market.region, market.first_day[:4], market.last_day) == ("cn", "2023", "2025-12-31")
    assert [pool.name for pool in market.pools] == ["ALL_A_SHARES", "CSI300", "CSI500", "CSI800"]
    assert all(pool.member_count > 0 and pool.first_day <= pool.last_day for pool in market.pools)
    assert market.pools[1].benchmark == "SH000300"


REQUESTS: dict[str, Callable[[str], Any]] = {
    "GetQuickTest": lambda test_id: pb.GetQuickTestRequest(test_id=test_id),
    "CancelQuickTest": lambda test_id: pb.CancelQuickTestRequest(test_id=test_id),
    "GetQuickTestResult": lambda test_id: result_pb2.GetQuickTestResultRequest(test_id=test_id),
}


@pytest.mark.parametrize("method", REQUESTS)
def test_another_users_test_is_not_found(alice: Client, bob: Client, instance: str, method: str) -> None:
    test_id = alice.run(instance)
    for unseen in (test_id, UNKNOWN_ID):
        assert bob.refused("quicktest", method, REQUESTS[method](unseen)).status == "NOT_FOUND"
    found = alice.refused("quicktest", method, REQUESTS[method]("1"))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"test_id"})
    assert listed(bob).total == 0


def test_a_deleted_strategy_can_not_be_run(alice: Client, instance: str) -> None:
    alice.call("builder", "DeleteStrategy", strategy_pb2.DeleteStrategyRequest(instance_id=instance))
    assert alice.refused("quicktest", "RunQuickTest", order(instance)).status == "NOT_FOUND"
    request = codegen_service_pb2.ListCodeHistoryRequest(instance_id=instance)
    assert alice.refused("codegen", "ListCodeHistory", request).status == "NOT_FOUND"
