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
- 行情字段：$close
- 比较：行情字段 > 0.0
- 十字星：TA-Lib CDLDOJI，talib.CDLDOJI($open, $high, $low, $close)
- 比较：十字星 > 0.0
- 因子 KMID：($close-$open)/$open
- 比较：因子 KMID > 0.0
- Qlib 表达式：$close/Mean($close,20)-(($close-$open)/$open)
- 比较：Qlib 表达式 > 0.0
- Score：自定义序列，({a} - {a}.rolling(20).mean()) / {a}.rolling(20).std()
- 比较：Score > 0.0
- Signal line：TA-Lib MACD，talib.MACD($close, fastperiod=12, slowperiod=26, signalperiod=9)
- TA-Lib CORREL：talib.CORREL($high, Signal line, timeperiod=10)
- 比较：TA-Lib CORREL > 0.0
- 比较：Signal line > 0.0
- Rises less falls：因子
  VSUMD20，(Sum(Greater($volume-Ref($volume,1),0),20)-Sum(Greater(Ref($volume,1)-$volume,0),20))/(Sum(Abs($volume-Ref($volume,1)),20)+1e-12)
- 比较：Rises less falls > 0.0
- Swing high：TA-Lib FRACTAL，talib.FRACTAL($high, $low, leftbars=2, rightbars=2)
- 比较：Swing high > 0.0
- 自定义条件：If($close==$close,($close>Ref($close,1))*1,$close)
- Calm：自定义条件，{a} & ~({b}.abs() > 2.5) & ({b} >= {b}.shift())
- 自定义序列：自定义序列，where({c}.rolling(3).min() == 1, log({a} / {a}.shift(1)).ewm(span=12,
  adjust=False).mean(), {b} ** 2) + {a}.pct_change(5).rank(axis=1, pct=True) *
  {a}.sub({a}.mean(axis=1), axis=0).div({a}.std(axis=1), axis=0)
