"""Accepting, cancelling and reading quick tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from repo.errors import DuplicateKey
from repo.records import MarketRecord, NewQuickTest, Page, QuickTestRecord, QuickTestResult, StrategyRecord
from repo.unit_of_work import UnitOfWork
from services.quicktest.inner import CodeGen
from services.quicktest.test_config import MarketFacts, TestConfig, resolve
from services.quicktest.transport import Transport
from services.runtime.database import AsyncDatabase
from services.runtime.errors import AlreadyExists, FailedPrecondition, NotFound, ResourceExhausted, Unavailable
from services.runtime.paging import Page as Window

ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
NO_MARKET = "No worker has announced its market data yet; try again in a moment."
GUESSED_SECONDS = 5.0
MOST_WAITING = 50
"""Tests of one owner that may wait or run at a time."""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A test to run; ``fingerprint`` tells a repeated ``request_id`` with the same body from one with another."""

    owner: str
    instance_id: str
    generation_id: str | None
    test_name: str | None
    request_id: str | None
    config: TestConfig
    fingerprint: str


class QuickTests:
    """The tests of all owners; each sees its own."""

    def __init__(
        self,
        database: AsyncDatabase[UnitOfWork],
        codegen: CodeGen,
        transport: Transport,
    ) -> None:
        """Takes the parts it works with."""
        self._database = database
        self._codegen = codegen
        self._transport = transport
        self._synthetic: dict[str, bool] = {}

    async def run(self, order: RunOrder) -> QuickTestRecord:
        """Accepts a test: the row first, then the queue, which may be away; the reconciler queues it later then.

        Raises:
            NotFound: The owner has no such strategy or generation.
            InvalidArgument: The settings are wrong, or leave nothing to trade.
            AlreadyExists: The request_id was used with another body.
            FailedPrecondition: The stored flow has errors, or the code did not pass validation.
            ResourceExhausted: The owner has too many tests waiting.
            Unavailable: No worker has announced a market yet.
        """
        earlier = await self._database.run(lambda uow: _earlier(uow, order))
        if earlier is not None:
            return earlier
        strategy, market = await self._database.run(lambda uow: _ground(uow, order))
        config = resolve(order.config, _facts(market))
        generation_id = order.generation_id or await self._current_generation(strategy)
        try:
            record = await self._database.run(
                lambda uow: self._accept(uow, order, config, generation_id, market), write=True
            )
        except DuplicateKey:
            return await self._database.run(lambda uow: _required_earlier(uow, order))
        await self._transport.enqueue(record.id, market.data_version)
        return record

    async def cancel(self, test_id: str, owner: str) -> QuickTestRecord:
        """Ends a test that waits or runs.

        Raises:
            NotFound: The owner has no such test.
            FailedPrecondition: Reason QUICK_TEST_ENDED.
        """
        cancelled = await self._database.run(lambda uow: uow.quick_tests.cancel(test_id, owner), write=True)
        if cancelled is None:
            record = await self.read(test_id, owner)
            raise FailedPrecondition(f"The quick test is {record.status} already.", reason="QUICK_TEST_ENDED")
        await self._transport.cancel(test_id)
        return cancelled

    async def read(self, test_id: str, owner: str) -> QuickTestRecord:
        """Returns a test. Raises NotFound where the owner has none of this id."""
        return await self._database.run(lambda uow: _test(uow, test_id, owner))

    async def page(
        self, owner: str, instance_id: str | None, status: str | None, window: Window
    ) -> Page[QuickTestRecord]:
        """Returns a page of the owner's tests, newest first."""
        return await self._database.run(
            lambda uow: uow.quick_tests.list(
                owner, instance_id=instance_id, status=status, skip=window.skip, limit=window.limit
            )
        )

    async def synthetic_versions(self, records: Iterable[QuickTestRecord]) -> frozenset[str]:
        """Returns those of the tests' data versions that are not real markets."""
        versions = {record.data_version for record in records if record.data_version}
        if not versions <= self._synthetic.keys():
            markets = await self._database.run(lambda uow: uow.markets.list())
            # A version names its content, so what is known of it stays true.
            self._synthetic |= {market.data_version: market.is_synthetic for market in markets}
        return frozenset(version for version in versions if self._synthetic.get(version))

    async def result(self, test_id: str, owner: str) -> tuple[QuickTestRecord, QuickTestResult]:
        """Returns a completed test with its result.

        Raises:
            NotFound: The owner has no such test.
            FailedPrecondition: Reason RESULT_NOT_AVAILABLE.
        """
        return await self._database.run(lambda uow: _result(uow, test_id, owner))

    async def markets(self) -> tuple[MarketRecord, ...]:
        """Returns the markets that workers serve. Raises Unavailable where none has announced one yet."""
        records = await self._database.run(lambda uow: uow.markets.list())
        if not records:
            raise Unavailable(NO_MARKET)
        return tuple(records)

    async def estimated_seconds(self, record: QuickTestRecord) -> float:
        """Returns how long the owner's last completed tests took on average, a guess where there are none."""
        found = await self.page(record.user_id, None, "COMPLETED", Window(0, 10))
        times = [test.execution_time for test in found.items if test.execution_time is not None]
        return sum(times) / len(times) if times else GUESSED_SECONDS

    async def _current_generation(self, strategy: StrategyRecord) -> str:
        if strategy.current_generation_id is not None:
            return strategy.current_generation_id
        return await self._codegen.generate(strategy.id, strategy.logic_flow, strategy.parameters)

    def _accept(
        self, uow: UnitOfWork, order: RunOrder, config: TestConfig, generation_id: str, market: MarketRecord
    ) -> QuickTestRecord:
        generation = uow.generations.get(generation_id, order.owner)
        if generation is None or generation.instance_id != order.instance_id:
            raise NotFound("There is no such generated code of this strategy.")
        if generation.validation_status != "VALID":
            raise FailedPrecondition(
                f"The generated code is {generation.validation_status} and can't be run.", reason="CODE_NOT_VALID"
            )
        _check_quota(uow, order.owner)
        new = NewQuickTest(
            id=str(uuid4()),
            instance_id=order.instance_id,
            generation_id=generation.id,
            code_hash=generation.code_hash,
            data_version=market.data_version,
            test_name=order.test_name,
            request_id=order.request_id,
            request_fingerprint=order.fingerprint,
            test_config=config.as_json(),
        )
        return uow.quick_tests.add(new, order.owner)


