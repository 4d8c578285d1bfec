"""The engine: runs a generated strategy on stock Qlib. The only package that imports Qlib."""

import workers.qlib_engine.quiet_import  # noqa: F401  goes first
from workers.qlib_engine.config import BacktestConfig
from workers.qlib_engine.errors import BacktestError, StrategyError
from workers.qlib_engine.outcome import BacktestOutcome
from workers.qlib_engine.run import FinishedDay, OnDay, run
from workers.qlib_engine.setup import initialise

__all__ = [
    "BacktestConfig",
    "BacktestError",
    "BacktestOutcome",
    "FinishedDay",
    "OnDay",
    "StrategyError",
    "initialise",
    "run",
]
