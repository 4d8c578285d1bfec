"""Callers who follow a test through faults: one polls its status, one watches its stream and returns when cut off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from strategybuilder.quicktest.v1 import progress_pb2
from strategybuilder.quicktest.v1 import quick_test_pb2 as pb

from tests.integration.services.clients import Client, Event, status_name
from tests.support.processes import wait_until
from tests.support.suite import STUBS
from workers.progress import TERMINAL_SEQUENCE

END_SECONDS = 60.0
RANK = {"PENDING": 0, "RUNNING": 1, "COMPLETED": 2, "FAILED": 2, "CANCELLED": 2}
AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED)
_PAUSE_SECONDS = 0.1


class Onlooker:
    """What two callers saw of one test.

    Attributes:
        statuses: What the one who polls read, each change once.
        events: What the one who watches was told, over all connections.
    """

    def __init__(self, client: Client, test_id: str) -> None:
        self.test_id = test_id
        self.statuses: list[str] = []
        self.events: list[Event] = []
        self._client = client
        self._problems: list[BaseException] = []
        self._over = threading.Event()
        self._stream: Any = None
        self._threads = [threading.Thread(target=self._guarded, args=(work,)) for work in (self._poll, self._watch)]

    def start(self) -> None:
        """Begins to look."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Looks no longer."""
        self._over.set()
        if self._stream is not None:
            self._stream.cancel()
        for thread in self._threads:
            thread.join()

    @property
    def days(self) -> list[str]:
        """Every day told, in the order told."""
        return [point.trading_day for event in list(self.events) for point in event.points]

    def wait_for_days(self) -> None:
        """Waits until the strategy has traded a day."""
        wait_until(lambda: bool(self.days) or bool(self._problems), END_SECONDS, "the first day of the test")

    def end(self, seconds: float = END_SECONDS) -> pb.QuickTest:
        """Waits until both callers know the end, holds what they saw to the contract, and returns the test."""
        wait_until(lambda: not any(thread.is_alive() for thread in self._threads), seconds, "the end of the test")
        assert not self._problems, self._problems
        test: pb.QuickTest = self._client.test(self.test_id)
        ends = [event for event in self.events if event.sequence == TERMINAL_SEQUENCE]
        assert [_status(event) for event in ends] == [self.statuses[-1]] == [status_name(test)]
        assert self.events[-1] == ends[0]
        told = [_status(event) for event in self.events if event.HasField("status")]
        assert_never_back(self.statuses)
        assert_never_back(told)
        sequences = [event.sequence for event in self.events]
        assert sequences == sorted(sequences)
        return test

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as problem:  # noqa: BLE001  shown by end(), in the thread of the test
            self._problems.append(problem)

    def _poll(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            with away_is_no_error():
                status = status_name(self._client.test(self.test_id))
                if self.statuses[-1:] != [status]:
                    self.statuses.append(status)
                if RANK[status] == 2:
                    return

    def _watch(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            with away_is_no_error():
                self._follow()
            if self.events and self.events[-1].sequence == TERMINAL_SEQUENCE:
                return

    def _follow(self) -> None:
        after = self.events[-1].sequence if self.events else 0
        request = progress_pb2.WatchQuickTestRequest(test_id=self.test_id, after_sequence=after)
        headers = [("authorization", f"Bearer {self._client.suite.token(self._client.user)}")]
        with self._client.suite.channel("quicktest") as channel:
            stub = STUBS["quicktest"](channel)
            self._stream = stub.WatchQuickTest(request, metadata=headers, timeout=2 * END_SECONDS)
            for event in self._stream:
                self.events.append(event)


def _status(event: Event) -> str:
    return str(pb.QuickTest.Status.Name(event.status))


def assert_never_back(statuses: list[str]) -> None:
    """Fails where a status follows a later one, or anything else follows an end."""
    ranks = [RANK[status] for status in statuses]
    assert ranks == sorted(ranks), statuses
    assert ranks.count(2) == 1, statuses


@contextmanager
def away_is_no_error() -> Iterator[None]:
    """A server that is away is tried again; everything else is an error."""
    try:
        yield
    except grpc.RpcError as error:
        if error.code() not in AWAY:
            raise


@contextmanager
def looking_on(client: Client, *test_ids: str) -> Iterator[list[Onlooker]]:
    """Looks on tests for the time of the block."""
    onlookers = [Onlooker(client, test_id) for test_id in test_ids]
    for onlooker in onlookers:
        onlooker.start()
    try:
        yield onlookers
    finally:
        for onlooker in onlookers:
            onlooker.stop()
