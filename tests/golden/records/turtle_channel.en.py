"""Buys on Breaks out; sells on Breaks down.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by code:
- Enter: Breaks out

A holding is sold for the first of these reasons:
- Two ATRs: its close is at least 2.0 ATR(20) of the day before its first fill below its average
  fill price
- Leave: Breaks down
- it has left the pool

Size of a holding:
- Holdings: in proportion to 1 / the deviation of the last 20 daily returns, on average 1/10 of
  the account each, at most 10 holdings, never rebalanced

Where:
- Close: Price field, $close
- Highest of 20 days: Highest of days, Max($high,20)
- Channel top: Value days ago, Ref(Max($high,20),1)
- Breaks out: Close > Channel top
- Lowest of 10 days: Lowest of days, Min($low,10)
- Channel floor: Value days ago, Ref(Min($low,10),1)
- Breaks down: Close < Channel floor
"""

from typing import Any

import numpy as np
import pandas as pd
import talib
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "breaks_out": "breaks_out",
    "enter": "enter",
    "breaks_down": "breaks_down",
    "leave": "leave",
    "holdings": "holdings",
    "two_atrs": "atr_stop",
}


def in_proportion(money: float, values: dict[str, float]) -> dict[str, float]:
    """Money split in proportion to values; to nobody where they don't add up to a number above 0."""
    total = sum(values.values())
    if not 0 < total < float("inf"):
        return {}
    return {code: money * value / total for code, value in values.items()}


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def on_own_bars(function: Any, *inputs: np.ndarray, **options: Any) -> np.ndarray:
    """A function of one instrument's bars, applied to each: days that lack any input are left out.

    Those days are NaN in the result; several results come as several panels.
    """
    complete = ~np.isnan(np.stack(inputs)).any(axis=0)
    panels = []
    for column, bars in enumerate(complete.T):
        values = np.asarray(function(*(panel[bars, column] for panel in inputs), **options))
        spread = np.full((*values.shape[:-1], len(bars)), np.nan)
        spread[..., bars] = values
        panels.append(spread)
    return np.stack(panels, axis=-1)


