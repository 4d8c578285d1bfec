"""Holds what the generated code did against what the independent interpreter did, fill by fill and day by day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.functional.flows import SETTINGS, Drawn, interpreted
from tests.oracle.day_loop import Outcome, Trade
from tests.support.engine import ENGINE_SECONDS, run_each

RELATIVE, ABSOLUTE = 1e-9, 1e-6
"""How far shares and money may lie apart; prices are equal to the bit, days, reasons and nodes are the same."""


@dataclass(frozen=True)
class Case:
    """A flow with the terms of its test."""

    name: str
    drawn: Drawn
    settings: dict[str, Any]

    @property
    def span(self) -> tuple[str, str]:
        """First and last day."""
        return self.settings["start_date"], self.settings["end_date"]


@dataclass(frozen=True)
class Verdict:
    """A case, the interpreter's fills, what the generated code did, and the first difference, None if there is none."""

    case: Case
    trades: list[Trade]
    found: dict[str, Any]
    difference: str | None

    def told(self) -> str:
        """Returns the case with its difference, so that it can be kept and run again."""
        request = {
            "flow": self.case.drawn.flow,
            "parameters": self.case.drawn.parameters,
            "settings": self.case.settings,
        }
        return f"{self.case.name}: {self.difference}\n{json.dumps(request, ensure_ascii=False)}"


def generated(market: Path, cases: Sequence[Case], seconds: int = ENGINE_SECONDS) -> list[dict[str, Any]]:
    """Returns what the generated code does in each case on stock Qlib, in one engine process."""
    return run_each(market, _runs(cases), seconds)


def _runs(cases: Sequence[Case]) -> list[tuple[str, dict[str, Any]]]:
    """Generates the cases, every second one with Chinese comments."""
    languages = cycle(("en", "zh"))
    return [(case.drawn.code(next(languages)), SETTINGS | case.settings) for case in cases]


def judged(market: Path, cases: Sequence[Case], seconds: int = ENGINE_SECONDS) -> list[Verdict]:
    """Runs every case both ways on a market, at the same time."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(run_each, market, _runs(cases), seconds)
        expected = [interpreted(case.drawn, market, *case.span, case.settings) for case in cases]
        pairs = zip(cases, expected, coming.result(), strict=True)
        return [_verdict(case, ours, theirs) for case, ours, theirs in pairs]


def _verdict(case: Case, expected: Outcome, found: dict[str, Any]) -> Verdict:
    return Verdict(case, expected.trades, found, difference(expected, found))


def difference(expected: Outcome, found: dict[str, Any]) -> str | None:
    """Returns the first thing in which the two differ."""
    if "error" in found:
        return f"the generated code ends with {found['error']}"
    wanted = [_fill(trade) for trade in expected.trades]
    given = [_given(row) for row in found["trades"]]
    for ours, theirs in zip(wanted, given, strict=False):
        if ours[:7] != theirs[:7] or ours[7:] != pytest.approx(theirs[7:], rel=RELATIVE, abs=ABSOLUTE):
            return f"the page says {ours}, the generated code {theirs}"
    if len(wanted) != len(given):
        return f"{len(wanted)} fills by the page, {len(given)} by the generated code; next {_next(wanted, given)}"
    counted = {node_id: found["node_firings"].get(node_id) for node_id in expected.marks}
    if counted != expected.marks:
        return f"nodes are true {expected.marks} times by the page, {counted} by the generated code"
    return _account(expected, found["equity_curve"])


def _account(expected: Outcome, curve: list[dict[str, Any]]) -> str | None:
    if [row["trading_day"] for row in curve] != [f"{day:%Y-%m-%d}" for day in expected.account.index]:
        return "the days differ"
    for value, row in zip(expected.account, curve, strict=True):
        if value != pytest.approx(row["portfolio_value"], rel=RELATIVE):
            return (
                f"on {row['trading_day']} the account is {value!r} by the page, {row['portfolio_value']!r} by the code"
            )
    return None


def _fill(trade: Trade) -> tuple[Any, ...]:
    told = (f"{trade.day:%Y-%m-%d}", trade.code, trade.side, trade.reason, trade.node_id, trade.late, trade.price)
    return *told, trade.amount, trade.value, trade.cost


def _given(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("trading_day", "instrument", "side", "reason")
    told = (*(row[name] for name in names), row.get("node_id") or "", row["late"], row["price"])
    return *told, row["amount"], row["value"], row["cost"]


def _next(wanted: list[tuple[Any, ...]], given: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    return max(wanted, given, key=len)[min(len(wanted), len(given))]
