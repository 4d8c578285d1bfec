"""The terms of a test: money, costs, prices, pool, days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

POOLS = ("CSI300", "CSI500", "CSI800", "ALL_A_SHARES")


def drawn_terms(draw: Any, codes: Sequence[str], days: Sequence[str]) -> dict[str, Any]:
    """Returns effective settings of a quick test."""
    first = draw(st.integers(1, len(days) // 2))
    last = min(first + draw(st.integers(60, len(days) // 2)), len(days) - 2)
    named = draw(st.lists(st.sampled_from(codes), min_size=3, max_size=20, unique=True))
    return {
        "start_date": days[first],
        "end_date": days[last],
        "stock_pool": draw(st.sampled_from(POOLS)),
        **({"instruments": [*named, "SH699999"]} if draw(st.integers(0, 5)) == 0 else {}),
        "initial_capital": draw(st.sampled_from([20_000.0, 100_000.0, 1_000_000.0])),
        "deal_price": draw(st.sampled_from(["open", "open", "close", "vwap"])),
        "open_cost": draw(st.sampled_from([0.0005, 0.002, 0.0])),
        "close_cost": draw(st.sampled_from([0.0015, 0.0])),
        "min_cost": draw(st.sampled_from([5.0, 5.0, 0.0, 400.0])),
        "limit_threshold": draw(st.sampled_from([0.095, 0.095, 0.05, None])),
        "benchmark": "SH000300",
    }
