"""Figures of a backtest, from its daily account values and its fills.

r is the daily return after costs, b the benchmark's, N the trading days of a year; deviations
are sample deviations (ddof 1). What is undefined is None here and left out by ``measure``.
"""

import numpy as np
import pandas as pd


def daily_returns(account: pd.Series, capital: float) -> pd.Series:
    """r = account / previous account - 1; the first day's against the capital."""
    return account / account.shift(1, fill_value=capital) - 1


def days_per_year(calendar: pd.DatetimeIndex) -> int:
    """N = round(trading days of the whole calendar / its span in years of 365.25 days)."""
    span = (calendar[-1] - calendar[0]).days / 365.25
    return round(len(calendar) / span) if span > 0 else len(calendar)


def total_return(account: pd.Series, capital: float) -> float:
    """Last account value / capital - 1."""
    return float(account.iloc[-1]) / capital - 1


def annual_return(account: pd.Series, capital: float, year: int) -> float | None:
    """(last account value / capital) ^ (N / days) - 1; None where nothing is left."""
    growth = float(account.iloc[-1]) / capital
    return float(growth ** (year / len(account))) - 1 if growth > 0 else None


def volatility(returns: pd.Series, year: int) -> float:
    """sd(r) x sqrt(N); NaN for a single day."""
    return float(returns.std(ddof=1) * np.sqrt(year))


def sharpe_ratio(returns: pd.Series, year: int) -> float | None:
    """mean(r) / sd(r) x sqrt(N), the risk-free rate being 0; None without volatility."""
    return quotient(returns.mean() * np.sqrt(year), returns.std(ddof=1))


def sortino_ratio(returns: pd.Series, year: int) -> float | None:
    """mean(r) / sqrt(mean(min(r, 0)^2)) x sqrt(N), over all days; None without a losing day."""
    downside = np.sqrt((returns.clip(upper=0) ** 2).mean())
    return quotient(returns.mean() * np.sqrt(year), downside)


def drawdowns(account: pd.Series, capital: float) -> pd.Series:
    """Account / highest account so far - 1, by day; the capital counts as a peak."""
    return account / account.cummax().clip(lower=capital) - 1


def worst_drawdown(account: pd.Series, capital: float) -> dict[str, float | str]:
    """The lowest of ``drawdowns``, the day of the first such bottom and that of its peak.

    Without a loss there are no days; where the peak is the capital there is no first day.
    """
    falls = drawdowns(account, capital)
    result: dict[str, float | str] = {"max_drawdown": float(falls.min())}
    if falls.min() < 0:
        bottom = falls.index[int(falls.to_numpy().argmin())]
        before = account.loc[:bottom]
        if before.max() > capital:
            peak = before.index[int(before.to_numpy().argmax())]
            result["max_drawdown_start"] = f"{peak:%Y-%m-%d}"
        result["max_drawdown_end"] = f"{bottom:%Y-%m-%d}"
    return result


def calmar_ratio(annual: float | None, drawdown: float) -> float | None:
    """Annual return / |max drawdown|; None without either."""
    return None if annual is None else quotient(annual, -drawdown)


def round_trips(fills: pd.DataFrame) -> pd.DataFrame:
    """Holdings opened and sold to zero, in the order of their last sale.

    Args:
        fills: Columns trading_day, instrument, side (BUY or SELL), amount, value and cost, in
            the order executed.

    Returns:
        Columns instrument, opened and closed (days), profit (sales - buys - all costs), with
        the row number of the closing sale as index. Amounts that Qlib takes for equal are so.
    """
    rows = []
    holding: dict[str, tuple[pd.Timestamp, float, float]] = {}
    for number, fill in enumerate(fills.to_dict("records")):
        code, amount = fill["instrument"], fill["amount"]
        opened, held, profit = holding.pop(code, (fill["trading_day"], 0.0, 0.0))
        if fill["side"] == "BUY":
            holding[code] = opened, held + amount, profit - fill["value"] - fill["cost"]
            continue
        profit += fill["value"] - fill["cost"]
        if np.isclose(held, amount):
            rows.append((number, code, opened, fill["trading_day"], profit))
        else:
            holding[code] = opened, held - amount, profit
    columns = ["fill", "instrument", "opened", "closed", "profit"]
    return pd.DataFrame(rows, columns=columns).set_index("fill")


def win_rate(trips: pd.DataFrame) -> float | None:
    """Round trips with a profit above zero / all round trips."""
    return quotient(float((trips["profit"] > 0).sum()), len(trips))


def profit_factor(trips: pd.DataFrame) -> float | None:
    """Sum of profits / sum of losses over round trips; None without losses."""
    profit = trips["profit"]
    return quotient(float(profit[profit > 0].sum()), -float(profit[profit < 0].sum()))


