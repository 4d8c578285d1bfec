"""买入：任一满足（或）。

交易股票池的成分。每日的委托只依据截至前一日收盘的数据，
并按当日的成交价成交。

买入带有下列标记之一的标的，按代码排序：
- 买入：任一满足（或）

持仓因下列首个成立的原因而卖出：
- 百分比止损：收盘价比平均成交价低 5% 或更多
- 已调出股票池

持仓规模：
- 等权持仓：每只为账户价值的 1/10，最多 10 只，不做再平衡

其中：
- Average：简单移动平均，Mean($close,20)
- 比较：Average > 0.0
- 连续下降：Average 连续 2 日下降
- 动量：区间收益率，$close/Ref($close,20)-1
- 介于：-0.1 <= 动量 <= 0.1
- 后 n 名：动量 居后 10 名
- 后百分比：动量 居后 10%
- Inside：动量 <= Average <= 50.0
- 比较：动量 > 0.0
- 连续上升：Average 连续 2 日上升
- 前 n 名：动量 居前 10 名
- Lasting：前 n 名，连续 5 日成立
- 前百分比：动量 居前 10%
- 任一满足（或）：比较 或 介于 或 后 n 名 或 后百分比 或 连续下降 或 Inside 或 Lasting 或 比较 或 连续上升 或 前 n 名 或 前百分比
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# 流程中的节点及其在此处的名称。
NODES = {
    "compare": "average value above",
    "falling": "falling",
    "between": "between",
    "bottom_n": "bottom_n",
    "bottom_quantile": "bottom_quantile",
    "inside": "inside",
    "compare_2": "momentum value above",
    "rising": "rising",
    "top_n": "top_n",
    "lasting": "lasting",
    "top_quantile": "top_quantile",
    "any_of_2": "any",
    "buy": "enter",
    "equal_weight": "size",
    "stop_loss_percent": "stop",
}


def all_days(condition: np.ndarray, days: int) -> np.ndarray:
    """最近若干日中任一为假则为假；否则任一未知则为未知；否则为真。"""
    table = pd.DataFrame(condition)
    least_known = table.rolling(days, min_periods=1).min()
    return table.rolling(days).min().where(least_known != 0, 0.0).to_numpy()


def any_of(*conditions: np.ndarray) -> np.ndarray:
    """任一为真则为真；否则任一未知则为未知；否则为假。"""
    values = np.stack(conditions)
    return np.where((values == 1).any(axis=0), 1.0, values.sum(axis=0))


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """真为 1.0，假为 0.0；任一输入缺失则为 NaN（未知）。"""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def best(scores: np.ndarray, members: np.ndarray, count: int | np.ndarray) -> np.ndarray:
    """标的位列当日股票池最优者之处；未参与排名者为未知。"""
    ranked = np.where(members, scores, np.nan)
    order = np.argsort(-ranked, axis=1, kind="stable")  # NaN 排在最后，同分按代码
    return known(np.argsort(order, axis=1) < count, ranked)


def best_share(scores: np.ndarray, members: np.ndarray, share: float) -> np.ndarray:
    """同 ``best``，数量为参与排名成分的一定比例，向上取整。"""
    ranked = (members & ~np.isnan(scores)).sum(axis=1, keepdims=True)
    return best(scores, members, np.ceil(share * ranked))


def previous(panel: np.ndarray) -> np.ndarray:
    """前一日的值；首日为 NaN。"""
    return np.vstack([np.full((1, panel.shape[1]), np.nan), panel[:-1]])


def has_fallen(panel: np.ndarray, days: int) -> np.ndarray:
    """连续若干日逐日下降之处。"""
    before = previous(panel)
    return all_days(known(panel < before, panel, before), days)


def has_risen(panel: np.ndarray, days: int) -> np.ndarray:
    """连续若干日逐日上升之处。"""
    before = previous(panel)
    return all_days(known(panel > before, panel, before), days)


def all_of(*conditions: np.ndarray) -> np.ndarray:
    """任一为假则为假；否则任一未知则为未知；否则为真。"""
    values = np.stack(conditions)
    return np.where((values == 0).any(axis=0), 0.0, values.prod(axis=0))


def within(panel: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """low <= panel <= high 之处；任一侧不成立则为假，否则缺值处为未知。"""
    low, high = np.broadcast_to(low, panel.shape), np.broadcast_to(high, panel.shape)
    return all_of(known(panel >= low, panel, low), known(panel <= high, panel, high))


class FlowStrategy(BaseStrategy):
    """策略本体，流程中的每个数值都是关键字参数。

    回测后：成交在 ``fills``，须知事项在 ``reports``，
    各节点条件与信号成立之处在 ``marks``（``days`` × ``instruments``）。
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        average_window: int = 20,
        compare_value: float = 0.0,
        falling_days: int = 2,
        period_return_days: int = 20,
        between_high_value: float = 0.1,
        between_low_value: float = -0.1,
        bottom_n_count: int = 10,
        bottom_quantile_fraction: float = 0.1,
        inside_high_value: float = 50.0,
        compare_2_value: float = 0.0,
        rising_days: int = 2,
        top_n_count: int = 10,
        lasting_days: int = 5,
        top_quantile_fraction: float = 0.1,
        equal_weight_max_positions: int = 10,
        equal_weight_rebalance_days: int = 0,
        stop_loss_percent_percent: float = 0.05,
        **kwargs: Any,
    ) -> None:
        """``pool`` 为 Qlib 股票池名或代码列表；``kwargs`` 为 BaseStrategy 的参数。"""
        super().__init__(**kwargs)
        self.pool = pool
        self.average_window = average_window
        self.compare_value = compare_value
        self.falling_days = falling_days
        self.period_return_days = period_return_days
        self.between_high_value = between_high_value
        self.between_low_value = between_low_value
        self.bottom_n_count = bottom_n_count
        self.bottom_quantile_fraction = bottom_quantile_fraction
        self.inside_high_value = inside_high_value
        self.compare_2_value = compare_2_value
        self.rising_days = rising_days
        self.top_n_count = top_n_count
        self.lasting_days = lasting_days
        self.top_quantile_fraction = top_quantile_fraction
        self.equal_weight_max_positions = equal_weight_max_positions
        self.equal_weight_rebalance_days = equal_weight_rebalance_days
        self.stop_loss_percent_percent = stop_loss_percent_percent

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """开始回测：读取数据，一次性算出全部日期的信号。"""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # 各代码今日交易的原因
        self.pending: dict[str, tuple[str, str]] = {}  # 尚未能成交的卖出及其原因
        self.average_price: dict[str, float] = {}
        self.prepare()

    def prepare(self) -> None:
        """按顺序计算各节点，结果为 日期 × 标的 的面板。"""
        end = self.trade_calendar.get_all_time()[1]
        self.days = pd.DatetimeIndex(D.calendar(end_time=end))
        self.instruments = sorted(D.list_instruments(D.instruments("all"), as_list=True))
        self.columns = {code: column for column, code in enumerate(self.instruments)}
        features = D.features(
            D.instruments("all"),
            [
                "$close",
                f"Mean($close,{self.average_window:d})",
                f"$close/Ref($close,{self.period_return_days:d})-1",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "average",
            "period_return",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Average
        average = self.panel(features["average"])

        # 比较
        compare = known(average > self.compare_value, average)

        # 连续下降
        falling = has_fallen(average, self.falling_days)

        # 动量
        period_return = self.panel(features["period_return"])

        # 介于
        between = within(period_return, self.between_low_value, self.between_high_value)

        # 后 n 名
        bottom_n = best(-period_return, self.members, self.bottom_n_count)

        # 后百分比
        bottom_quantile = best_share(-period_return, self.members, self.bottom_quantile_fraction)

        # Inside
        inside = within(average, period_return, self.inside_high_value)

        # 比较
        compare_2 = known(period_return > self.compare_2_value, period_return)

        # 连续上升
        rising = has_risen(average, self.rising_days)

        # 前 n 名
        top_n = best(period_return, self.members, self.top_n_count)

        # Lasting
        lasting = all_days(top_n, self.lasting_days)

        # 前百分比
        top_quantile = best_share(period_return, self.members, self.top_quantile_fraction)

        # 任一满足（或）
        any_of_2 = any_of(
            compare,
            between,
            bottom_n,
            bottom_quantile,
            falling,
            inside,
            lasting,
            compare_2,
            rising,
            top_n,
            top_quantile,
        )

        # 买入
        buy = any_of_2 == 1

        self.entry = buy
        self.marks = {
            NODES["compare"]: compare == 1,
            NODES["falling"]: falling == 1,
            NODES["between"]: between == 1,
            NODES["bottom_n"]: bottom_n == 1,
            NODES["bottom_quantile"]: bottom_quantile == 1,
            NODES["inside"]: inside == 1,
            NODES["compare_2"]: compare_2 == 1,
            NODES["rising"]: rising == 1,
            NODES["top_n"]: top_n == 1,
            NODES["lasting"]: lasting == 1,
            NODES["top_quantile"]: top_quantile == 1,
            NODES["any_of_2"]: any_of_2 == 1,
            NODES["buy"]: buy,
        }

    def panel(self, values: pd.Series) -> np.ndarray:
        """Qlib 的一列数据，转为 日期 × 标的 的 float64 数组。"""
        table = values.unstack("instrument")
        return table.reindex(index=self.days, columns=self.instruments).to_numpy(dtype=float)

    def pool_members(self) -> np.ndarray:
        """每日哪些标的属于股票池；数据中缺失的代码会被报告。"""
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
        """决定当日委托：先按代码卖出，再按排名买入。"""
        self.today = self.trade_calendar.get_step_time()
        self.row = int(self.days.searchsorted(self.today[0])) - 1  # 前一日，即已知的最后一日
        self.plan = {}
        held = sorted(self.trade_position.get_stock_list())
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.equal_weight_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        targets = self.targets(staying + entries, self.account_value(held))
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["equal_weight"], False)
        orders = [Order(code, sells[code], OrderDir.SELL, *self.today) for code in sorted(sells)]
        orders += [Order(code, amount, OrderDir.BUY, *self.today) for code, amount in buys.items()]
        return TradeDecisionWO(orders, self)

    def exits(self, held: list[str]) -> dict[str, float]:
        """今日要卖出的持仓数量；无法成交的卖出保持待办。"""
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
        """持仓为何要卖出，以及由哪个节点决定；以首个成立的原因为准。"""
        row, column = self.row, self.columns[code]
        close, average_price = self.close[row, column], self.average_price[code]

        # 百分比止损
        if close <= average_price * (1 - self.stop_loss_percent_percent):
            return "STOP_LOSS", NODES["stop_loss_percent"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """今日要买入的代码，优者在前，不超过空余名额。"""
        marked = self.entry[self.row] & self.members[self.row] & (self.close[self.row] > 0)
        chosen: list[str] = []
        for column in np.flatnonzero(marked):
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["buy"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """各代码应有的市值。"""
        # 等权持仓
        return {code: account / self.equal_weight_max_positions for code in codes}

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """再平衡日各持仓与目标数量之差，仅限可交易者。"""
        every = self.equal_weight_rebalance_days
        step = self.trade_calendar.get_trade_step()
        if every == 0 or step == 0 or step % every != 0:
            return {}
        gaps = {}
        for code in staying:
            gap = targets[code] / self.price(code) - self.trade_position.get_stock_amount(code)
            if gap != 0 and self.can_trade(code, OrderDir.SELL if gap < 0 else OrderDir.BUY):
                gaps[code] = gap
        return gaps

    def account_value(self, held: list[str]) -> float:
        """现金加按最近收盘价计的持仓，按代码顺序相加。"""
        position = self.trade_position
        values = [position.get_stock_amount(code) * self.price(code) for code in held]
        return position.get_cash() + sum(values)

    def price(self, code: str) -> float:
        """截至前一日的最近收盘价。"""
        return float(self.last_close[self.row, self.columns[code]])

    def can_trade(self, code: str, direction: OrderDir) -> bool:
        """今日是否有收盘价与成交价，且未触及涨跌停。

        缺少成交价时，若非 ``method=None``，Qlib 会改用收盘价。
        """
        exchange, (start, end) = self.trade_exchange, self.today
        close = exchange.get_close(code, start, end)
        deal_price = exchange.get_deal_price(code, start, end, direction, method=None)
        if any(price is None or not np.nansum(price) > 0 for price in (close, deal_price)):
            return False
        return not exchange.check_stock_limit(code, start, end, direction)

    def post_exe_step(self, execute_result: Any) -> None:
        """登记当日成交；被交易所拒绝的卖出保持待办。"""
        for order, value, cost, price in execute_result or []:
            reason, node_id, late = self.plan[order.stock_id]
            if value > 1e-5:  # 更小的金额交易所不记账
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

    def update_average_price(self, fill: dict[str, Any]) -> None:
        """按数量对持仓的成交价加权平均；卖出不改变均价。"""
        code, amount = fill["instrument"], fill["amount"]
        held = self.trade_position.get_stock_amount(code)
        if held == 0:
            del self.average_price[code]
        elif fill["side"] == "BUY":
            before = self.average_price.get(code, fill["price"])
            self.average_price[code] = before + (fill["price"] - before) * amount / held

    def post_upper_level_exe_step(self) -> None:
        """报告最后一日没有收盘价的持仓。"""
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

# The flow that this file was made from, as JSON; SHA-256 fd559581477e92bc2ccebc8a943f09397bcd27850f495f1cd11fe03f39bf9256
# | {"edges":[{"source":"average\u0020value\u0020above","source_handle":"result","target":"any",
# | "target_handle":"conditions"},{"source":"between","source_handle":"result","target":"any","t
# | arget_handle":"conditions"},{"source":"bottom_n","source_handle":"result","target":"any","ta
# | rget_handle":"conditions"},{"source":"bottom_quantile","source_handle":"result","target":"an
# | y","target_handle":"conditions"},{"source":"falling","source_handle":"result","target":"any"
# | ,"target_handle":"conditions"},{"source":"inside","source_handle":"result","target":"any","t
# | arget_handle":"conditions"},{"source":"lasting","source_handle":"result","target":"any","tar
# | get_handle":"conditions"},{"source":"momentum\u0020value\u0020above","source_handle":"result
# | ","target":"any","target_handle":"conditions"},{"source":"rising","source_handle":"result","
# | target":"any","target_handle":"conditions"},{"source":"top_n","source_handle":"result","targ
# | et":"any","target_handle":"conditions"},{"source":"top_quantile","source_handle":"result","t
# | arget":"any","target_handle":"conditions"},{"source":"average","source_handle":"value","targ
# | et":"average\u0020value\u0020above","target_handle":"left"},{"source":"momentum","source_han
# | dle":"value","target":"between","target_handle":"input"},{"source":"momentum","source_handle
# | ":"value","target":"bottom_n","target_handle":"input"},{"source":"momentum","source_handle":
# | "value","target":"bottom_quantile","target_handle":"input"},{"source":"any","source_handle":
# | "result","target":"enter","target_handle":"condition"},{"source":"average","source_handle":"
# | value","target":"falling","target_handle":"input"},{"source":"average","source_handle":"valu
# | e","target":"inside","target_handle":"input"},{"source":"momentum","source_handle":"value","
# | target":"inside","target_handle":"low"},{"source":"top_n","source_handle":"result","target":
# | "lasting","target_handle":"condition"},{"source":"momentum","source_handle":"value","target"
# | :"momentum\u0020value\u0020above","target_handle":"left"},{"source":"average","source_handle
# | ":"value","target":"rising","target_handle":"input"},{"source":"enter","source_handle":"sign
# | al","target":"size","target_handle":"entry"},{"source":"size","source_handle":"position","ta
# | rget":"stop","target_handle":"position"},{"source":"momentum","source_handle":"value","targe
# | t":"top_n","target_handle":"input"},{"source":"momentum","source_handle":"value","target":"t
# | op_quantile","target_handle":"input"}],"nodes":[{"id":"any","parameters":{},"template_id":"e
# | 4b8a9d4-fd29-5fa7-9f3a-a2c2fa82cb2e","template_name":"any_of","template_version":"1.0.0","ty
# | pe":"CONDITION"},{"id":"average","label":"Average","parameters":{"field":"close","window":20
# | },"template_id":"e1e40fa6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_versi
# | on":"1.0.0","type":"INDICATOR"},{"id":"average\u0020value\u0020above","parameters":{"operato
# | r":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"co
# | mpare","template_version":"1.0.0","type":"CONDITION"},{"id":"between","parameters":{"high_va
# | lue":0.1,"low_value":-0.1},"template_id":"42020579-2fe4-54f3-b2b2-f2caa34861e3","template_na
# | me":"between","template_version":"1.0.0","type":"CONDITION"},{"id":"bottom_n","parameters":{
# | "count":10},"template_id":"d3855cd8-fa8c-50bc-a2cb-a16931959c0b","template_name":"bottom_n",
# | "template_version":"1.0.0","type":"CONDITION"},{"id":"bottom_quantile","parameters":{"fracti
# | on":0.1},"template_id":"56a49af2-bcc6-5072-acbd-4113c788d805","template_name":"bottom_quanti
# | le","template_version":"1.0.0","type":"CONDITION"},{"id":"enter","parameters":{},"template_i
# | d":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","
# | type":"SIGNAL"},{"id":"falling","parameters":{"days":2},"template_id":"363058a7-085e-5a08-a6
# | 0a-566fbc28bd61","template_name":"falling","template_version":"1.0.0","type":"CONDITION"},{"
# | id":"inside","label":"Inside","parameters":{"high_value":50.0},"template_id":"42020579-2fe4-
# | 54f3-b2b2-f2caa34861e3","template_name":"between","template_version":"1.0.0","type":"CONDITI
# | ON"},{"id":"lasting","label":"Lasting","parameters":{"days":5},"template_id":"72a6156e-2248-
# | 5f86-ba5c-a11df6a3a424","template_name":"true_for_days","template_version":"1.0.0","type":"C
# | ONDITION"},{"id":"momentum","label":"\u52a8\u91cf","parameters":{"days":20,"field":"close"},
# | "template_id":"a96d7ed5-4944-5450-8e46-598c3076a5be","template_name":"period_return","templa
# | te_version":"1.0.0","type":"INDICATOR"},{"id":"momentum\u0020value\u0020above","parameters":
# | {"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_
# | name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"rising","parameters":{
# | "days":2},"template_id":"3d8a9870-4623-5725-8fa8-2d3084e18b6c","template_name":"rising","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"size","parameters":{"max_positions":10,"re
# | balance_days":0},"template_id":"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"equal
# | _weight","template_version":"1.0.0","type":"POSITION"},{"id":"stop","parameters":{"percent":
# | 0.05},"template_id":"9039b93b-bc28-5ad4-87a7-8c7a662be4c3","template_name":"stop_loss_percen
# | t","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"top_n","parameters":{"count":10},"t
# | emplate_id":"8a43e0f4-385b-5e61-b04e-be92ffd079aa","template_name":"top_n","template_version
# | ":"1.0.0","type":"CONDITION"},{"id":"top_quantile","parameters":{"fraction":0.1},"template_i
# | d":"751f0a5f-c0ab-5070-b380-5ae665790f47","template_name":"top_quantile","template_version":
# | "1.0.0","type":"CONDITION"}]}
