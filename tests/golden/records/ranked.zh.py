"""买入：突破，得分为 均线的均线。

交易股票池的成分。每日的委托只依据截至前一日收盘的数据，
并按当日的成交价成交。

买入带有下列标记之一的标的，先按得分再按代码排序：
- 买入：突破，得分为 均线的均线

持仓因下列首个成立的原因而卖出：
- 止盈：收盘价比平均成交价高 15% 或更多
- 已调出股票池

持仓规模：
- 仓位：每只为账户价值的 1/10，最多 10 只，每 5 个交易日再平衡一次

其中：
- 成交量均线：指数移动平均，EMA($volume,5)
- 均线的均线：简单移动平均，Mean(EMA($volume,5),20)
- 均价：行情字段，$vwap
- 突破：均价 上穿 12.5
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# 流程中的节点及其在此处的名称。
NODES = {
    "crosses_above_2": "n4",
    "buy": "n5",
    "equal_weight": "n6",
    "stop_profit_percent": "n7",
}


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """真为 1.0，假为 0.0；任一输入缺失则为 NaN（未知）。"""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def previous(panel: np.ndarray) -> np.ndarray:
    """前一日的值；首日为 NaN。"""
    return np.vstack([np.full((1, panel.shape[1]), np.nan), panel[:-1]])


def crosses_above(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """left 由前一日不高于 right 变为高于 right 之处。"""
    left_before, right_before = previous(left), previous(right)
    crossed = (left_before <= right_before) & (left > right)
    return known(crossed, left, right, left_before, right_before)


class FlowStrategy(BaseStrategy):
    """策略本体，流程中的每个数值都是关键字参数。

    回测后：成交在 ``fills``，须知事项在 ``reports``，
    各节点条件与信号成立之处在 ``marks``（``days`` × ``instruments``）。
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        ema_window: int = 5,
        sma_window: int = 20,
        crosses_above_2_value: float = 12.5,
        equal_weight_max_positions: int = 10,
        equal_weight_rebalance_days: int = 5,
        stop_profit_percent_percent: float = 0.15,
        **kwargs: Any,
    ) -> None:
        """``pool`` 为 Qlib 股票池名或代码列表；``kwargs`` 为 BaseStrategy 的参数。"""
        super().__init__(**kwargs)
        self.pool = pool
        self.ema_window = ema_window
        self.sma_window = sma_window
        self.crosses_above_2_value = crosses_above_2_value
        self.equal_weight_max_positions = equal_weight_max_positions
        self.equal_weight_rebalance_days = equal_weight_rebalance_days
        self.stop_profit_percent_percent = stop_profit_percent_percent

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
                "$vwap",
                # 成交量均线
                f"Mean(EMA($volume,{self.ema_window:d}),{self.sma_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$vwap",
            "sma",
        ]
        self.close = self.panel(features["$close"])
        self.vwap = self.panel(features["$vwap"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # 均线的均线
        sma = self.panel(features["sma"])

        # 均价
        price = self.vwap

        # 突破
        crosses_above_2 = crosses_above(price, np.full_like(price, self.crosses_above_2_value))

        # 买入
        buy = crosses_above_2 == 1

        self.entry = buy
        self.score = sma
        self.marks = {
            NODES["crosses_above_2"]: crosses_above_2 == 1,
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

        # 止盈
        if close >= average_price * (1 + self.stop_profit_percent_percent):
            return "STOP_PROFIT", NODES["stop_profit_percent"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """今日要买入的代码，优者在前，不超过空余名额。"""
        marked = self.entry[self.row] & self.members[self.row] & (self.close[self.row] > 0)
        columns = np.flatnonzero(marked)
        ranks = np.argsort(-self.score[self.row, columns], kind="stable")  # NaN 排在最后
        chosen: list[str] = []
        for column in columns[ranks]:
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["buy"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """各代码应有的市值。"""
        # 仓位
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


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 232cb1a0ab2ae16fba373eb1289ca5e9a785df2b1a1efb9b319518e25036140a
# | {"edges":[{"source":"n1","source_handle":"value","target":"n2","target_handle":"input"},{"so
# | urce":"n3","source_handle":"value","target":"n4","target_handle":"left"},{"source":"n4","sou
# | rce_handle":"result","target":"n5","target_handle":"condition"},{"source":"n2","source_handl
# | e":"value","target":"n5","target_handle":"score"},{"source":"n5","source_handle":"signal","t
# | arget":"n6","target_handle":"entry"},{"source":"n6","source_handle":"position","target":"n7"
# | ,"target_handle":"position"}],"nodes":[{"id":"n1","label":"\u6210\u4ea4\u91cf\u5747\u7ebf","
# | parameters":{"field":"volume","window":5},"template_id":"6e649cc5-204e-5775-b0b0-1e7643dc148
# | 8","template_name":"ema","template_version":"1.0.0","type":"INDICATOR"},{"id":"n2","label":"
# | \u5747\u7ebf\u7684\u5747\u7ebf","parameters":{"field":"close","window":20},"template_id":"e1
# | e40fa6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"1.0.0","type":
# | "INDICATOR"},{"id":"n3","label":"\u5747\u4ef7","parameters":{"field":"vwap"},"template_id":"
# | d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"price","template_version":"1.0.0","ty
# | pe":"INDICATOR"},{"id":"n4","label":"\u7a81\u7834","parameters":{"value":12.5},"template_id"
# | :"21d660d4-420f-564f-a0a7-57b304eda396","template_name":"crosses_above","template_version":"
# | 1.0.0","type":"CONDITION"},{"id":"n5","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a
# | -a858557c97df","template_name":"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"n6",
# | "label":"\u4ed3\u4f4d","parameters":{"max_positions":10,"rebalance_days":5},"template_id":"d
# | 912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"equal_weight","template_version":"1.0.
# | 0","type":"POSITION"},{"id":"n7","label":"\u6b62\u76c8","parameters":{"percent":0.15},"templ
# | ate_id":"ddbb3806-cf9a-5473-b29b-0e36ad7b7339","template_name":"stop_profit_percent","templa
# | te_version":"1.0.0","type":"STOP_PROFIT"}]}