def return_deviation(close: np.ndarray, window: int) -> np.ndarray:
    """The sample deviation of the last returns from close to close; NaN until there are enough."""
    returns = pd.Series(close) / pd.Series(close).shift(1) - 1
    rolling = returns.rolling(window)
    # Sums that roll leave a rest where nothing moves.
    return rolling.std().mask(rolling.max() == rolling.min(), 0.0).to_numpy()


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        highest_of_20_days_window: int = 20,
        channel_top_days: int = 1,
        lowest_of_10_days_window: int = 10,
        channel_floor_days: int = 1,
        holdings_max_positions: int = 10,
        holdings_rebalance_days: int = 0,
        holdings_window: int = 20,
        two_atrs_multiple: float = 2.0,
        two_atrs_window: int = 20,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.highest_of_20_days_window = highest_of_20_days_window
        self.channel_top_days = channel_top_days
        self.lowest_of_10_days_window = lowest_of_10_days_window
        self.channel_floor_days = channel_floor_days
        self.holdings_max_positions = holdings_max_positions
        self.holdings_rebalance_days = holdings_rebalance_days
        self.holdings_window = holdings_window
        self.two_atrs_multiple = two_atrs_multiple
        self.two_atrs_window = two_atrs_window

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.average_price: dict[str, float] = {}
        self.entry_row: dict[str, int] = {}  # rows of the days of first fills
        self.prepare()

    def prepare(self) -> None:
        """Computes the nodes in order, as panels of days x instruments."""
        end = self.trade_calendar.get_all_time()[1]
        self.days = pd.DatetimeIndex(D.calendar(end_time=end))
        self.instruments = sorted(D.list_instruments(D.instruments("all"), as_list=True))
        self.columns = {code: column for column, code in enumerate(self.instruments)}
        features = D.features(
            D.instruments("all"),
            [
                "$close",
                "$high",
                "$low",
                # Highest of 20 days
                f"Ref(Max($high,{self.highest_of_20_days_window:d}),{self.channel_top_days:d})",
                # Lowest of 10 days
                f"Ref(Min($low,{self.lowest_of_10_days_window:d}),{self.channel_floor_days:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$high",
            "$low",
            "channel_top",
            "channel_floor",
        ]
        self.close = self.panel(features["$close"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Close
        close = self.close

        # Channel top
        channel_top = self.panel(features["channel_top"])

        # Breaks out
        breaks_out = known(close > channel_top, close, channel_top)

        # Enter
        enter = breaks_out == 1

        # Channel floor
        channel_floor = self.panel(features["channel_floor"])

        # Breaks down
        breaks_down = known(close < channel_floor, close, channel_floor)

        # Leave
        leave = breaks_down == 1

        # Holdings
        holdings = on_own_bars(return_deviation, self.close, window=self.holdings_window)

        # Two ATRs
        two_atrs = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.two_atrs_window,
        )

        self.entry = enter
        self.exit = leave
        self.panels = {
            NODES["two_atrs"]: two_atrs,
            NODES["holdings"]: holdings,
        }
        self.marks = {
            NODES["breaks_out"]: breaks_out == 1,
            NODES["enter"]: enter,
            NODES["breaks_down"]: breaks_down == 1,
            NODES["leave"]: leave,
        }

    def panel(self, values: pd.Series) -> np.ndarray:
        """A column of Qlib's as an array of days x instruments, in float64."""
        table = values.unstack("instrument")
        return table.reindex(index=self.days, columns=self.instruments).to_numpy(dtype=float)

    def pool_members(self) -> np.ndarray:
        """Which instruments are in the pool on which day; reports codes that the data lacks."""
        if isinstance(self.pool, str):
            spans = D.list_instruments(D.instruments(self.pool))
        else:
            spans = {code: [(self.days[0], self.days[-1])] for code in self.pool}
        members = pd.DataFrame(False, index=self.days, columns=self.instruments)
        for code in sorted(spans):
            if code not in self.columns:
                self.reports.append(f"{code} is in the pool but not in the data: never traded.")
                continue
            for first, last in spans[code]:
                members.loc[first:last, code] = True
        return members.to_numpy()

    def generate_trade_decision(self, execute_result: Any = None) -> TradeDecisionWO:
        """Decides the day's orders: sells by code, then buys by rank."""
        self.today = self.trade_calendar.get_step_time()
        self.row = int(self.days.searchsorted(self.today[0])) - 1  # the day before: what is known
        self.plan = {}
        held = sorted(self.trade_position.get_stock_list())
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.holdings_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        kept = [code for code in held if code not in sells]  # late exits count in the sizes
        targets = self.targets(kept + entries, self.account_value(held))
        entries = [code for code in entries if targets.get(code, 0) > 0]
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["holdings"], False)
        orders = [Order(code, sells[code], OrderDir.SELL, *self.today) for code in sorted(sells)]
        orders += [Order(code, amount, OrderDir.BUY, *self.today) for code, amount in buys.items()]
        return TradeDecisionWO(orders, self)

    def exits(self, held: list[str]) -> dict[str, float]:
        """Amounts of the holdings to sell today; an exit that can't trade stays pending."""
        sells = {}
        for code in held:
            late = code in self.pending
            reason = self.pending.get(code) or self.exit_reason(code)
            if reason and self.can_trade(code, OrderDir.SELL):
                sells[code] = self.trade_position.get_stock_amount(code)
                self.pending.pop(code, None)
                self.plan[code] = (*reason, late)
            elif reason:
                self.pending[code] = reason
        return sells

    def exit_reason(self, code: str) -> tuple[str, str] | None:
        """Why a holding is to be sold, with the node that says so; the first reason counts."""
        row, column = self.row, self.columns[code]
        close, average_price = self.close[row, column], self.average_price[code]
        first_row = self.entry_row[code]

        # Two ATRs
        atr = self.panels[NODES["two_atrs"]][first_row - 1, column]
        if close <= average_price - self.two_atrs_multiple * atr:
            return "STOP_LOSS", NODES["two_atrs"]

        # Leave
        if self.marks[NODES["leave"]][row, column]:
            return "SIGNAL", NODES["leave"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """The codes to buy today, best first, no more than there are free slots."""
        marked = self.entry[self.row] & ~self.exit[self.row]
        marked &= self.members[self.row] & (self.close[self.row] > 0)
        chosen: list[str] = []
        for column in np.flatnonzero(marked):
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["enter"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Holdings
        deviations = self.panels[NODES["holdings"]][self.row]
        values = {code: deviations[self.columns[code]] for code in codes}
        calm = {code: 1 / value for code, value in values.items() if value > 0}
        money = account * len(calm) / self.holdings_max_positions
        return in_proportion(money, calm)

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.holdings_rebalance_days
        step = self.trade_calendar.get_trade_step()
        if every == 0 or step == 0 or step % every != 0:
            return {}
        gaps = {}
        for code in staying:
            if code not in targets:
                continue
            gap = targets[code] / self.price(code) - self.trade_position.get_stock_amount(code)
            if gap != 0 and self.can_trade(code, OrderDir.SELL if gap < 0 else OrderDir.BUY):
                gaps[code] = gap
        return gaps

    def account_value(self, held: list[str]) -> float:
        """Cash and holdings at their last closes, added by code."""
        position = self.trade_position
        values = [position.get_stock_amount(code) * self.price(code) for code in held]
        return position.get_cash() + sum(values)

    def price(self, code: str) -> float:
        """The last close of a code up to the day before."""
        return float(self.last_close[self.row, self.columns[code]])

    def can_trade(self, code: str, direction: OrderDir) -> bool:
        """Whether a code has a close and a deal price today and is not at its limit.

        Where the deal price is missing, Qlib would take the close, but for ``method=None``.
        """
        exchange, (start, end) = self.trade_exchange, self.today
        close = exchange.get_close(code, start, end)
        deal_price = exchange.get_deal_price(code, start, end, direction, method=None)
        if any(price is None or not np.nansum(price) > 0 for price in (close, deal_price)):
            return False
        return not exchange.check_stock_limit(code, start, end, direction)

    def post_exe_step(self, execute_result: Any) -> None:
        """Books the day's fills; an exit that the Exchange refused stays pending."""
        for order, value, cost, price in execute_result or []:
            reason, node_id, late = self.plan[order.stock_id]
            if value > 1e-5:  # the Exchange books nothing below
                fill = {
                    "trading_day": self.today[0],
                    "instrument": order.stock_id,
                    "side": order.direction.name,
                    "price": float(price),
                    "amount": float(order.deal_amount),
                    "value": float(value),
                    "cost": float(cost),
                    "reason": reason,
                    "node_id": node_id,
                    "late": late,
                }
                self.fills.append(fill)
                self.update_average_price(fill)
            still_held = self.trade_position.check_stock(order.stock_id)
            if order.direction == OrderDir.SELL and reason != "REBALANCE" and still_held:
                self.pending[order.stock_id] = (reason, node_id)
            if still_held:
                self.entry_row.setdefault(order.stock_id, self.row + 1)
            else:
                self.entry_row.pop(order.stock_id, None)

    def update_average_price(self, fill: dict[str, Any]) -> None:
        """Averages the fill prices of a holding by amount; sales leave the average as it is."""
        code, amount = fill["instrument"], fill["amount"]
        held = self.trade_position.get_stock_amount(code)
        if held == 0:
            del self.average_price[code]
        elif fill["side"] == "BUY":
            before = self.average_price.get(code, fill["price"])
            self.average_price[code] = before + (fill["price"] - before) * amount / held

    def post_upper_level_exe_step(self) -> None:
        """Reports the holdings that have no close on the last day."""
        for code in sorted(self.trade_position.get_stock_list()):
            last = np.flatnonzero(~np.isnan(self.close[:, self.columns[code]]))[-1]
            if last < len(self.days) - 1:
                day = f"{self.days[last]:%Y-%m-%d}"
                self.reports.append(f"{code} has no close after {day}, yet is held to the end.")


if __name__ == "__main__":
    import argparse
    import json
    import sys

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

    main(FlowStrategy)

# The flow that this file was made from, as JSON; SHA-256 2ffcd5149e13ff02347952dcadc544e45078ec8ec4ef3a834166fe98cd57b6bd
# | {"edges":[{"source":"holdings","source_handle":"position","target":"atr_stop","target_handle
# | ":"position"},{"source":"close","source_handle":"value","target":"breaks_down","target_handl
# | e":"left"},{"source":"channel_floor","source_handle":"value","target":"breaks_down","target_
# | handle":"right"},{"source":"close","source_handle":"value","target":"breaks_out","target_han
# | dle":"left"},{"source":"channel_top","source_handle":"value","target":"breaks_out","target_h
# | andle":"right"},{"source":"low_10","source_handle":"value","target":"channel_floor","target_
# | handle":"input"},{"source":"high_20","source_handle":"value","target":"channel_top","target_
# | handle":"input"},{"source":"breaks_out","source_handle":"result","target":"enter","target_ha
# | ndle":"condition"},{"source":"enter","source_handle":"signal","target":"holdings","target_ha
# | ndle":"entry"},{"source":"leave","source_handle":"signal","target":"holdings","target_handle
# | ":"exit"},{"source":"breaks_down","source_handle":"result","target":"leave","target_handle":
# | "condition"}],"nodes":[{"id":"atr_stop","label":"Two\u0020ATRs","parameters":{"multiple":2.0
# | ,"window":20},"template_id":"1cdd1454-6d04-5b82-966e-6101aabc2963","template_name":"atr_stop
# | ","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"breaks_down","label":"Breaks\u0020do
# | wn","parameters":{"operator":"<"},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","temp
# | late_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"breaks_out","labe
# | l":"Breaks\u0020out","parameters":{"operator":">"},"template_id":"21698c91-5fc9-5016-be7b-0b
# | 5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"
# | channel_floor","label":"Channel\u0020floor","parameters":{"days":1,"field":"close"},"templat
# | e_id":"9662ef20-9b1d-5a59-9ef1-70fab0c46381","template_name":"lag","template_version":"1.0.0
# | ","type":"INDICATOR"},{"id":"channel_top","label":"Channel\u0020top","parameters":{"days":1,
# | "field":"close"},"template_id":"9662ef20-9b1d-5a59-9ef1-70fab0c46381","template_name":"lag",
# | "template_version":"1.0.0","type":"INDICATOR"},{"id":"close","label":"Close","parameters":{"
# | field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"price"
# | ,"template_version":"1.0.0","type":"INDICATOR"},{"id":"enter","label":"Enter","parameters":{
# | },"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_versi
# | on":"1.0.0","type":"SIGNAL"},{"id":"high_20","label":"Highest\u0020of\u002020\u0020days","pa
# | rameters":{"field":"high","window":20},"template_id":"99beadd7-5e51-5182-80da-fe2bcf372a3f",
# | "template_name":"highest","template_version":"1.0.0","type":"INDICATOR"},{"id":"holdings","l
# | abel":"Holdings","parameters":{"max_positions":10,"rebalance_days":0,"window":20},"template_
# | id":"533b6da8-b643-54d5-bd27-3e411f7c14c3","template_name":"inverse_volatility","template_ve
# | rsion":"1.0.0","type":"POSITION"},{"id":"leave","label":"Leave","parameters":{},"template_id
# | ":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.0.0","
# | type":"SIGNAL"},{"id":"low_10","label":"Lowest\u0020of\u002010\u0020days","parameters":{"fie
# | ld":"low","window":10},"template_id":"4f1636c4-d681-559c-ae69-d2acd2be313d","template_name":
# | "lowest","template_version":"1.0.0","type":"INDICATOR"}]}
