"""A trading strategy, drawn as a logic flow.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by score, then by code:
- 5-day entry: A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
- Buy: A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,..., ranked by
  A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
- Buy: A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,..., ranked by
  import

A holding is sold for the first of these reasons:
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: its close is at
  least 8% below its average fill price
- Stop: its close is at least 3% below its average fill price
- Stop: its close is at least 6% above its average fill price
- Sell: type: ignore
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: Not
- it has left the pool

Size of a holding:
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: 1/7 of the
  account each, at most 7 holdings, rebalanced every 5 trading days

Where:
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: Exponential
  moving average, EMA($close,3)
- Close: Price field, $close
- noqa: Close >= -1e-07
- type: ignore: Close crosses below 5.0
- Not: not noqa
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: Simple moving
  average, Mean(EMA($close,3),8)
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: A label that
  goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,... crosses above A label that
  goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: noqa and Not
  and A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
- A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...: noqa or A label
  that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
- import: Price field, $volume
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "noqa": "dear",
    "type_ignore": "down",
    "negate": "not_dear",
    "sell": "sell_1",
    "a_label_that_goes_on_and_2": "sell_2",
    "a_label_that_goes_on_and_4": "up",
    "a_label_that_goes_on_and_5": "all",
    "a_label_that_goes_on_and_6": "any",
    "buy_5_day_entry": "buy_2",
    "buy": "buy_3",
    "buy_2": "buy_1",
    "a_label_that_goes_on_and_7": "size",
    "a_label_that_goes_on_and_8": "loss_1",
    "stop": "loss_2",
    "stop_2": "profit",
}


def all_of(*conditions: np.ndarray) -> np.ndarray:
    """False where any is false, else unknown where any is unknown, else true."""
    values = np.stack(conditions)
    return np.where((values == 0).any(axis=0), 0.0, values.prod(axis=0))


def any_of(*conditions: np.ndarray) -> np.ndarray:
    """True where any is true, else unknown where any is unknown, else false."""
    values = np.stack(conditions)
    return np.where((values == 1).any(axis=0), 1.0, values.sum(axis=0))


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def previous(panel: np.ndarray) -> np.ndarray:
    """The values of the day before; NaN on the first day."""
    return np.vstack([np.full((1, panel.shape[1]), np.nan), panel[:-1]])


def crosses_above(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Where left rises above right, from not being above it the day before."""
    left_before, right_before = previous(left), previous(right)
    crossed = (left_before <= right_before) & (left > right)
    return known(crossed, left, right, left_before, right_before)


