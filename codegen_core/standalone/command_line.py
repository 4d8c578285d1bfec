"""The command line of a generated strategy: its own backtest on stock Qlib.

Qlib is imported where it is used, so that the settings can be had without it.
"""

import argparse
import json
import sys
from typing import Any

import pandas as pd

from codegen_core.standalone.metrics import measure

REGION_LIMITS = {"cn": 0.095, "us": None, "tw": 0.1}
POOL_BENCHMARKS = {
    "csi300": "SH000300",
    "csi500": "SH000905",
    "csi800": "SH000906",
    "all": "SH000985",
}
FILL_COLUMNS = ["trading_day", "instrument", "side", "price", "amount", "value", "cost"]


def limit_expressions(deal_price: str, threshold: float | None) -> tuple[str, str]:
    """When an instrument can't be bought and can't be sold, as Qlib expressions.

    Args:
        deal_price: Name of the price that orders fill at, such as ``open``.
        threshold: The daily limit, such as 0.095; None: there is none (Qlib itself would read
            None as the region's).
    """
    if threshold is None:
        return "$close<0", "$close<0"
    change = f"${deal_price}/Ref($close,1)-1"
    return f"{change}>={threshold!r}", f"{change}<={-threshold!r}"


def exchange_settings(
    deal_price: str = "open",
    threshold: float | None = 0.095,
    open_cost: float = 0.0005,
    close_cost: float = 0.0015,
    min_cost: float = 5.0,
) -> dict[str, Any]:
    """Keyword arguments of Qlib's Exchange; the lot size is the region's."""
    return {
        "freq": "day",
        "codes": "all",
        "deal_price": f"${deal_price}",
        "limit_threshold": limit_expressions(deal_price, threshold),
        "open_cost": open_cost,
        "close_cost": close_cost,
        "min_cost": min_cost,
    }


def days_to_trade(
    calendar: pd.DatetimeIndex, start: str | None, end: str | None
) -> tuple[pd.DatetimeIndex, list[str]]:
    """The days of a test: at the widest from the calendar's second day to its last but one.

    Returns:
        The days from ``start`` to ``end``, both included, and a note for each end that was cut.
        No days at all where the range holds none.
    """
    first, last = (pd.Timestamp(day) if day else None for day in (start, end))
    tradable = calendar[1:-1]
    days = tradable[tradable.slice_indexer(first, last)]
    notes = []
    if len(days) and first is not None and first <= calendar[0]:
        notes.append(f"The test starts on {days[0]:%Y-%m-%d}, the second day of the data.")
    if len(days) and last is not None and last >= calendar[-1]:
        notes.append(f"The test ends on {days[-1]:%Y-%m-%d}, the last day but one of the data.")
    return days, notes


def account_by_day(positions: dict[pd.Timestamp, Any]) -> pd.DataFrame:
    """Columns cash, holdings and account at the end of each day.

    Qlib's own report adds holdings in the order of a set, which changes with the hash seed;
    here they are added by code.
    """
    rows = []
    for position in positions.values():
        held = sorted(position.get_stock_list())
        amounts = [float(position.get_stock_amount(code)) for code in held]
        prices = [float(position.get_stock_price(code)) for code in held]
        cash = float(position.get_cash())
        holdings = sum(amount * price for amount, price in zip(amounts, prices, strict=True))
        rows.append((cash, holdings, cash + holdings))
    days = pd.DatetimeIndex(positions)
    return pd.DataFrame(rows, index=days, columns=["cash", "holdings", "account"], dtype=float)


def benchmark_returns(closes: pd.Series, calendar: pd.DatetimeIndex) -> pd.Series:
    """b = close / previous calendar day's close - 1, by calendar day; 0 without either."""
    prices = closes.astype(float).reindex(calendar)
    return (prices / prices.shift(1) - 1).fillna(0.0)


def load_benchmark(code: str, calendar: pd.DatetimeIndex) -> pd.Series | None:
    """The benchmark's returns on every calendar day; None where the data has no such code."""
    from qlib.data import D

    closes = D.features([code], ["$close"])["$close"]
    if closes.empty:
        return None
    return benchmark_returns(closes.droplevel("instrument"), calendar)


