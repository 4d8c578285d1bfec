"""The engine against stock Qlib: the same data from memory, the same account from its own loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qlib.data import D

from codegen_core.standalone.command_line import exchange_settings, run_backtest
from workers.market import MarketSpec, create_market
from workers.qlib_engine import BacktestConfig, BacktestError, FinishedDay, StrategyError, initialise, run
from workers.qlib_engine.module import make_strategy

CODE = Path(__file__).with_name("moving_average.py").read_text()
SPEC = MarketSpec(instruments=60, seed=2, first_day=date(2022, 1, 4), last_day=date(2023, 12, 29))
CONFIG = BacktestConfig(
    start="2023-03-01", end="2023-12-28", pool="csi800", capital=100_000.0, benchmark="SH000906", deal_price="open",
    open_cost=0.0005, close_cost=0.0015, min_cost=5.0, limit_threshold=0.095,
)  # fmt: skip
EXPRESSIONS = [
    "$open", "$close", "$factor", "$volume", "$nosuch", "Mean($close,20)", "EMA($close,12)", "Ref($close,1)",
    "Ref($close,-2)", "$open/Ref($close,1)-1>=0.095", "Corr($close,Log($volume+1),10)", "Rank($close,5)",
    "Slope($close,10)",
]  # fmt: skip

QLIB_AVERAGES_NOTHING = pytest.mark.filterwarnings("ignore:Mean of empty slice")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("engine") / "market"
    create_market(path, SPEC)
    return path


@pytest.fixture(scope="module")
def engine(market: Path) -> Iterator[Path]:
    initialise(market, "cn")
    yield market


def ignore(_day: FinishedDay) -> None:
    """Nothing watches."""


def features(market: Path, *, in_memory: bool) -> list[pd.DataFrame]:
    initialise(market, "cn", in_memory=in_memory)
    everyone, some = D.instruments("all"), ["SH600001", "SZ000002", "SH999999", "SH000300"]
    return [
        D.features(everyone, EXPRESSIONS),
        D.features(everyone, EXPRESSIONS, "2022-06-01", "2022-09-30"),
        D.features(D.instruments("csi300"), EXPRESSIONS, "2023-05-09", "2023-05-09"),
        D.features(some, EXPRESSIONS, "2021-01-01", "2030-01-01"),
    ]


def test_features_from_memory_are_those_of_the_files(market: Path) -> None:
    stock, memory = features(market, in_memory=False), features(market, in_memory=True)
    for expected, frame in zip(stock, memory, strict=True):
        assert len(frame) > 0
        pd.testing.assert_frame_equal(frame, expected, check_exact=True)


@QLIB_AVERAGES_NOTHING
def test_the_loop_is_that_of_qlib(engine: Path) -> None:
    outcome = run(CODE, CONFIG, ignore)
    strategy = make_strategy(CODE, "csi800")
    days = pd.DatetimeIndex(D.calendar(CONFIG.start, CONFIG.end))
    account = run_backtest(strategy, days, CONFIG.capital, exchange_settings())
    curve = pd.DataFrame(outcome.equity_curve)
    assert curve["portfolio_value"].tolist() == account["account"].tolist()
    assert curve["cash"].tolist() == account["cash"].tolist()
    assert [fill["value"] for fill in strategy.fills] == [trade["value"] for trade in outcome.trades]
    assert len(outcome.trades) > 50


def test_every_day_is_told_as_it_ends(engine: Path) -> None:
    told: list[FinishedDay] = []
    outcome = run(CODE, CONFIG, told.append)
    assert [day.trading_day for day in told] == [row["trading_day"] for row in outcome.equity_curve]
    assert [day.portfolio_value for day in told] == [row["portfolio_value"] for row in outcome.equity_curve]
    assert [day.benchmark_value for day in told] == [row["benchmark_value"] for row in outcome.equity_curve]
    assert [day.number for day in told] == list(range(1, len(told) + 1))
    assert {day.total for day in told} == {len(told)}


def test_the_same_run_gives_the_same_outcome(engine: Path) -> None:
    assert run(CODE, CONFIG, ignore) == run(CODE, CONFIG, ignore)


def test_everything_is_json_without_nan(engine: Path) -> None:
    json.dumps(run(CODE, CONFIG, ignore).as_json(), allow_nan=False)


def test_a_run_without_a_trade_has_no_undefined_figures(engine: Path) -> None:
    outcome = run(CODE, replace(CONFIG, pool=("SH999999",)), ignore)
    assert outcome.trades == []
    assert outcome.metrics["total_return"] == 0.0
    assert "sharpe_ratio" not in outcome.metrics
    json.dumps(outcome.as_json(), allow_nan=False)


def test_positions_add_up_to_the_account(engine: Path) -> None:
    outcome = run(CODE, CONFIG, ignore)
    held = pd.DataFrame(outcome.positions).groupby("trading_day")["value"].sum()
    for row in outcome.equity_curve:
        assert row["cash"] + held.get(row["trading_day"], 0.0) == pytest.approx(row["portfolio_value"], abs=1e-6)


def test_profits_of_round_trips_stand_at_their_last_sale(engine: Path) -> None:
    trades = run(CODE, CONFIG, ignore).trades
    assert all("profit" not in trade for trade in trades if trade["side"] == "BUY")
    sale = next(trade for trade in trades if trade["side"] == "SELL")
    buys = [trade for trade in trades[: trades.index(sale)] if trade["instrument"] == sale["instrument"]]
    paid = sum(trade["value"] + trade["cost"] for trade in buys)
    assert sale["profit"] == pytest.approx(sale["value"] - sale["cost"] - paid)


@QLIB_AVERAGES_NOTHING
def test_firings_are_counted_over_the_days_of_decision(engine: Path) -> None:
    outcome = run(CODE, CONFIG, ignore)
    strategy = make_strategy(CODE, "csi800")
    days = pd.DatetimeIndex(D.calendar(CONFIG.start, CONFIG.end))
    run_backtest(strategy, days, CONFIG.capital, exchange_settings())
    before = strategy.days[strategy.days.get_indexer(days) - 1]
    for node in ("buy", "sell"):
        marks = pd.DataFrame(strategy.marks[node], index=strategy.days).loc[before]
        assert outcome.node_firings[node] == marks.to_numpy().sum() > 0
    assert outcome.node_firings["stop"] == sum(trade["node_id"] == "stop" for trade in outcome.trades) > 0


def test_a_range_is_cut_to_the_data_and_noted(engine: Path) -> None:
    outcome = run(CODE, replace(CONFIG, start="2000-01-01", end="2050-01-01"), ignore)
    calendar = [f"{day:%Y-%m-%d}" for day in D.calendar()]
    assert outcome.equity_curve[0]["trading_day"] == calendar[1]
    assert outcome.equity_curve[-1]["trading_day"] == calendar[-2]
    assert len(outcome.notes) == 2


def test_a_missing_benchmark_is_noted(engine: Path) -> None:
    outcome = run(CODE, replace(CONFIG, benchmark="SH999999"), ignore)
    assert any("SH999999" in note for note in outcome.notes)
    assert "benchmark_return" not in outcome.metrics
    assert "benchmark_value" not in outcome.equity_curve[0]


def test_a_range_without_days_is_refused(engine: Path) -> None:
    with pytest.raises(BacktestError, match="no day to trade"):
        run(CODE, replace(CONFIG, start="2031-01-01", end="2031-02-01"), ignore)


@pytest.mark.parametrize(
    ("settings", "differs"),
    [({"deal_price": "close"}, True), ({"limit_threshold": 0.005}, True), ({"min_cost": 50.0}, True), ({}, False)],
)
def test_settings_reach_the_exchange(engine: Path, settings: dict[str, Any], differs: bool) -> None:
    usual, changed = run(CODE, CONFIG, ignore), run(CODE, replace(CONFIG, **settings), ignore)
    assert (usual.trades != changed.trades) is differs


def test_a_missing_factor_is_noted(tmp_path: Path, engine: Path) -> None:
    market = tmp_path / "market"
    create_market(market, MarketSpec(12, 4, date(2023, 1, 3), date(2024, 1, 31)))
    (market / "features" / "sh600001" / "factor.day.bin").unlink()
    initialise(market, "cn")
    try:
        outcome = run(CODE, replace(CONFIG, pool="all", benchmark=None), ignore)
        assert any("lots" in note for note in outcome.notes)
    finally:
        initialise(engine, "cn")


def test_the_strategy_s_exceptions_name_their_line(engine: Path) -> None:
    code = CODE.replace("        self.today = begin\n", "        self.today = begin.no_such_attribute\n")
    line = code.splitlines().index("        self.today = begin.no_such_attribute") + 1
    with pytest.raises(StrategyError, match=rf"AttributeError: .* \(line {line}\)$"):
        run(code, CONFIG, ignore)


def test_the_module_is_never_main(engine: Path) -> None:
    code = CODE + "\nif __name__ == '__main__':\n    raise SystemExit('it ran')\n"
    assert run(code, CONFIG, ignore).equity_curve


PROBE = """
import sys, threading
from pathlib import Path
from workers.qlib_engine import BacktestConfig, initialise, run
initialise(sys.argv[1], "cn")
run(sys.argv[2], BacktestConfig(**eval(sys.argv[3])), lambda day: None)
print(len(list(Path("/proc/self/task").iterdir())), threading.active_count(), list(Path().iterdir()))
"""


def test_a_run_leaves_no_thread_no_file_and_no_output(market: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROBE, str(market), CODE, repr(asdict(CONFIG))]
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    environment = {**os.environ, **threads, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "1 1 []\n"
    assert done.stderr == ""
