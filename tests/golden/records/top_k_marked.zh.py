"""买入：比较、上穿，得分最高者优先：区间收益率；卖出：下穿。

交易股票池的成分。每日的委托只依据截至前一日收盘的数据，
并按当日的成交价成交。

买入带有下列标记之一的标的，先按 区间收益率 再按代码排序：
- 买入：比较
- 买入：上穿

持仓因下列首个成立的原因而卖出：
- 回撤熔断：前一日账户价值较峰值回撤 20% 或更多；此后不再买入
- 最长持有天数：已持有 20 个交易日
- 卖出：下穿
- 已调出股票池
- 前 K 名轮换（TopkDropout）：与最佳候选一同按 区间收益率 排序时位列最后 2 名

持仓规模：
- 前 K 名轮换（TopkDropout）：每只为账户价值的 1/5，按 区间收益率 持有前 5 名，每日最多淘汰 2 只，不做再平衡

限制：
- 止损止盈后冷却：因止损止盈卖出的标的，卖出后 5 个交易日内不再买入
- 单只权重上限：单只买入后或再平衡后不超过账户价值的 10%
- 最短持有天数：首次成交满 5 个交易日后，才因卖出信号或末位淘汰卖出

其中：
- 行情字段：$close
- 比较：行情字段 > 5.0
- 区间收益率：$close/Ref($close,20)-1
- 简单移动平均：Mean($close,20)
- 下穿：行情字段 下穿 简单移动平均
- 上穿：行情字段 上穿 简单移动平均
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# 流程中的节点及其在此处的名称。
NODES = {
    "compare": "dear",
    "buy": "enter_2",
    "crosses_below_2": "down",
    "sell": "leave",
    "crosses_above_2": "up",
    "buy_2": "enter",
    "top_k_dropout": "size",
    "drawdown_halt": "halt",
    "max_holding_days": "late",
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


def crosses_below(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """left 由前一日不低于 right 变为低于 right 之处。"""
    left_before, right_before = previous(left), previous(right)
    crossed = (left_before >= right_before) & (left < right)
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
        compare_value: float = 5.0,
        period_return_days: int = 20,
        sma_window: int = 20,
        top_k_dropout_k: int = 5,
        top_k_dropout_n_drop: int = 2,
        top_k_dropout_rebalance_days: int = 0,
        drawdown_halt_days: int = 0,
        drawdown_halt_drawdown: float = 0.2,
        max_holding_days_days: int = 20,
        cooldown_days: int = 5,
        weight_cap_cap: float = 0.1,
        min_holding_days_days: int = 5,
        **kwargs: Any,
    ) -> None:
        """``pool`` 为 Qlib 股票池名或代码列表；``kwargs`` 为 BaseStrategy 的参数。"""
        super().__init__(**kwargs)
        self.pool = pool
        self.compare_value = compare_value
        self.period_return_days = period_return_days
        self.sma_window = sma_window
        self.top_k_dropout_k = top_k_dropout_k
        self.top_k_dropout_n_drop = top_k_dropout_n_drop
        self.top_k_dropout_rebalance_days = top_k_dropout_rebalance_days
        self.drawdown_halt_days = drawdown_halt_days
        self.drawdown_halt_drawdown = drawdown_halt_drawdown
        self.max_holding_days_days = max_holding_days_days
        self.cooldown_days = cooldown_days
        self.weight_cap_cap = weight_cap_cap
        self.min_holding_days_days = min_holding_days_days

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """开始回测：读取数据，一次性算出全部日期的信号。"""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # 各代码今日交易的原因
        self.pending: dict[str, tuple[str, str]] = {}  # 尚未能成交的卖出及其原因
        self.entry_row: dict[str, int] = {}  # 首次成交日的行号
        self.stop_row: dict[str, int] = {}  # 最近一次止损止盈成交日的行号
        self.peaks: dict[str, float] = {}  # 各节点所跟踪的账户峰值
        self.halts: dict[str, float] = {}  # 各节点暂停结束的回测日序号
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
                f"$close/Ref($close,{self.period_return_days:d})-1",
                f"Mean($close,{self.sma_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "period_return",
            "sma",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # 行情字段
        price = self.close

        # 比较
        compare = known(price > self.compare_value, price)

        # 买入
        buy = compare == 1

        # 区间收益率
        period_return = self.panel(features["period_return"])

        # 简单移动平均
        sma = self.panel(features["sma"])

        # 下穿
        crosses_below_2 = crosses_below(price, sma)

        # 卖出
        sell = crosses_below_2 == 1

        # 上穿
        crosses_above_2 = crosses_above(price, sma)

        # 买入
        buy_2 = crosses_above_2 == 1

        self.entry = np.any(
            [
                buy,
                buy_2,
            ],
            axis=0,
        )
        self.exit = sell
        self.score = period_return
        self.entry = self.entry & ~np.isnan(self.score)
        self.marks = {
            NODES["compare"]: compare == 1,
            NODES["buy"]: buy,
            NODES["crosses_below_2"]: crosses_below_2 == 1,
            NODES["sell"]: sell,
            NODES["crosses_above_2"]: crosses_above_2 == 1,
            NODES["buy_2"]: buy_2,
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
        account = self.account_value(held)
        self.watch(account)
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.top_k_dropout_k - len(held) + len(sells)
        if self.halts:
            slots = 0
        candidates = self.candidates(held, slots + self.top_k_dropout_n_drop)
        dropped = self.dropouts(staying, candidates)
        sells |= dropped
        staying = [code for code in staying if code not in dropped and code not in self.pending]
        entries = candidates[: slots + len(dropped)]
        for code in entries:
            self.plan[code] = ("SIGNAL", self.entry_node(code), False)
        targets = self.targets(staying + entries, account)
        targets = self.lowered(targets, account)
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["top_k_dropout"], False)
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
        first_row = self.entry_row[code]

        # 回撤熔断
        if NODES["drawdown_halt"] in self.halts:
            return "HALT", NODES["drawdown_halt"]

        # 最长持有天数
        if row + 1 - first_row >= self.max_holding_days_days:
            return "STOP_LOSS", NODES["max_holding_days"]

        left_pool = None if self.members[row, column] else ("LEFT_POOL", "")
        if not self.hears_signals(code):
            return left_pool

        # 卖出
        if self.marks[NODES["sell"]][row, column]:
            return "SIGNAL", NODES["sell"]

        return left_pool

    def hears_signals(self, code: str) -> bool:
        """持仓时间是否已足以响应卖出信号或末位淘汰。"""
        days_held = self.row + 1 - self.entry_row[code]

        # 最短持有天数
        return days_held >= self.min_holding_days_days

    def dropouts(self, staying: list[str], candidates: list[str]) -> dict[str, float]:
        """与候选一同排序，位列末尾的持仓要卖出的数量。"""
        codes = sorted(staying + candidates)
        scores = [self.score[self.row, self.columns[code]] for code in codes]
        ranked = [codes[rank] for rank in np.argsort(np.negative(scores), kind="stable")]
        sells = {}
        for code in ranked[max(0, len(ranked) - self.top_k_dropout_n_drop) :]:
            if code not in staying or not self.hears_signals(code):
                continue
            if self.can_trade(code, OrderDir.SELL):
                sells[code] = self.trade_position.get_stock_amount(code)
                self.plan[code] = ("DROPOUT", NODES["top_k_dropout"], False)
            else:
                self.pending[code] = ("DROPOUT", NODES["top_k_dropout"])
        return sells

    def watch(self, account: float) -> None:
        """根据前一日账户价值暂停或恢复交易。"""
        # 回撤熔断
        self.follow_peak(
            NODES["drawdown_halt"],
            account,
            self.drawdown_halt_drawdown,
            self.drawdown_halt_days,
        )

    def follow_peak(self, node: str, account: float, drawdown: float, days: int) -> None:
        """回撤达到比例后暂停若干天（0 为直到结束）；恢复后峰值重新起算。"""
        step = self.trade_calendar.get_trade_step()
        if step < self.halts.get(node, 0):
            return
        self.halts.pop(node, None)
        peak = max(account, self.peaks.pop(node, account))
        if account > peak * (1 - drawdown):
            self.peaks[node] = peak
        else:
            self.halts[node] = step + days if days > 0 else float("inf")

    def candidates(self, held: list[str], count: int) -> list[str]:
        """今日可以买入的代码，优者在前，不超过 ``count`` 个。"""
        marked = self.entry[self.row] & ~self.exit[self.row]
        marked &= self.members[self.row] & (self.close[self.row] > 0)
        columns = np.flatnonzero(marked)
        ranks = np.argsort(-self.score[self.row, columns], kind="stable")  # NaN 排在最后
        chosen: list[str] = []
        for column in columns[ranks]:
            code = self.instruments[column]
            if not self.may_return(code):
                continue
            if len(chosen) < count and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
        return chosen

    def entry_node(self, code: str) -> str:
        """首个标记该标的的买入节点。"""
        nodes = [
            NODES["buy"],
            NODES["buy_2"],
        ]
        column = self.columns[code]
        return next(node for node in nodes if self.marks[node][self.row, column])

    def may_return(self, code: str) -> bool:
        """若曾因止损止盈卖出，现在能否再次买入。"""
        if code not in self.stop_row:
            return True
        days = self.row + 1 - self.stop_row[code]

        # 止损止盈后冷却
        return days > self.cooldown_days

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """各代码应有的市值。"""
        # 前 K 名轮换（TopkDropout）
        return {code: account / self.top_k_dropout_k for code in codes}

    def lowered(self, targets: dict[str, float], account: float) -> dict[str, float]:
        """目标市值，均不超过单只上限。"""
        # 单只权重上限
        most = account * self.weight_cap_cap
        targets = {code: min(target, most) for code, target in targets.items()}
        return targets

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """再平衡日各持仓与目标数量之差，仅限可交易者。"""
        every = self.top_k_dropout_rebalance_days
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
                if reason in ("STOP_LOSS", "STOP_PROFIT"):
                    self.stop_row[order.stock_id] = self.row + 1
            still_held = self.trade_position.check_stock(order.stock_id)
            if order.direction == OrderDir.SELL and reason != "REBALANCE" and still_held:
                self.pending[order.stock_id] = (reason, node_id)
            if still_held:
                self.entry_row.setdefault(order.stock_id, self.row + 1)
            else:
                self.entry_row.pop(order.stock_id, None)

    def post_upper_level_exe_step(self) -> None:
        """报告最后一日没有收盘价的持仓。"""
        for code in sorted(self.trade_position.get_stock_list()):
            last = np.flatnonzero(~np.isnan(self.close[:, self.columns[code]]))[-1]
            if last < len(self.days) - 1:
                day = f"{self.days[last]:%Y-%m-%d}"
                self.reports.append(f"{code} has no close after {day}, yet is held to the end.")


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 13e110787536bf6160561d98f9637cdba15c9abfd34ded7f7d59d0225d808898
# | {"edges":[{"source":"close","source_handle":"value","target":"dear","target_handle":"left"},
# | {"source":"close","source_handle":"value","target":"down","target_handle":"left"},{"source":
# | "mean","source_handle":"value","target":"down","target_handle":"right"},{"source":"up","sour
# | ce_handle":"result","target":"enter","target_handle":"condition"},{"source":"close","source_
# | handle":"value","target":"enter","target_handle":"score"},{"source":"dear","source_handle":"
# | result","target":"enter_2","target_handle":"condition"},{"source":"size","source_handle":"po
# | sition","target":"halt","target_handle":"position"},{"source":"size","source_handle":"positi
# | on","target":"late","target_handle":"position"},{"source":"down","source_handle":"result","t
# | arget":"leave","target_handle":"condition"},{"source":"size","source_handle":"position","tar
# | get":"rest","target_handle":"position"},{"source":"enter","source_handle":"signal","target":
# | "size","target_handle":"entry"},{"source":"enter_2","source_handle":"signal","target":"size"
# | ,"target_handle":"entry"},{"source":"leave","source_handle":"signal","target":"size","target
# | _handle":"exit"},{"source":"gain","source_handle":"value","target":"size","target_handle":"s
# | core"},{"source":"close","source_handle":"value","target":"up","target_handle":"left"},{"sou
# | rce":"mean","source_handle":"value","target":"up","target_handle":"right"},{"source":"size",
# | "source_handle":"position","target":"weights","target_handle":"position"},{"source":"size","
# | source_handle":"position","target":"young","target_handle":"position"}],"nodes":[{"id":"clos
# | e","parameters":{"field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","temp
# | late_name":"price","template_version":"1.0.0","type":"INDICATOR"},{"id":"dear","parameters":
# | {"operator":">","value":5.0},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_
# | name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"down","parameters":{},
# | "template_id":"b1b6b366-7002-57da-b783-5f5db389901a","template_name":"crosses_below","templa
# | te_version":"1.0.0","type":"CONDITION"},{"id":"enter","parameters":{},"template_id":"ea80bf4
# | d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","type":"SIGN
# | AL"},{"id":"enter_2","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","t
# | emplate_name":"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"gain","parameters":{"
# | days":20,"field":"close"},"template_id":"a96d7ed5-4944-5450-8e46-598c3076a5be","template_nam
# | e":"period_return","template_version":"1.0.0","type":"INDICATOR"},{"id":"halt","parameters":
# | {"days":0,"drawdown":0.2},"template_id":"0584ee3e-b785-570e-a3ae-3638db40a07e","template_nam
# | e":"drawdown_halt","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"late","parame
# | ters":{"days":20},"template_id":"7ed30d50-dec0-5aab-b234-e5a756f9c072","template_name":"max_
# | holding_days","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"leave","parameters":{},"
# | template_id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version
# | ":"1.0.0","type":"SIGNAL"},{"id":"mean","parameters":{"field":"close","window":20},"template
# | _id":"e1e40fa6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"1.0.0"
# | ,"type":"INDICATOR"},{"id":"rest","parameters":{"days":5},"template_id":"907ce9a5-1c81-568c-
# | a3fa-47088c0025c3","template_name":"cooldown","template_version":"1.0.0","type":"RISK_MANAGE
# | MENT"},{"id":"size","parameters":{"k":5,"n_drop":2,"rebalance_days":0},"template_id":"9d8ce3
# | 59-8bda-5f43-aefb-2b74ccc31280","template_name":"top_k_dropout","template_version":"1.0.0","
# | type":"POSITION"},{"id":"up","parameters":{},"template_id":"21d660d4-420f-564f-a0a7-57b304ed
# | a396","template_name":"crosses_above","template_version":"1.0.0","type":"CONDITION"},{"id":"
# | weights","parameters":{"cap":0.1},"template_id":"3d5fc133-2931-543f-ba1e-50294d14e03e","temp
# | late_name":"weight_cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"young","
# | parameters":{"days":5},"template_id":"d7bcd392-4266-5746-b127-a25a0353ff5c","template_name":
# | "min_holding_days","template_version":"1.0.0","type":"RISK_MANAGEMENT"}]}
