"""Quick tests, their results and their progress as messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strategybuilder.quicktest.v1 import market_pb2, progress_pb2, result_pb2
from strategybuilder.quicktest.v1 import quick_test_pb2 as pb

from codegen_core.pools import POOLS
from repo.records import MarketRecord, QuickTestRecord, QuickTestResult
from services.quicktest.watching import WatchEvent
from services.runtime.json_messages import from_json, to_timestamp
from services.runtime.paging import Page


def test_message(record: QuickTestRecord, synthetic: frozenset[str]) -> pb.QuickTest:
    """Returns a test as a message; what it does not have yet stays unset. ``synthetic``: made-up data versions."""
    message = pb.QuickTest(
        id=record.id,
        instance_id=record.instance_id,
        generation_id=record.generation_id,
        code_hash=record.code_hash,
        data_version=record.data_version,
        test_name=record.test_name,
        status=record.status.value,
        test_config=from_json(record.test_config, pb.TestConfig()),
        error_message=record.error_message,
        execution_time=record.execution_time,
        started_at=to_timestamp(record.started_at) if record.started_at else None,
        completed_at=to_timestamp(record.completed_at) if record.completed_at else None,
        created_at=to_timestamp(record.created_at),
        updated_at=to_timestamp(record.updated_at),
        is_synthetic=record.data_version in synthetic,
    )
    if record.metrics_summary is not None:
        message.metrics_summary.CopyFrom(metrics_message(record.metrics_summary))
    return message


def metrics_message(metrics: Mapping[str, Any]) -> pb.QuickTestMetrics:
    """Returns figures as a message; undefined ones stay unset."""
    return from_json(metrics, pb.QuickTestMetrics())


@dataclass(frozen=True, slots=True)
class PositionWindow:
    """Which positions to show: those of a day, or of all days where it is None; of these a page."""

    day: str | None
    page: Page


def result_message(
    record: QuickTestRecord, result: QuickTestResult, window: PositionWindow, synthetic: frozenset[str]
) -> result_pb2.QuickTestResult:
    """Returns a completed test's result, with one page of its positions."""
    held = [row for row in result.positions if window.day in (None, row["trading_day"])]
    shown = held[window.page.skip : window.page.skip + window.page.limit]
    return result_pb2.QuickTestResult(
        test_id=record.id,
        data_version=record.data_version,
        is_synthetic=record.data_version in synthetic,
        metrics=metrics_message(record.metrics_summary or {}),
        equity_curve=[from_json(row, result_pb2.EquityPoint()) for row in result.equity_curve],
        trades=[from_json(row, result_pb2.Trade()) for row in result.trades],
        node_firings=[
            result_pb2.NodeFiring(node_id=node_id, count=count)
            for node_id, count in sorted(result.node_firings.items())
        ],
        notes=[*record.test_config.get("notes", ()), *result.notes],
        positions=[from_json(row, result_pb2.Position()) for row in shown],
        positions_total=len(held),
    )


def event_message(event: WatchEvent) -> progress_pb2.WatchQuickTestResponse:
    """Returns one event of a test's progress."""
    message = progress_pb2.WatchQuickTestResponse(
        sequence=event.sequence,
        stage=event.stage,
        percent=event.percent,
        message=event.message,
        points=[
            progress_pb2.ProgressPoint(
                trading_day=point.trading_day,
                portfolio_value=point.portfolio_value,
                benchmark_value=point.benchmark_value,
            )
            for point in event.points
        ],
        status=event.status,
        error_message=event.error_message,
        heartbeat=True if event.heartbeat else None,
    )
    if event.metrics is not None:
        message.metrics.CopyFrom(metrics_message(event.metrics))
    return message


def market_message(record: MarketRecord) -> market_pb2.Market:
    """Returns a market that a worker serves."""
    return market_pb2.Market(
        data_version=record.data_version,
        region=record.region,
        is_synthetic=record.is_synthetic,
        first_day=record.calendar[0],
        last_day=record.calendar[-1],
        pools=_pools(record),
    )


def _pools(record: MarketRecord) -> list[market_pb2.Market.Pool]:
    rows = {pool["name"]: pool for pool in record.pools}
    named = [{**rows[qlib_name], "name": name} for name, qlib_name in sorted(POOLS.items()) if qlib_name in rows]
    return [from_json(pool, market_pb2.Market.Pool()) for pool in named]
