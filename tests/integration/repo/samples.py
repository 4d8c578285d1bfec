"""Records to store, a clock to move, and threads that start at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar
from uuid import uuid4

from repo.records import (
    NewFactor,
    NewGeneration,
    NewMarket,
    NewQuickTest,
    NewStrategy,
    NewStrategyTemplate,
    NewTemplate,
)

T = TypeVar("T")

START = datetime(2026, 1, 15, 10, 30, 0, 123456, tzinfo=UTC)
FLOW: dict[str, Any] = {
    "nodes": [{"id": "fast", "type": "INDICATOR", "data": {"label": "快线", "parameters": {"window": 5}}}],
    "edges": [],
}


class TickingClock:
    """Goes on by a microsecond each time it is read, so that no two rows are of the same moment."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def forward(self, **by: float) -> None:
        """Moves the clock on, by the arguments of ``timedelta``."""
        self.now += timedelta(**by)


def in_parallel(work: Callable[[int], T], threads: int = 8) -> list[T]:
    """Runs ``work(0)``, ``work(1)``, … in as many threads, let go at the same moment; returns what they return."""
    gate = Barrier(threads)

    def run(position: int) -> T:
        gate.wait(timeout=30)
        return work(position)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def new_id() -> str:
    """A UUID."""
    return str(uuid4())


def a_template(name: str = "fast_average", **changes: Any) -> NewTemplate:
    """A node template."""
    template = NewTemplate(
        id=new_id(),
        name=name,
        display_name="Fast average 快速均线",
        node_type="INDICATOR",
        category="TREND",
        parameter_schema={"type": "object", "properties": {"window": {"type": "integer", "minimum": 1}}},
        default_parameters={"window": 5, "factor": 0.1},
        input_ports=[{"name": "input", "type": "SERIES|BOOL", "required": True, "multiple": False}],
        output_ports=[{"name": "value", "type": "SERIES"}],
        color="#607D8B",
    )
    return replace(template, **changes)


def a_strategy(**changes: Any) -> NewStrategy:
    """A strategy."""
    return replace(
        NewStrategy(id=new_id(), name="双均线", logic_flow=FLOW, parameters={"fast": {"window": 10}}), **changes
    )


def a_strategy_template(name: str = "double_average", **changes: Any) -> NewStrategyTemplate:
    """A strategy template."""
    template = NewStrategyTemplate(
        id=new_id(),
        name=name,
        display_name="Double moving average",
        category="TREND",
        logic_flow=FLOW,
        texts={"zh": {"display_name": "双均线", "description": ""}},
    )
    return replace(template, **changes)


def a_generation(instance_id: str, code: str = "pass\n", **changes: Any) -> NewGeneration:
    """Generated code; other code, other hash."""
    generation = NewGeneration(
        id=new_id(),
        instance_id=instance_id,
        code=code,
        code_hash=f"{abs(hash(code)):064x}",
        language="zh",
        logic_flow=FLOW,
        parameters={},
        validation_status="VALID",
        syntax_check_passed=True,
        security_check_passed=True,
        line_count=1,
        complexity_score=3,
        generation_time=0.1 + 0.2,
        warmup_bars=20,
        node_lines={"fast": {"first": 1, "last": 1}},
        validation_result={"is_valid": True},
    )
    return replace(generation, **changes)


def a_quick_test(instance_id: str = "0" * 36, **changes: Any) -> NewQuickTest:
    """A quick test."""
    return replace(NewQuickTest(id=new_id(), instance_id=instance_id, test_config={"date_range": "3M"}), **changes)


def a_market(data_version: str = "synthetic-1", **changes: Any) -> NewMarket:
    """A market."""
    market = NewMarket(
        data_version=data_version,
        region="cn",
        is_synthetic=True,
        calendar=["2025-01-02", "2025-01-03", "2025-01-06"],
        instruments=["SH600000", "SZ000001"],
        pools=[{"name": "csi300", "benchmark": "SH000300", "member_count": 2}],
        limit_threshold=0.099,
        trade_unit=100,
    )
    return replace(market, **changes)


def a_factor(name: str = "roc_5", **changes: Any) -> NewFactor:
    """A factor."""
    factor = NewFactor(
        id=new_id(),
        name=name,
        display_name="Rate of change 变动率",
        category="MOMENTUM",
        source="ALPHA158",
        expression="Ref($close, 5)/$close",
    )
    return replace(factor, **changes)


def names(items: Sequence[Any]) -> list[str]:
    """The names of records, in order."""
    return [item.name for item in items]