- 比较：自定义序列 > 0.0
- 任一满足（或）：Calm 或 比较 或 比较 或 比较 或 比较 或 比较 或 比较 或 比较 或 比较 或 比较 或 比较 或 自定义条件
"""

from typing import Any

import numpy as np
import pandas as pd
import talib
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# 流程中的节点及其在此处的名称。
NODES = {
    "compare": "close value above",
    "compare_2": "doji value above",
    "compare_3": "kmid value above",
    "compare_4": "ratio value above",
    "compare_5": "score value above",
    "compare_6": "pair value above",
    "compare_7": "signal value above",
    "compare_8": "sum value above",
    "compare_9": "swing value above",
    "custom_condition": "up",
    "calm": "calm",
    "compare_10": "lines value above",
    "any_of_2": "any",
    "buy": "enter",
    "equal_weight": "size",
    "stop_loss_percent": "stop",
}


def after_look_back(panel: np.ndarray, bars: int) -> np.ndarray:
    """标的最初若干根 K 线置为 NaN：TA-Lib 的整数结果在此处以 0 表示未知。"""
    return np.where(np.cumsum(~np.isnan(panel), axis=0) > bars, panel, np.nan)


def any_of(*conditions: np.ndarray) -> np.ndarray:
    """任一为真则为真；否则任一未知则为未知；否则为假。"""
    values = np.stack(conditions)
    return np.where((values == 1).any(axis=0), 1.0, values.sum(axis=0))


def as_condition(truth: pd.DataFrame, *inputs: pd.DataFrame) -> np.ndarray:
    """真为 1.0，假为 0.0；结果或任一输入缺失则为 NaN（未知）。"""
    values = truth.to_numpy(dtype=float)
    missing = np.isnan(np.stack([values, *inputs])).any(axis=0)
    return np.where(missing, np.nan, values == 1)


def as_series(frame: pd.DataFrame) -> np.ndarray:
    """表格的值，float64；非有限值为 NaN。"""
    values = frame.to_numpy(dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """真为 1.0，假为 0.0；任一输入缺失则为 NaN（未知）。"""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def on_own_bars(function: Any, *inputs: np.ndarray, **options: Any) -> np.ndarray:
    """将作用于单一标的 K 线的函数用于每个标的：任一输入缺失的日子不参与计算。

    这些日子的结果为 NaN；多个结果对应多个面板。
    """
    complete = ~np.isnan(np.stack(inputs)).any(axis=0)
    panels = []
    for column, bars in enumerate(complete.T):
        values = np.asarray(function(*(panel[bars, column] for panel in inputs), **options))
        spread = np.full((*values.shape[:-1], len(bars)), np.nan)
        spread[..., bars] = values
        panels.append(spread)
    return np.stack(panels, axis=-1)


def score_formula(a: pd.DataFrame) -> np.ndarray:
    """({a} - {a}.rolling(20).mean()) / {a}.rolling(20).std()"""
    part_1 = a.rolling(20)
    return as_series((a - part_1.mean()) / part_1.std())


def calm_formula(a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """{a} & ~({b}.abs() > 2.5) & ({b} >= {b}.shift())"""
    return as_condition((a == 1) & ~(b.abs() > 2.5) & (b >= b.shift(1)), a, b)


def custom_series_formula(a: pd.DataFrame, b: pd.DataFrame, c: pd.DataFrame) -> np.ndarray:
    """自定义序列"""
    part_1 = (a / a.shift(1)).apply(np.log).ewm(span=12, adjust=False).mean()
    part_2 = a.pct_change(5, fill_method=None).rank(pct=True, axis=1)
    part_3 = part_2 * a.sub(a.mean(axis=1), axis=0).div(a.std(axis=1), axis=0)
    return as_series(part_1.where(c.rolling(3).min() == 1, b**2) + part_3)


class FlowStrategy(BaseStrategy):
    """策略本体，流程中的每个数值都是关键字参数。

    回测后：成交在 ``fills``，须知事项在 ``reports``，
    各节点条件与信号成立之处在 ``marks``（``days`` × ``instruments``）。
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        compare_value: float = 0.0,
        compare_2_value: float = 0.0,
        compare_3_value: float = 0.0,
        compare_4_value: float = 0.0,
        compare_5_value: float = 0.0,
        signal_line_fastperiod: int = 12,
        signal_line_signalperiod: int = 9,
        signal_line_slowperiod: int = 26,
        talib_function_2_timeperiod: int = 10,
        compare_6_value: float = 0.0,
        compare_7_value: float = 0.0,
        compare_8_value: float = 0.0,
        swing_high_leftbars: int = 2,
        swing_high_rightbars: int = 2,
        compare_9_value: float = 0.0,
        compare_10_value: float = 0.0,
        equal_weight_max_positions: int = 10,
        equal_weight_rebalance_days: int = 0,
        stop_loss_percent_percent: float = 0.05,
        **kwargs: Any,
    ) -> None:
        """``pool`` 为 Qlib 股票池名或代码列表；``kwargs`` 为 BaseStrategy 的参数。"""
        super().__init__(**kwargs)
        self.pool = pool
        self.compare_value = compare_value
        self.compare_2_value = compare_2_value
        self.compare_3_value = compare_3_value
        self.compare_4_value = compare_4_value
        self.compare_5_value = compare_5_value
        self.signal_line_fastperiod = signal_line_fastperiod
        self.signal_line_signalperiod = signal_line_signalperiod
        self.signal_line_slowperiod = signal_line_slowperiod
        self.talib_function_2_timeperiod = talib_function_2_timeperiod
        self.compare_6_value = compare_6_value
        self.compare_7_value = compare_7_value
        self.compare_8_value = compare_8_value
        self.swing_high_leftbars = swing_high_leftbars
        self.swing_high_rightbars = swing_high_rightbars
        self.compare_9_value = compare_9_value
        self.compare_10_value = compare_10_value
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
                "$open",
                "$high",
                "$low",
                "($close-$open)/$open",
                # 因子 KMID
                # 行情字段
                "$close/Mean($close,20)-(($close-$open)/$open)",
                "(Sum(Greater($volume-Ref($volume,1),0),20)-Sum(Greater(Ref($volume,1)-$volume,0),20))/(Sum(Abs($volume-Ref($volume,1)),20)+1e-12)",
                # 行情字段
                "If($close==$close,($close>Ref($close,1))*1,$close)",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$open",
            "$high",
            "$low",
            "factor",
            "qlib_expression",
            "rises_less_falls",
            "custom_condition",
        ]
        self.close = self.panel(features["$close"])
        self.open = self.panel(features["$open"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # 行情字段
        price = self.close

        # 比较
        compare = known(price > self.compare_value, price)

        # 十字星
        talib_function = on_own_bars(talib.CDLDOJI, self.open, self.high, self.low, self.close)
        talib_function = after_look_back(talib_function, 10)

        # 比较
        compare_2 = known(talib_function > self.compare_2_value, talib_function)

        # 因子 KMID
        factor = self.panel(features["factor"])

        # 比较
        compare_3 = known(factor > self.compare_3_value, factor)

        # Qlib 表达式
        qlib_expression = self.panel(features["qlib_expression"])

        # 比较
        compare_4 = known(qlib_expression > self.compare_4_value, qlib_expression)

        # Score
        score = score_formula(pd.DataFrame(qlib_expression))

        # 比较
        compare_5 = known(score > self.compare_5_value, score)

        # Signal line
        _, signal_line, _ = on_own_bars(
            talib.MACD,
            self.close,
            fastperiod=self.signal_line_fastperiod,
            slowperiod=self.signal_line_slowperiod,
            signalperiod=self.signal_line_signalperiod,
        )

        # TA-Lib CORREL
        talib_function_2 = on_own_bars(
            talib.CORREL,
            self.high,
            signal_line,
            timeperiod=self.talib_function_2_timeperiod,
        )

        # 比较
        compare_6 = known(talib_function_2 > self.compare_6_value, talib_function_2)

        # 比较
        compare_7 = known(signal_line > self.compare_7_value, signal_line)

        # Rises less falls
        rises_less_falls = self.panel(features["rises_less_falls"])

        # 比较
        compare_8 = known(rises_less_falls > self.compare_8_value, rises_less_falls)

        # Swing high
        swing_high, _ = on_own_bars(
            talib.FRACTAL,
            self.high,
            self.low,
            leftbars=self.swing_high_leftbars,
            rightbars=self.swing_high_rightbars,
        )
        swing_high = after_look_back(
            swing_high,
            self.swing_high_leftbars + self.swing_high_rightbars,
        )

        # 比较
        compare_9 = known(swing_high > self.compare_9_value, swing_high)

        # 自定义条件
        custom_condition = self.panel(features["custom_condition"])

        # Calm
        calm = calm_formula(pd.DataFrame(custom_condition), pd.DataFrame(score))

        # 自定义序列
        custom_series = custom_series_formula(
            pd.DataFrame(price),
            pd.DataFrame(signal_line),
            pd.DataFrame(custom_condition),
        )

        # 比较
        compare_10 = known(custom_series > self.compare_10_value, custom_series)

        # 任一满足（或）
        any_of_2 = any_of(
            calm,
            compare,
            compare_2,
            compare_3,
            compare_10,
            compare_6,
            compare_4,
            compare_5,
            compare_7,
            compare_8,
            compare_9,
            custom_condition,
        )

        # 买入
        buy = any_of_2 == 1

        self.entry = buy
        self.marks = {
            NODES["compare"]: compare == 1,
            NODES["compare_2"]: compare_2 == 1,
            NODES["compare_3"]: compare_3 == 1,
            NODES["compare_4"]: compare_4 == 1,
            NODES["compare_5"]: compare_5 == 1,
            NODES["compare_6"]: compare_6 == 1,
            NODES["compare_7"]: compare_7 == 1,
            NODES["compare_8"]: compare_8 == 1,
            NODES["compare_9"]: compare_9 == 1,
            NODES["custom_condition"]: custom_condition == 1,
            NODES["calm"]: calm == 1,
            NODES["compare_10"]: compare_10 == 1,
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


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 8dca7c64622018dbd0c69490d69d434acccf46b94e1a44181e7c587fbf827f98
# | {"edges":[{"source":"calm","source_handle":"result","target":"any","target_handle":"conditio
# | ns"},{"source":"close\u0020value\u0020above","source_handle":"result","target":"any","target
# | _handle":"conditions"},{"source":"doji\u0020value\u0020above","source_handle":"result","targ
# | et":"any","target_handle":"conditions"},{"source":"kmid\u0020value\u0020above","source_handl
# | e":"result","target":"any","target_handle":"conditions"},{"source":"lines\u0020value\u0020ab
# | ove","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"pair\u
# | 0020value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},
# | {"source":"ratio\u0020value\u0020above","source_handle":"result","target":"any","target_hand
# | le":"conditions"},{"source":"score\u0020value\u0020above","source_handle":"result","target":
# | "any","target_handle":"conditions"},{"source":"signal\u0020value\u0020above","source_handle"
# | :"result","target":"any","target_handle":"conditions"},{"source":"sum\u0020value\u0020above"
# | ,"source_handle":"result","target":"any","target_handle":"conditions"},{"source":"swing\u002
# | 0value\u0020above","source_handle":"result","target":"any","target_handle":"conditions"},{"s
# | ource":"up","source_handle":"result","target":"any","target_handle":"conditions"},{"source":
# | "up","source_handle":"result","target":"calm","target_handle":"a"},{"source":"score","source
# | _handle":"value","target":"calm","target_handle":"b"},{"source":"close","source_handle":"val
# | ue","target":"close\u0020value\u0020above","target_handle":"left"},{"source":"doji","source_
# | handle":"value","target":"doji\u0020value\u0020above","target_handle":"left"},{"source":"any
# | ","source_handle":"result","target":"enter","target_handle":"condition"},{"source":"kmid","s
# | ource_handle":"value","target":"kmid\u0020value\u0020above","target_handle":"left"},{"source
# | ":"close","source_handle":"value","target":"lines","target_handle":"a"},{"source":"signal","
# | source_handle":"value","target":"lines","target_handle":"b"},{"source":"up","source_handle":
# | "result","target":"lines","target_handle":"c"},{"source":"lines","source_handle":"value","ta
# | rget":"lines\u0020value\u0020above","target_handle":"left"},{"source":"signal","source_handl
# | e":"value","target":"pair","target_handle":"input_2"},{"source":"pair","source_handle":"valu
# | e","target":"pair\u0020value\u0020above","target_handle":"left"},{"source":"close","source_h
# | andle":"value","target":"ratio","target_handle":"a"},{"source":"kmid","source_handle":"value
# | ","target":"ratio","target_handle":"b"},{"source":"ratio","source_handle":"value","target":"
# | ratio\u0020value\u0020above","target_handle":"left"},{"source":"ratio","source_handle":"valu
# | e","target":"score","target_handle":"a"},{"source":"score","source_handle":"value","target":
# | "score\u0020value\u0020above","target_handle":"left"},{"source":"signal","source_handle":"va
# | lue","target":"signal\u0020value\u0020above","target_handle":"left"},{"source":"enter","sour
# | ce_handle":"signal","target":"size","target_handle":"entry"},{"source":"size","source_handle
# | ":"position","target":"stop","target_handle":"position"},{"source":"sum","source_handle":"va
# | lue","target":"sum\u0020value\u0020above","target_handle":"left"},{"source":"swing","source_
# | handle":"value","target":"swing\u0020value\u0020above","target_handle":"left"},{"source":"cl
# | ose","source_handle":"value","target":"up","target_handle":"a"}],"nodes":[{"id":"any","param
# | eters":{},"template_id":"e4b8a9d4-fd29-5fa7-9f3a-a2c2fa82cb2e","template_name":"any_of","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"calm","label":"Calm","parameters":{"expres
# | sion":"{a}\u0020&\u0020~({b}.abs()\u0020>\u00202.5)\u0020&\u0020({b}\u0020>=\u0020{b}.shift(
# | ))","language":"PYTHON"},"template_id":"f3e26a45-784f-5dd0-b66a-1f81ecaa4d22","template_name
# | ":"custom_condition","template_version":"1.0.0","type":"CUSTOM"},{"id":"close","parameters":
# | {"field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"pric
# | e","template_version":"1.0.0","type":"INDICATOR"},{"id":"close\u0020value\u0020above","param
# | eters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","te
# | mplate_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"doji","label":"
# | \u5341\u5b57\u661f","parameters":{"function":"CDLDOJI","output":"integer"},"template_id":"f6
# | 51ab3a-1a78-5bff-b31c-e94d23a0975c","template_name":"talib_function","template_version":"1.0
# | .0","type":"INDICATOR"},{"id":"doji\u0020value\u0020above","parameters":{"operator":">","val
# | ue":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"enter","parameters":{},"template_id":"ea80
# | bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","type":"S
# | IGNAL"},{"execution_hints":{"expression":"($close-$open)/$open","language":"QLIB"},"id":"kmi
# | d","parameters":{"factor":"KMID","source":"ALPHA158"},"template_id":"2f47e5d8-8106-55db-a9c0
# | -b10b964d3d71","template_name":"factor","template_version":"1.0.0","type":"INDICATOR"},{"id"
# | :"kmid\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698
# | c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type"
# | :"CONDITION"},{"id":"lines","parameters":{"expression":"where({c}.rolling(3).min()\u0020==\u
# | 00201,\u0020log({a}\u0020/\u0020{a}.shift(1)).ewm(span=12,\u0020adjust=False).mean(),\u0020{
# | b}\u0020**\u00202)\n\u0020\u0020\u0020\u0020+\u0020{a}.pct_change(5).rank(axis=1,\u0020pct=T
# | rue)\u0020*\u0020{a}.sub({a}.mean(axis=1),\u0020axis=0).div({a}.std(axis=1),\u0020axis=0)","
# | language":"PYTHON"},"template_id":"ae900526-bd32-5ad4-8c79-be88d01b6ba8","template_name":"cu
# | stom_series","template_version":"1.0.0","type":"CUSTOM"},{"id":"lines\u0020value\u0020above"
# | ,"parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008
# | b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"pair","p
# | arameters":{"field":"high","field_2":"low","function":"CORREL","output":"real","timeperiod":
# | 10},"template_id":"f651ab3a-1a78-5bff-b31c-e94d23a0975c","template_name":"talib_function","t
# | emplate_version":"1.0.0","type":"INDICATOR"},{"id":"pair\u0020value\u0020above","parameters"
# | :{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template
# | _name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"ratio","parameters":{
# | "expression":"{a}\u0020/\u0020Mean({a},\u002020)\u0020-\u0020{b}"},"template_id":"148b5505-0
# | bb0-5bdb-93cd-9e76f6e002a1","template_name":"qlib_expression","template_version":"1.0.0","ty
# | pe":"INDICATOR"},{"id":"ratio\u0020value\u0020above","parameters":{"operator":">","value":0.
# | 0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_
# | version":"1.0.0","type":"CONDITION"},{"id":"score","label":"Score","parameters":{"expression
# | ":"({a}\u0020-\u0020{a}.rolling(20).mean())\u0020/\u0020{a}.rolling(20).std()","language":"P
# | YTHON"},"template_id":"ae900526-bd32-5ad4-8c79-be88d01b6ba8","template_name":"custom_series"
# | ,"template_version":"1.0.0","type":"CUSTOM"},{"id":"score\u0020value\u0020above","parameters
# | ":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","templat
# | e_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"signal","label":"Sig
# | nal\u0020line","parameters":{"fastperiod":12,"field":"close","function":"MACD","output":"mac
# | dsignal","signalperiod":9,"slowperiod":26},"template_id":"f651ab3a-1a78-5bff-b31c-e94d23a097
# | 5c","template_name":"talib_function","template_version":"1.0.0","type":"INDICATOR"},{"id":"s
# | ignal\u0020value\u0020above","parameters":{"operator":">","value":0.0},"template_id":"21698c
# | 91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":
# | "CONDITION"},{"id":"size","parameters":{"max_positions":10,"rebalance_days":0},"template_id"
# | :"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"equal_weight","template_version":"1
# | .0.0","type":"POSITION"},{"id":"stop","parameters":{"percent":0.05},"template_id":"9039b93b-
# | bc28-5ad4-87a7-8c7a662be4c3","template_name":"stop_loss_percent","template_version":"1.0.0",
# | "type":"STOP_LOSS"},{"execution_hints":{"expression":"(Sum(Greater($volume-Ref($volume,\u002
# | 01),\u00200),\u002020)-Sum(Greater(Ref($volume,\u00201)-$volume,\u00200),\u002020))/(Sum(Abs
# | ($volume-Ref($volume,\u00201)),\u002020)+1e-12)","language":"QLIB"},"id":"sum","label":"Rise
# | s\u0020less\u0020falls","parameters":{"factor":"VSUMD20","source":"ALPHA158"},"template_id":
# | "2f47e5d8-8106-55db-a9c0-b10b964d3d71","template_name":"factor","template_version":"1.0.0","
# | type":"INDICATOR"},{"id":"sum\u0020value\u0020above","parameters":{"operator":">","value":0.
# | 0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template_
# | version":"1.0.0","type":"CONDITION"},{"id":"swing","label":"Swing\u0020high","parameters":{"
# | function":"FRACTAL","leftbars":2,"output":"swinghigh","rightbars":2},"template_id":"f651ab3a
# | -1a78-5bff-b31c-e94d23a0975c","template_name":"talib_function","template_version":"1.0.0","t
# | ype":"INDICATOR"},{"id":"swing\u0020value\u0020above","parameters":{"operator":">","value":0
# | .0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","template
# | _version":"1.0.0","type":"CONDITION"},{"id":"up","parameters":{"expression":"{a}\u0020>\u002
# | 0Ref({a},\u00201)","language":"QLIB"},"template_id":"f3e26a45-784f-5dd0-b66a-1f81ecaa4d22","
# | template_name":"custom_condition","template_version":"1.0.0","type":"CUSTOM"}]}
