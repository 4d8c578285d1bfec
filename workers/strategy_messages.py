"""The messages by which a strategy's process, which isn't trusted, tells its supervisor; free of Qlib."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Message(StrEnum):
    """The value of a message's ``kind``."""

    DAY = "day"
    OUTCOME = "outcome"
    STRATEGY_ERROR = "strategy_error"
    BACKTEST_ERROR = "backtest_error"
    OUT_OF_MEMORY = "out_of_memory"


_SHAPE: Mapping[str, type] = {
    "metrics": dict, "equity_curve": list, "trades": list, "node_firings": dict, "positions": list, "notes": list,
}  # fmt: skip
_ROWS = ("equity_curve", "trades", "positions")


def outcome_problem(outcome: Mapping[str, Any]) -> str | None:
    """Returns what is wrong with the shape of an outcome, None if nothing is."""
    if set(outcome) != set(_SHAPE) or not all(isinstance(outcome[name], kind) for name, kind in _SHAPE.items()):
        return "the outcome lacks a part or has one too many"
    if not all(isinstance(row, dict) and "trading_day" in row for name in _ROWS for row in outcome[name]):
        return "a row of the outcome has no day"
    if not all(isinstance(value, int | float | str) for value in outcome["metrics"].values()):
        return "a metric is no number"
    if not all(isinstance(count, int) for count in outcome["node_firings"].values()):
        return "a count of firings is no whole number"
    return None if all(isinstance(note, str) for note in outcome["notes"]) else "a note is no text"