def run_backtest(
    strategy: Any, days: pd.DatetimeIndex, capital: float, exchange: dict[str, Any]
) -> pd.DataFrame:
    """Runs a strategy through stock Qlib and returns ``account_by_day``.

    The benchmark that Qlib is given is zero throughout: without one it would look for its own.
    """
    from qlib.backtest import backtest
    from qlib.backtest.executor import SimulatorExecutor

    portfolio, _ = backtest(
        start_time=days[0],
        end_time=days[-1],
        strategy=strategy,
        executor=SimulatorExecutor(time_per_step="day", generate_portfolio_metrics=True),
        benchmark=pd.Series(0.0, index=days),
        account=capital,
        exchange_kwargs=exchange,
    )
    return account_by_day(portfolio["1day"][1])


def exchange_notes(exchange: Any) -> list[str]:
    """What a reader should know of the Exchange that a test ran on."""
    if exchange.trade_w_adj_price:
        return ["A factor is missing where there is a close: Qlib traded without lots."]
    return []


def command_line() -> argparse.ArgumentParser:
    """The options, with the quick test's defaults."""
    parser = argparse.ArgumentParser(description="Backtest this strategy on Qlib data.")
    parser.add_argument("--provider-uri", required=True, metavar="DIR", help="the Qlib data")
    parser.add_argument("--region", choices=sorted(REGION_LIMITS), default="cn")
    parser.add_argument("--start", metavar="DAY", help="first day (default: of the data)")
    parser.add_argument("--end", metavar="DAY", help="last day (default: of the data)")
    parser.add_argument("--pool", default="csi300", help="pool to trade")
    parser.add_argument("--benchmark", metavar="CODE", help="benchmark (default: the pool's)")
    parser.add_argument("--deal-price", choices=["open", "close", "vwap"], default="open")
    parser.add_argument("--limit", type=float, help="daily price limit (default: the region's)")
    parser.add_argument("--capital", type=float, default=100_000.0)
    parser.add_argument("--open-cost", type=float, default=0.0005)
    parser.add_argument("--close-cost", type=float, default=0.0015)
    parser.add_argument("--min-cost", type=float, default=5.0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def backtest_metrics(
    strategy: Any, options: argparse.Namespace, calendar: pd.DatetimeIndex
) -> tuple[dict[str, float | int | str], list[str]]:
    """Runs the backtest that the options ask for; returns its metrics and what should be known.

    Raises:
        SystemExit: If there is no day to trade.
    """
    days, notes = days_to_trade(calendar, options.start, options.end)
    if days.empty:
        raise SystemExit("The data has no day to trade in this range.")
    threshold = REGION_LIMITS[options.region] if options.limit is None else options.limit
    costs = options.open_cost, options.close_cost, options.min_cost
    exchange = exchange_settings(options.deal_price, threshold, *costs)
    result = run_backtest(strategy, days, options.capital, exchange)
    code = options.benchmark or POOL_BENCHMARKS.get(options.pool, "SH000300")
    benchmark = load_benchmark(code, calendar)
    if benchmark is None:
        notes.append(f"The data has no benchmark {code}.")
    else:
        benchmark = benchmark.loc[days]
    fills = pd.DataFrame(strategy.fills, columns=FILL_COLUMNS)
    account, holdings = result["account"], result["holdings"]
    metrics = measure(account, holdings, benchmark, fills, options.capital, calendar)
    return metrics, notes + exchange_notes(strategy.trade_exchange) + strategy.reports


def main(strategy_class: Any, arguments: list[str] | None = None) -> None:
    """Runs the backtest that the command line asks for and prints its metrics."""
    import qlib
    from qlib.data import D

    options = command_line().parse_args(arguments)
    errors_only = 40
    qlib.init(
        provider_uri=options.provider_uri,
        region=options.region,
        kernels=1,
        logging_level=errors_only,
    )
    strategy = strategy_class(pool=options.pool)
    metrics, notes = backtest_metrics(strategy, options, pd.DatetimeIndex(D.calendar()))
    sys.stderr.write("".join(f"note: {note}\n" for note in notes))
    sys.stdout.write(json.dumps(metrics) + "\n" if options.json else table(metrics))


def table(metrics: dict[str, float | int | str]) -> str:
    """The metrics for people, one a line."""
    shown = {
        name: f"{value:,.4f}" if isinstance(value, float) else str(value)
        for name, value in metrics.items()
    }
    return "".join(f"{name:22}{value:>18}\n" for name, value in shown.items())
