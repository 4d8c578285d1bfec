"""What the strategy's process does."""

from __future__ import annotations

from dataclasses import asdict

from workers.qlib_engine import BacktestConfig, BacktestError, StrategyError, run
from workers.sandbox import Report
from workers.strategy_messages import Message


def run_strategy(code: str, config: BacktestConfig, report: Report) -> None:
    """Run the backtest and report each day and the outcome, or how it failed.

    Other exceptions pass: the process then ends without a result, which its supervisor tells.
    """
    try:
        outcome = run(code, config, lambda day: report({"kind": Message.DAY, **asdict(day)}))
        report({"kind": Message.OUTCOME, "outcome": outcome.as_json()})
    except StrategyError as problem:
        report({"kind": Message.STRATEGY_ERROR, "message": str(problem)})
    except BacktestError as problem:
        report({"kind": Message.BACKTEST_ERROR, "message": str(problem)})
    except MemoryError:
        report({"kind": Message.OUT_OF_MEMORY})