def _check_quota(uow: UnitOfWork, owner: str) -> None:
    """Raises ResourceExhausted where the owner has enough tests; parallel submissions are counted one by one."""
    uow.leases.lock(f"quick-tests of {sha256(owner.encode()).hexdigest()}")
    if uow.quick_tests.count_open(owner) >= MOST_WAITING:
        raise ResourceExhausted(f"{MOST_WAITING} quick tests wait or run already.", reason="QUOTA_EXCEEDED")


def _earlier(uow: UnitOfWork, order: RunOrder) -> QuickTestRecord | None:
    """The test that this request_id made before. Raises AlreadyExists where its body was another."""
    if order.request_id is None:
        return None
    known = uow.quick_tests.by_request_id(order.owner, order.request_id)
    if known is not None and known.request_fingerprint != order.fingerprint:
        raise AlreadyExists("This request_id was used with another body.")
    return known


def _required_earlier(uow: UnitOfWork, order: RunOrder) -> QuickTestRecord:
    known = _earlier(uow, order)
    if known is None:
        raise AlreadyExists("The quick test was made at the same moment; ask again.")
    return known


def _ground(uow: UnitOfWork, order: RunOrder) -> tuple[StrategyRecord, MarketRecord]:
    strategy = uow.strategies.get(order.instance_id, order.owner)
    if strategy is None:
        raise NotFound("There is no such strategy.")
    market = uow.markets.newest()
    if market is None:
        raise Unavailable(NO_MARKET)
    return strategy, market


def _facts(market: MarketRecord) -> MarketFacts:
    return MarketFacts(
        data_version=market.data_version,
        calendar=market.calendar,
        codes=frozenset(market.instruments),
        benchmarks={str(pool["name"]): pool.get("benchmark") for pool in market.pools if pool["member_count"]},
        limit_threshold=market.limit_threshold,
    )


def _test(uow: UnitOfWork, test_id: str, owner: str) -> QuickTestRecord:
    record = uow.quick_tests.get(test_id, owner)
    if record is None:
        raise NotFound("There is no such quick test.")
    return record


def _result(uow: UnitOfWork, test_id: str, owner: str) -> tuple[QuickTestRecord, QuickTestResult]:
    record = _test(uow, test_id, owner)
    result = uow.quick_tests.get_result(test_id) if record.status == "COMPLETED" else None
    if result is None:
        raise FailedPrecondition(
            f"The quick test is {record.status}; only a COMPLETED one has a result.", reason="RESULT_NOT_AVAILABLE"
        )
    return record, result
