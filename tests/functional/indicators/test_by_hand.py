"""Ten days written out by hand: gaps, flat prices, an instrument without a bar, ties, and who is in the pool."""

from __future__ import annotations

import numpy as np
import pytest

from codegen_core.render import generate
from tests.functional.indicators.panels import Panels, run_panels
from tests.golden.flows import resolved
from tests.support.tiny_market import NAN, write_tiny_market
from tests.unit.core.gathering import Gathering

DAYS = [f"2024-01-{day:02d}" for day in range(1, 11)]
WAVE = [10.0, 11.0, 12.0, 11.0, NAN, 13.0, 14.0, 12.0, 12.0, 13.0]
FLAT = [10.0] * 10
NEVER = [NAN] * 10
LATE = [NAN] * 7 + [10.0, 11.0, 12.0]
A, B, C, D = "SH600001", "SH600002", "SH600003", "SH600004"
BARS = {code: {"open": closes, "close": closes} for code, closes in ((A, WAVE), (B, FLAT), (C, NEVER), (D, LATE))}
POOLS = {"csi300": [(A, DAYS[0], DAYS[9]), (B, DAYS[0], DAYS[5]), (C, DAYS[0], DAYS[9]), (D, DAYS[0], DAYS[9])]}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Panels:
    folder = tmp_path_factory.mktemp("by_hand")
    market = write_tiny_market(folder / "market", DAYS, BARS, POOLS)
    gathering = Gathering()
    gathering.add("p", "price", label="price")
    gathering.add("kdj", "kdj", label="x", window=3, k_smoothing=2, d_smoothing=2)
    gathering.add("mean", "trima", label="mean", window=2)
    gathering.add("up", "rising", connect={"input": "p"}, label="up", days=2)
    gathering.add("down", "falling", connect={"input": "p"}, label="down", days=1)
    gathering.add("in", "between", connect={"input": "p"}, label="inside", low_value=11, high_value=12)
    gathering.add("held", "true_for_days", connect={"condition": "in"}, label="held", days=2)
    gathering.add("best", "top_n", connect={"input": "p"}, label="top", count=1)
    gathering.add("worst", "bottom_n", connect={"input": "p"}, label="bottom", count=1)
    gathering.add("half", "top_quantile", connect={"input": "p"}, label="half", fraction=0.5)
    code = generate(resolved(gathering.finished())).code
    return run_panels(market, folder / "panels.npz", code, "csi300", ["$close"])


def _column(found: Panels, name: str, code: str) -> list[float]:
    """Returns the values of the first nine days: the last day of the data is not traded."""
    assert list(found["instruments"]) == [A, B, C, D]
    return list(found[name][:, [A, B, C, D].index(code)][:9])


def _is(values: list[float], wanted: list[float]) -> None:
    np.testing.assert_allclose(values, wanted, rtol=1e-12, equal_nan=True)


def test_kdj_over_own_bars(found: Panels) -> None:
    """RSV of A's bars 3 to 8 (the gap left out): 100, 0, 100, 100, 0, 0; K and D halve the way, from 50."""
    k = [NAN, NAN, 75.0, 37.5, NAN, 68.75, 84.375, 42.1875, 21.09375]
    d = [NAN, NAN, 62.5, 50.0, NAN, 59.375, 71.875, 57.03125, 39.0625]
    _is(_column(found, "x_k", A), k)
    _is(_column(found, "x_d", A), d)
    _is(_column(found, "x_j", A), [3 * a - 2 * b for a, b in zip(k, d, strict=True)])


def test_kdj_where_there_is_nothing_to_tell(found: Panels) -> None:
    for line in ("x_k", "x_d", "x_j"):
        _is(_column(found, line, B), [NAN, NAN, *[50.0] * 7])
        _is(_column(found, line, C), [NAN] * 9)
        _is(_column(found, line, D), [NAN] * 9)


def test_talib_over_own_bars(found: Panels) -> None:
    _is(_column(found, "mean", A), [NAN, 10.5, 11.5, 11.5, NAN, 12.0, 13.5, 13.0, 12.0])
    _is(_column(found, "mean", C), [NAN] * 9)
    _is(_column(found, "mean", D), [*[NAN] * 8, 10.5])


def test_runs_of_neighbouring_calendar_days(found: Panels) -> None:
    """Over the suspended fifth day the answer is unknown, unless the other step is known to fail."""
    _is(_column(found, "up", A), [NAN, NAN, 1, 0, 0, NAN, NAN, 0, 0])
    _is(_column(found, "down", A), [NAN, 0, 0, 1, NAN, NAN, 0, 1, 0])
    _is(_column(found, "up", B), [NAN, 0, 0, 0, 0, 0, 0, 0, 0])


def test_three_valued_bounds_and_days(found: Panels) -> None:
    _is(_column(found, "inside", A), [0, 1, 1, 1, NAN, 0, 0, 1, 1])
    _is(_column(found, "held", A), [0, 0, 1, 1, NAN, 0, 0, 0, 1])
    _is(_column(found, "inside", C), [NAN] * 9)


def test_ranks_among_the_members_that_have_a_value(found: Panels) -> None:
    """B leaves the pool after the sixth day, C never has a value; on the first day A and B tie, and A comes first."""
    _is(_column(found, "top", A), [1, 1, 1, 1, NAN, 1, 1, 1, 1])
    _is(_column(found, "top", B), [0, 0, 0, 0, 1, 0, NAN, NAN, NAN])
    _is(_column(found, "top", C), [NAN] * 9)
    _is(_column(found, "top", D), [*[NAN] * 7, 0, 0])
    _is(_column(found, "bottom", A), [1, 0, 0, 0, NAN, 0, 1, 0, 0])
    _is(_column(found, "bottom", B), [0, 1, 1, 1, 1, 1, NAN, NAN, NAN])
    _is(_column(found, "half", B), [0, 0, 0, 0, 1, 0, NAN, NAN, NAN])