def average_holding_days(trips: pd.DataFrame, calendar: pd.DatetimeIndex) -> float | None:
    """Mean calendar rows between the first buy and the last sale of round trips."""
    if trips.empty:
        return None
    opened, closed = (
        calendar.get_indexer(pd.Index(trips[end])) for end in ("opened", "closed")
    )
    return float((closed - opened).mean())


def turnover(fills: pd.DataFrame, account: pd.Series, capital: float) -> float:
    """Mean over all days of (buys + sells) / previous account."""
    traded = fills.groupby("trading_day")["value"].sum().astype(float)
    by_day = traded.reindex(account.index, fill_value=0.0)
    return float((by_day / account.shift(1, fill_value=capital)).mean())


def exposure(holdings: pd.Series, account: pd.Series) -> float:
    """Mean over all days of value of the holdings / account."""
    return float((holdings / account).mean())


def information_ratio(returns: pd.Series, benchmark: pd.Series, year: int) -> float | None:
    """mean(r - b) / sd(r - b) x sqrt(N); None where the difference never varies."""
    excess = returns - benchmark
    return quotient(excess.mean() * np.sqrt(year), excess.std(ddof=1))


def market_beta(returns: pd.Series, benchmark: pd.Series) -> float | None:
    """cov(r, b) / var(b); None where the benchmark never moves."""
    return quotient(returns.cov(benchmark), benchmark.var(ddof=1))


def market_alpha(returns: pd.Series, benchmark: pd.Series, year: int) -> float | None:
    """(mean(r) - beta x mean(b)) x N."""
    beta = market_beta(returns, benchmark)
    return None if beta is None else float((returns.mean() - beta * benchmark.mean()) * year)


def quotient(numerator: float, denominator: float) -> float | None:
    """Numerator / denominator; None where the denominator is not above zero."""
    return float(numerator) / float(denominator) if denominator > 0 else None


@np.errstate(divide="ignore", invalid="ignore")
def measure(
    account: pd.Series,
    holdings: pd.Series,
    benchmark: pd.Series | None,
    fills: pd.DataFrame,
    capital: float,
    calendar: pd.DatetimeIndex,
) -> dict[str, float | int | str]:
    """Returns every metric that is defined, by its name in the contract.

    Args:
        account: Cash and holdings at the end of each day of the test, by day.
        holdings: Of that the holdings, by day.
        benchmark: The benchmark's returns (``benchmark_returns``) of the same days; None: no
            benchmark.
        fills: As ``round_trips`` takes them.
        capital: The money at the start.
        calendar: All trading days of the data.
    """
    year = days_per_year(calendar)
    returns = daily_returns(account, capital)
    metrics: dict[str, float | int | str | None] = {
        **account_metrics(account, capital, year),
        **trade_metrics(fills, account, capital, calendar),
        "exposure": exposure(holdings, account),
    }
    if benchmark is not None:
        metrics |= benchmark_metrics(returns, benchmark, total_return(account, capital), year)
    return {
        name: value
        for name, value in metrics.items()
        if isinstance(value, str) or (value is not None and np.isfinite(value))
    }


def account_metrics(
    account: pd.Series, capital: float, year: int
) -> dict[str, float | int | str | None]:
    """What the account's own values tell."""
    returns = daily_returns(account, capital)
    annual = annual_return(account, capital, year)
    fall = worst_drawdown(account, capital)
    return {
        "total_return": total_return(account, capital),
        "annual_return": annual,
        "volatility": volatility(returns, year),
        "sharpe_ratio": sharpe_ratio(returns, year),
        "sortino_ratio": sortino_ratio(returns, year),
        "calmar_ratio": calmar_ratio(annual, float(fall["max_drawdown"])),
        **fall,
    }


def trade_metrics(
    fills: pd.DataFrame, account: pd.Series, capital: float, calendar: pd.DatetimeIndex
) -> dict[str, float | int | None]:
    """What the fills tell; total_cost sums their costs, trade_count is their number."""
    trips = round_trips(fills)
    return {
        "win_rate": win_rate(trips),
        "profit_factor": profit_factor(trips),
        "average_holding_days": average_holding_days(trips, calendar),
        "turnover": turnover(fills, account, capital),
        "total_cost": float(fills["cost"].sum()),
        "trade_count": len(fills),
        "round_trip_count": len(trips),
    }


def benchmark_metrics(
    returns: pd.Series, benchmark: pd.Series, total: float, year: int
) -> dict[str, float | None]:
    """The metrics against a benchmark; excess_return is the difference of total returns."""
    benchmark_return = float((1 + benchmark).to_numpy().prod()) - 1
    return {
        "benchmark_return": benchmark_return,
        "excess_return": total - benchmark_return,
        "information_ratio": information_ratio(returns, benchmark, year),
        "alpha": market_alpha(returns, benchmark, year),
        "beta": market_beta(returns, benchmark),
    }