def crosses_below(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Where left falls below right, from not being below it the day before."""
    left_before, right_before = previous(left), previous(right)
    crossed = (left_before >= right_before) & (left < right)
    return known(crossed, left, right, left_before, right_before)


def highest_score(*scores: np.ndarray) -> np.ndarray:
    """The highest of several scores; NaN where there is none."""
    best = scores[0]
    for score in scores[1:]:
        best = np.fmax(best, score)
    return best


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        a_label_that_goes_on_and_window: int = 3,
        noqa_value: float = -1e-07,
        type_ignore_value: float = 5.0,
        a_label_that_goes_on_and_3_window: int = 8,
        a_label_that_goes_on_and_7_max_positions: int = 7,
        a_label_that_goes_on_and_7_rebalance_days: int = 5,
        a_label_that_goes_on_and_8_percent: float = 0.08,
        stop_percent: float = 0.03,
        stop_2_percent: float = 0.06,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.a_label_that_goes_on_and_window = a_label_that_goes_on_and_window
        self.noqa_value = noqa_value
        self.type_ignore_value = type_ignore_value
        self.a_label_that_goes_on_and_3_window = a_label_that_goes_on_and_3_window
        self.a_label_that_goes_on_and_7_max_positions = a_label_that_goes_on_and_7_max_positions
        self.a_label_that_goes_on_and_7_rebalance_days = a_label_that_goes_on_and_7_rebalance_days
        self.a_label_that_goes_on_and_8_percent = a_label_that_goes_on_and_8_percent
        self.stop_percent = stop_percent
        self.stop_2_percent = stop_2_percent

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
                "$volume",
                f"EMA($close,{self.a_label_that_goes_on_and_window:d})",
                # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
                f"Mean(EMA($close,{self.a_label_that_goes_on_and_window:d}),{self.a_label_that_goes_on_and_3_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$volume",
            "a_label_that_goes_on_and",
            "a_label_that_goes_on_and_3",
        ]
        self.close = self.panel(features["$close"])
        self.volume = self.panel(features["$volume"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        a_label_that_goes_on_and = self.panel(features["a_label_that_goes_on_and"])

        # Close
        close = self.close

        # 'noqa'
        noqa = known(close >= self.noqa_value, close)

        # 'type: ignore'
        type_ignore = crosses_below(close, np.full_like(close, self.type_ignore_value))

        # Not
        negate = 1.0 - noqa

        # Sell
        sell = type_ignore == 1

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        a_label_that_goes_on_and_2 = negate == 1

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        a_label_that_goes_on_and_3 = self.panel(features["a_label_that_goes_on_and_3"])

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        a_label_that_goes_on_and_4 = crosses_above(
            a_label_that_goes_on_and,
            a_label_that_goes_on_and_3,
        )

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        a_label_that_goes_on_and_5 = all_of(noqa, negate, a_label_that_goes_on_and_4)

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        a_label_that_goes_on_and_6 = any_of(noqa, a_label_that_goes_on_and_4)

        # 5-day entry
        buy_5_day_entry = a_label_that_goes_on_and_6 == 1

        # Buy
        buy = a_label_that_goes_on_and_6 == 1

        # import
        import_2 = self.volume

        # Buy
        buy_2 = a_label_that_goes_on_and_5 == 1

        self.entry = np.any(
            [
                buy_5_day_entry,
                buy,
                buy_2,
            ],
            axis=0,
        )
        self.exit = np.any(
            [
                sell,
                a_label_that_goes_on_and_2,
            ],
            axis=0,
        )
        self.score = highest_score(
            np.where(buy, a_label_that_goes_on_and_3, np.nan),
            np.where(buy_2, import_2, np.nan),
        )
        self.marks = {
            NODES["noqa"]: noqa == 1,
            NODES["type_ignore"]: type_ignore == 1,
            NODES["negate"]: negate == 1,
            NODES["sell"]: sell,
            NODES["a_label_that_goes_on_and_2"]: a_label_that_goes_on_and_2,
            NODES["a_label_that_goes_on_and_4"]: a_label_that_goes_on_and_4 == 1,
            NODES["a_label_that_goes_on_and_5"]: a_label_that_goes_on_and_5 == 1,
            NODES["a_label_that_goes_on_and_6"]: a_label_that_goes_on_and_6 == 1,
            NODES["buy_5_day_entry"]: buy_5_day_entry,
            NODES["buy"]: buy,
            NODES["buy_2"]: buy_2,
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
        slots = self.a_label_that_goes_on_and_7_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        targets = self.targets(staying + entries, self.account_value(held))
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["a_label_that_goes_on_and_7"], False)
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

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        if close <= average_price * (1 - self.a_label_that_goes_on_and_8_percent):
            return "STOP_LOSS", NODES["a_label_that_goes_on_and_8"]

        # Stop
        if close <= average_price * (1 - self.stop_percent):
            return "STOP_LOSS", NODES["stop"]

        # Stop
        if close >= average_price * (1 + self.stop_2_percent):
            return "STOP_PROFIT", NODES["stop_2"]

        # Sell
        if self.marks[NODES["sell"]][row, column]:
            return "SIGNAL", NODES["sell"]

        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        if self.marks[NODES["a_label_that_goes_on_and_2"]][row, column]:
            return "SIGNAL", NODES["a_label_that_goes_on_and_2"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """The codes to buy today, best first, no more than there are free slots."""
        marked = self.entry[self.row] & ~self.exit[self.row]
        marked &= self.members[self.row] & (self.close[self.row] > 0)
        columns = np.flatnonzero(marked)
        ranks = np.argsort(-self.score[self.row, columns], kind="stable")  # NaN comes last
        chosen: list[str] = []
        for column in columns[ranks]:
            code = self.instruments[column]
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", self.entry_node(code), False)
        return chosen

    def entry_node(self, code: str) -> str:
        """The first buy node that marks an instrument."""
        nodes = [
            NODES["buy_5_day_entry"],
            NODES["buy"],
            NODES["buy_2"],
        ]
        column = self.columns[code]
        return next(node for node in nodes if self.marks[node][self.row, column])

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # A label that goes on and on, with 'quotes', 'more quotes', a /, a . and a ?,...
        return {code: account / self.a_label_that_goes_on_and_7_max_positions for code in codes}

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.a_label_that_goes_on_and_7_rebalance_days
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

# The flow that this file was made from, as JSON; SHA-256 97646c414b5bbebb31e6ed6b95b3d7f9fb9a277f3e6e11e59f593b3236487ada
# | {"edges":[{"source":"dear","source_handle":"result","target":"all","target_handle":"conditio
# | ns"},{"source":"not_dear","source_handle":"result","target":"all","target_handle":"condition
# | s"},{"source":"up","source_handle":"result","target":"all","target_handle":"conditions"},{"s
# | ource":"dear","source_handle":"result","target":"any","target_handle":"conditions"},{"source
# | ":"up","source_handle":"result","target":"any","target_handle":"conditions"},{"source":"all"
# | ,"source_handle":"result","target":"buy_1","target_handle":"condition"},{"source":"volume","
# | source_handle":"value","target":"buy_1","target_handle":"score"},{"source":"any","source_han
# | dle":"result","target":"buy_2","target_handle":"condition"},{"source":"any","source_handle":
# | "result","target":"buy_3","target_handle":"condition"},{"source":"slow","source_handle":"val
# | ue","target":"buy_3","target_handle":"score"},{"source":"price","source_handle":"value","tar
# | get":"dear","target_handle":"left"},{"source":"price","source_handle":"value","target":"down
# | ","target_handle":"left"},{"source":"size","source_handle":"position","target":"loss_1","tar
# | get_handle":"position"},{"source":"size","source_handle":"position","target":"loss_2","targe
# | t_handle":"position"},{"source":"dear","source_handle":"result","target":"not_dear","target_
# | handle":"condition"},{"source":"size","source_handle":"position","target":"profit","target_h
# | andle":"position"},{"source":"down","source_handle":"result","target":"sell_1","target_handl
# | e":"condition"},{"source":"not_dear","source_handle":"result","target":"sell_2","target_hand
# | le":"condition"},{"source":"buy_1","source_handle":"signal","target":"size","target_handle":
# | "entry"},{"source":"buy_2","source_handle":"signal","target":"size","target_handle":"entry"}
# | ,{"source":"buy_3","source_handle":"signal","target":"size","target_handle":"entry"},{"sourc
# | e":"sell_1","source_handle":"signal","target":"size","target_handle":"exit"},{"source":"sell
# | _2","source_handle":"signal","target":"size","target_handle":"exit"},{"source":"fast","sourc
# | e_handle":"value","target":"slow","target_handle":"input"},{"source":"fast","source_handle":
# | "value","target":"up","target_handle":"left"},{"source":"slow","source_handle":"value","targ
# | et":"up","target_handle":"right"}],"nodes":[{"id":"all","label":"A\u0020label\u0020that\u002
# | 0goes\u0020on\u0020and\u0020on,\u0020with\u0020'quotes',\u0020\"more\u0020quotes\",\u0020a\u
# | 0020\\,\u0020a\u0020#\u0020and\u0020a\u0020\u202e,\u0020well\u0020past\u0020what\u0020fits",
# | "parameters":{},"template_id":"a3876253-7ba7-5473-bc98-7ab8dfcce0f1","template_name":"all_of
# | ","template_version":"1.0.0","type":"CONDITION"},{"id":"any","label":"A\u0020label\u0020that
# | \u0020goes\u0020on\u0020and\u0020on,\u0020with\u0020'quotes',\u0020\"more\u0020quotes\",\u00
# | 20a\u0020\\,\u0020a\u0020#\u0020and\u0020a\u0020\u202e,\u0020well\u0020past\u0020what\u0020f
# | its","parameters":{},"template_id":"e4b8a9d4-fd29-5fa7-9f3a-a2c2fa82cb2e","template_name":"a
# | ny_of","template_version":"1.0.0","type":"CONDITION"},{"id":"buy_1","parameters":{},"templat
# | e_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0
# | ","type":"SIGNAL"},{"id":"buy_2","label":"5-day\u0020entry","parameters":{},"template_id":"e
# | a80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"buy","template_version":"1.0.0","type"
# | :"SIGNAL"},{"id":"buy_3","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df
# | ","template_name":"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"dear","label":"no
# | qa","parameters":{"operator":">=","value":-1e-07},"template_id":"21698c91-5fc9-5016-be7b-0b5
# | f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"d
# | own","label":"type:\u0020ignore","parameters":{"value":5.0},"template_id":"b1b6b366-7002-57d
# | a-b783-5f5db389901a","template_name":"crosses_below","template_version":"1.0.0","type":"COND
# | ITION"},{"id":"fast","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u00
# | 20with\u0020'quotes',\u0020\"more\u0020quotes\",\u0020a\u0020\\,\u0020a\u0020#\u0020and\u002
# | 0a\u0020\u202e,\u0020well\u0020past\u0020what\u0020fits","parameters":{"field":"close","wind
# | ow":3},"template_id":"6e649cc5-204e-5775-b0b0-1e7643dc1488","template_name":"ema","template_
# | version":"1.0.0","type":"INDICATOR"},{"id":"loss_1","label":"A\u0020label\u0020that\u0020goe
# | s\u0020on\u0020and\u0020on,\u0020with\u0020'quotes',\u0020\"more\u0020quotes\",\u0020a\u0020
# | \\,\u0020a\u0020#\u0020and\u0020a\u0020\u202e,\u0020well\u0020past\u0020what\u0020fits","par
# | ameters":{"percent":0.08},"template_id":"9039b93b-bc28-5ad4-87a7-8c7a662be4c3","template_nam
# | e":"stop_loss_percent","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"loss_2","label"
# | :"Stop","parameters":{"percent":0.03},"template_id":"9039b93b-bc28-5ad4-87a7-8c7a662be4c3","
# | template_name":"stop_loss_percent","template_version":"1.0.0","type":"STOP_LOSS"},{"id":"not
# | _dear","parameters":{},"template_id":"4de4fc77-60c5-5a24-a1fa-8b68940c32a0","template_name":
# | "negate","template_version":"1.0.0","type":"CONDITION"},{"id":"price","label":"Close","param
# | eters":{"field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name
# | ":"price","template_version":"1.0.0","type":"INDICATOR"},{"id":"profit","label":"Stop","para
# | meters":{"percent":0.06},"template_id":"ddbb3806-cf9a-5473-b29b-0e36ad7b7339","template_name
# | ":"stop_profit_percent","template_version":"1.0.0","type":"STOP_PROFIT"},{"id":"sell_1","par
# | ameters":{},"template_id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","tem
# | plate_version":"1.0.0","type":"SIGNAL"},{"id":"sell_2","label":"A\u0020label\u0020that\u0020
# | goes\u0020on\u0020and\u0020on,\u0020with\u0020'quotes',\u0020\"more\u0020quotes\",\u0020a\u0
# | 020\\,\u0020a\u0020#\u0020and\u0020a\u0020\u202e,\u0020well\u0020past\u0020what\u0020fits","
# | parameters":{},"template_id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","
# | template_version":"1.0.0","type":"SIGNAL"},{"id":"size","label":"A\u0020label\u0020that\u002
# | 0goes\u0020on\u0020and\u0020on,\u0020with\u0020'quotes',\u0020\"more\u0020quotes\",\u0020a\u
# | 0020\\,\u0020a\u0020#\u0020and\u0020a\u0020\u202e,\u0020well\u0020past\u0020what\u0020fits",
# | "parameters":{"max_positions":7,"rebalance_days":5},"template_id":"d912b49f-f2c6-52f5-8b00-2
# | ce5d3192053","template_name":"equal_weight","template_version":"1.0.0","type":"POSITION"},{"
# | id":"slow","label":"A\u0020label\u0020that\u0020goes\u0020on\u0020and\u0020on,\u0020with\u00
# | 20'quotes',\u0020\"more\u0020quotes\",\u0020a\u0020\\,\u0020a\u0020#\u0020and\u0020a\u0020\u
# | 202e,\u0020well\u0020past\u0020what\u0020fits","parameters":{"field":"close","window":8},"te
# | mplate_id":"e1e40fa6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"
# | 1.0.0","type":"INDICATOR"},{"id":"up","label":"A\u0020label\u0020that\u0020goes\u0020on\u002
# | 0and\u0020on,\u0020with\u0020'quotes',\u0020\"more\u0020quotes\",\u0020a\u0020\\,\u0020a\u00
# | 20#\u0020and\u0020a\u0020\u202e,\u0020well\u0020past\u0020what\u0020fits","parameters":{},"t
# | emplate_id":"21d660d4-420f-564f-a0a7-57b304eda396","template_name":"crosses_above","template
# | _version":"1.0.0","type":"CONDITION"},{"id":"volume","label":"import","parameters":{"field":
# | "volume"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"price","temp
# | late_version":"1.0.0","type":"INDICATOR"}]}
