"""Buys on Any of (or).

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by code:
- Buy: Any of (or)

A holding is sold for the first of these reasons:
- Stop loss by percentage: its close is at least 5% below its average fill price
- it has left the pool

Size of a holding:
- Equal weight: 1/10 of the account each, at most 10 holdings, never rebalanced

Where:
- Average: Simple moving average, Mean($close,20)
- Compare: Average > 0.0
- Falling: Average has fallen 2 days running
- 动量: Return over days, $close/Ref($close,20)-1
- Between: -0.1 <= 动量 <= 0.1
- Bottom n: among the 10 lowest by 动量
- Bottom quantile: among the lowest 10% by 动量
- Inside: 动量 <= Average <= 50.0
- Compare: 动量 > 0.0
- Rising: Average has risen 2 days running
- Top n: among the 10 highest by 动量
- Lasting: Top n, true 5 days running
- Top quantile: among the highest 10% by 动量
- Any of (or): Compare or Between or Bottom n or Bottom quantile or Falling or Inside or Lasting
  or Compare or Rising or Top n or Top quantile
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
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
    """False where any of the last days is false, else unknown where any is unknown, else true."""
    table = pd.DataFrame(condition)
    least_known = table.rolling(days, min_periods=1).min()
    return table.rolling(days).min().where(least_known != 0, 0.0).to_numpy()


def any_of(*conditions: np.ndarray) -> np.ndarray:
    """True where any is true, else unknown where any is unknown, else false."""
    values = np.stack(conditions)
    return np.where((values == 1).any(axis=0), 1.0, values.sum(axis=0))


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def best(scores: np.ndarray, members: np.ndarray, count: int | np.ndarray) -> np.ndarray:
    """Where an instrument is among the day's best members of the pool; unknown for those not ranked."""
    ranked = np.where(members, scores, np.nan)
    order = np.argsort(-ranked, axis=1, kind="stable")  # NaN comes last, ties stay by code
    return known(np.argsort(order, axis=1) < count, ranked)


def best_share(scores: np.ndarray, members: np.ndarray, share: float) -> np.ndarray:
    """Like ``best``, for a share of the members ranked, rounded up."""
    ranked = (members & ~np.isnan(scores)).sum(axis=1, keepdims=True)
    return best(scores, members, np.ceil(share * ranked))


def previous(panel: np.ndarray) -> np.ndarray:
    """The values of the day before; NaN on the first day."""
    return np.vstack([np.full((1, panel.shape[1]), np.nan), panel[:-1]])


def has_fallen(panel: np.ndarray, days: int) -> np.ndarray:
    """Where a panel has fallen from day to day for a number of days running."""
    before = previous(panel)
    return all_days(known(panel < before, panel, before), days)


def has_risen(panel: np.ndarray, days: int) -> np.ndarray:
    """Where a panel has risen from day to day for a number of days running."""
    before = previous(panel)
    return all_days(known(panel > before, panel, before), days)


def all_of(*conditions: np.ndarray) -> np.ndarray:
    """False where any is false, else unknown where any is unknown, else true."""
    values = np.stack(conditions)
    return np.where((values == 0).any(axis=0), 0.0, values.prod(axis=0))


def within(panel: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Where low <= panel <= high; false where one side fails, else unknown without a value."""
    low, high = np.broadcast_to(low, panel.shape), np.broadcast_to(high, panel.shape)
    return all_of(known(panel >= low, panel, low), known(panel <= high, panel, high))


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
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
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
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
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.average_price: dict[str, float] = {}
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

        # Compare
        compare = known(average > self.compare_value, average)

        # Falling
        falling = has_fallen(average, self.falling_days)

        # 动量
        period_return = self.panel(features["period_return"])

        # Between
        between = within(period_return, self.between_low_value, self.between_high_value)

        # Bottom n
        bottom_n = best(-period_return, self.members, self.bottom_n_count)

        # Bottom quantile
        bottom_quantile = best_share(-period_return, self.members, self.bottom_quantile_fraction)

        # Inside
        inside = within(average, period_return, self.inside_high_value)

        # Compare
        compare_2 = known(period_return > self.compare_2_value, period_return)

        # Rising
        rising = has_risen(average, self.rising_days)

        # Top n
        top_n = best(period_return, self.members, self.top_n_count)

        # Lasting
        lasting = all_days(top_n, self.lasting_days)

        # Top quantile
        top_quantile = best_share(period_return, self.members, self.top_quantile_fraction)

        # Any of (or)
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

        # Buy
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

        # Stop loss by percentage
        if close <= average_price * (1 - self.stop_loss_percent_percent):
            return "STOP_LOSS", NODES["stop_loss_percent"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """The codes to buy today, best first, no more than there are free slots."""
        marked = self.entry[self.row] & self.members[self.row] & (self.close[self.row] > 0)
        chosen: list[str] = []
        for column in np.flatnonzero(marked):
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["buy"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Equal weight
        return {code: account / self.equal_weight_max_positions for code in codes}

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
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


# The block of tests/golden/main_block.txt stands here.

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
