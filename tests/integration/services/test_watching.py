"""The progress stream of quick tests, with a real worker and a Redis that forgets."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count

import grpc
import pytest
from strategybuilder.quicktest.v1 import quick_test_pb2 as pb
from strategybuilder.quicktest.v1 import result_pb2

from tests.integration.services.clients import UNKNOWN_ID, Client, Event, days_of, refusal_of, status_name
from tests.support.redis import RedisServer
from tests.support.suite import Suite
from workers.progress import TERMINAL_SEQUENCE

YEAR = {"start_date": "2025-01-06", "end_date": "2025-12-26"}


@pytest.fixture
def instance(alice: Client) -> str:
    """A strategy whose code is generated."""
    strategy = alice.strategy()
    alice.generate(strategy.id)
    return str(strategy.id)


def curve_days(client: Client, test_id: str) -> list[str]:
    request = result_pb2.GetQuickTestResultRequest(test_id=test_id, limit=0)
    curve = client.call("quicktest", "GetQuickTestResult", request).result.equity_curve
    return [point.trading_day for point in curve]


def ends_completed(events: list[Event]) -> bool:
    last = events[-1]
    return last.sequence == TERMINAL_SEQUENCE and last.status == pb.QuickTest.COMPLETED


def test_a_watcher_from_the_start_sees_each_day_once(alice: Client, instance: str) -> None:
    test_id = alice.run(instance, **YEAR)
    events, _ = alice.watch(test_id)
    assert events[0].status in (pb.QuickTest.PENDING, pb.QuickTest.RUNNING)
    assert events[0].message
    assert ends_completed(events)
    sequences = [event.sequence for event in events]
    assert sequences == sorted(set(sequences))
    assert not [event for event in events[1:-1] if event.HasField("status")]
    assert [event.percent for event in events[1:]] == sorted(event.percent for event in events[1:])
    assert days_of(events) == curve_days(alice, test_id)
    assert events[-1].metrics == alice.test(test_id).metrics_summary


def test_who_joins_late_misses_nothing(alice: Client, instance: str) -> None:
    test_id = alice.run(instance, **YEAR)
    alice.watch(test_id, until=lambda event: bool(event.points))
    joined, _ = alice.watch(test_id)
    after_the_end, _ = alice.watch(test_id)
    assert days_of(joined) == days_of(after_the_end) == curve_days(alice, test_id)
    assert ends_completed(joined)
    assert ends_completed(after_the_end)
    assert not [event for event in after_the_end[:-1] if event.HasField("status")]


def is_third(numbers: Iterator[int], _: Event) -> bool:
    """Says whether it is called for the third time."""
    return next(numbers) == 2


def test_who_returns_goes_on_where_he_was(alice: Client, instance: str) -> None:
    test_id = alice.run(instance, **YEAR)
    seen: list[Event] = []
    while not seen or seen[-1].sequence < TERMINAL_SEQUENCE:
        after = seen[-1].sequence if seen else 0
        seen += alice.watch(test_id, after, until=partial(is_third, count()))[0]
    assert days_of(seen) == curve_days(alice, test_id)
    assert ends_completed(seen)


def test_after_the_end_there_is_nothing(alice: Client, instance: str) -> None:
    test_id = alice.run(instance)
    events, headers = alice.watch(test_id)
    assert "x-http-status" not in headers
    nothing, headers = alice.watch(test_id, after_sequence=events[-1].sequence)
    assert nothing == []
    assert headers["x-http-status"] == "204"


def test_what_redis_has_forgotten_comes_from_the_database(
    alice: Client, instance: str, redis_server: RedisServer
) -> None:
    test_id = alice.run(instance, **YEAR)
    events, _ = alice.watch(test_id, until=lambda event: bool(event.points))
    with redis_server.client() as client:
        client.flushall()
    late, _ = alice.watch(test_id)
    days = curve_days(alice, test_id)
    assert sorted(days_of(late)) == days
    assert ends_completed(late)
    with redis_server.client() as client:
        client.flushall()
    after_the_end, _ = alice.watch(test_id)
    assert days_of(after_the_end) == days
    returned, _ = alice.watch(test_id, after_sequence=events[-1].sequence)
    assert set(days_of(events)) | set(days_of(returned)) == set(days)
    assert ends_completed(returned)
    assert alice.watch(test_id, after_sequence=returned[-2].sequence)[0] == returned[-1:]


def test_parallel_watchers_see_the_same(alice: Client, instance: str) -> None:
    test_id = alice.run(instance, **YEAR)
    with ThreadPoolExecutor(4) as threads:
        watched = [events for events, _ in threads.map(lambda _: alice.watch(test_id), range(4))]
    days = curve_days(alice, test_id)
    assert [days_of(events) for events in watched] == [days] * 4


def test_a_quiet_stream_says_that_it_lives(alice: Client, suite: Suite, instance: str) -> None:
    suite.processes["worker"].stop()
    try:
        test_id = alice.run(instance)
        events, _ = alice.watch(test_id, until=lambda event: event.heartbeat)
        assert status_name(alice.test(test_id)) == "PENDING"
        assert [event.HasField("heartbeat") for event in events] == [False, True]
        assert events[1].sequence == events[0].sequence
        alice.cancel(test_id)
        ended, _ = alice.watch(test_id)
        assert [event.status for event in ended] == [pb.QuickTest.CANCELLED]
    finally:
        suite.processes["worker"].start()


@pytest.mark.parametrize(
    ("test_id", "after", "status", "fields"),
    [
        ("x", 0, "INVALID_ARGUMENT", {"test_id"}),
        (UNKNOWN_ID, -1, "INVALID_ARGUMENT", {"after_sequence"}),
        (UNKNOWN_ID, 0, "NOT_FOUND", set()),
        (UNKNOWN_ID, TERMINAL_SEQUENCE, "NOT_FOUND", set()),
    ],
)
def test_a_watch_that_is_refused(alice: Client, test_id: str, after: int, status: str, fields: set[str]) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        alice.watch(test_id, after)
    found = refusal_of(caught.value)
    assert (found.status, set(found.fields)) == (status, fields)


def test_another_users_test_is_not_found(alice: Client, bob: Client, instance: str) -> None:
    test_id = alice.run(instance)
    with pytest.raises(grpc.RpcError) as caught:
        bob.watch(test_id)
    assert refusal_of(caught.value).status == "NOT_FOUND"
