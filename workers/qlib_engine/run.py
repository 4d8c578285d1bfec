"""Runs one backtest through stock Qlib's account, executor and exchange, a day at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from qlib.backtest import get_strategy_executor
from qlib.backtest.executor import SimulatorExecutor
from qlib.data import D

from codegen_core.standalone.command_line import (
    account_by_day,
    days_to_trade,
    exchange_notes,
    exchange_settings,
    load_benchmark,
)
from codegen_core.standalone.metrics import measure
from workers.qlib_engine.config import BacktestConfig
from workers.qlib_engine.errors import BacktestError
from workers.qlib_engine.module import make_strategy, strategy_errors
from workers.qlib_engine.outcome import (
    BacktestOutcome,
    equity_rows,
    fill_frame,
    firing_counts,
    position_rows,
    trade_rows,
)


@dataclass(frozen=True, slots=True)
class FinishedDay:
    """A day of the test that is over.

    Attributes:
        trading_day: ISO.
        number: Counted from 1, of ``total``.
        portfolio_value: In money, as is ``benchmark_value``, which is None without a benchmark.
    """

    trading_day: str
    number: int
    total: int
    portfolio_value: float
    benchmark_value: float | None


OnDay = Callable[[FinishedDay], None]
"""Told of each finished day, in order."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The days of the test, with the benchmark's returns on them."""

    config: BacktestConfig
    calendar: pd.DatetimeIndex
    days: pd.DatetimeIndex
    benchmark: pd.Series | None
    notes: list[str]

    @property
    def benchmark_value(self) -> pd.Series | None:
        """What the capital would be worth in the benchmark, by day."""
        return None if self.benchmark is None else self.config.capital * (1 + self.benchmark).cumprod()


def run(code: str, config: BacktestConfig, on_day: OnDay) -> BacktestOutcome:
    """Backtest the strategy of a generated module.

    Args:
        code: The module's text; it must have passed validation, and the process must be one that may be lost.

    Raises:
        StrategyError: The strategy's own exception.
        BacktestError: There is nothing to trade.
    """
    plan = _plan(config)
    strategy = make_strategy(code, config.strategy_pool)
    executor = _executor(strategy, plan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # Qlib averages the fills of days without any
        _trade(strategy, executor, plan, on_day)
    return _outcome(strategy, executor, plan)


def _plan(config: BacktestConfig) -> _Plan:
    calendar = pd.DatetimeIndex(D.calendar())
    days, notes = days_to_trade(calendar, config.start, config.end)
    if days.empty:
        raise BacktestError("The data has no day to trade in this range.")
    benchmark = load_benchmark(config.benchmark, calendar) if config.benchmark else None
    if benchmark is None and config.benchmark:
        notes.append(f"The data has no benchmark {config.benchmark}.")
    return _Plan(config, calendar, days, None if benchmark is None else benchmark.loc[days], notes)


def _executor(strategy: Any, plan: _Plan) -> Any:
    """Qlib's executor with its account and exchange, wired to the strategy as ``qlib.backtest.backtest`` does it."""
    config = plan.config
    costs = config.open_cost, config.close_cost, config.min_cost
    with strategy_errors():
        _, executor = get_strategy_executor(
            start_time=plan.days[0],
            end_time=plan.days[-1],
            strategy=strategy,
            executor=SimulatorExecutor(time_per_step="day", generate_portfolio_metrics=True),
            benchmark=pd.Series(0.0, index=plan.days),
            account=config.capital,
            exchange_kwargs=exchange_settings(config.deal_price, config.limit_threshold, *costs),
        )
    return executor


def _trade(strategy: Any, executor: Any, plan: _Plan, on_day: OnDay) -> None:
    """The loop of ``qlib.backtest.backtest.collect_data_loop``, which itself tells of no day."""
    values = plan.benchmark_value
    with strategy_errors():
        executor.reset(start_time=plan.days[0], end_time=plan.days[-1])
        strategy.reset(level_infra=executor.get_level_infra())
    result = None
    for number, day in enumerate(plan.days):
        with strategy_errors():
            decision = strategy.generate_trade_decision(result)
            result = executor.execute(decision)
            strategy.post_exe_step(result)
        value = float(account_by_day({day: executor.trade_account.current_position})["account"].iloc[0])
        benchmark = None if values is None else float(values.iloc[number])
        on_day(FinishedDay(f"{day:%Y-%m-%d}", number + 1, len(plan.days), value, benchmark))
    with strategy_errors():
        strategy.post_upper_level_exe_step()


def _outcome(strategy: Any, executor: Any, plan: _Plan) -> BacktestOutcome:
    positions = executor.trade_account.get_portfolio_metrics()[1]
    account = account_by_day(positions)
    fills, capital = strategy.fills, plan.config.capital
    metrics = measure(
        account["account"], account["holdings"], plan.benchmark, fill_frame(fills), capital, plan.calendar
    )
    decision_days = plan.calendar[plan.calendar.get_indexer(plan.days) - 1]
    return BacktestOutcome(
        metrics=metrics,
        equity_curve=equity_rows(account, plan.benchmark_value, capital),
        trades=trade_rows(fills),
        node_firings=firing_counts(strategy, decision_days),
        positions=position_rows(positions, account),
        notes=[*plan.notes, *exchange_notes(executor.trade_exchange), *(str(report) for report in strategy.reports)],
    )
