"""Buys on Confirmed breakout, ranked by Volume ratio.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by score, then by code:
- Enter: Confirmed breakout, ranked by Volume ratio

A holding is sold for the first of these reasons:
- Three ATRs down: its close is at least 3.0 ATR(14) of the day before its first fill below its
  average fill price
- Six ATRs up: its close is at least 6.0 ATR(14) of the day before its first fill above its
  average fill price
- it has left the pool

Size of a holding:
- Holdings: 1/8 of the account each, at most 8 holdings, never rebalanced

Limits:
- Pause after a stop: what a stop sold isn't bought again for 5 trading days after the sale

Where:
- Close: Price field, $close
- Highest of 55 days: Highest of days, Max($high,55)
- Resistance: Value days ago, Ref(Max($high,55),1)
- Breaks out: Close > Resistance
- Usual volume: Simple moving average, Mean($volume,20)
- Volume: Price field, $volume
- Volume ratio: Volume / Usual volume
- Busy day: Volume ratio >= 1.5
- Confirmed breakout: Breaks out and Busy day
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
    "busy_day": "busy",
    "confirmed_breakout": "confirmed",
    "enter": "enter",
    "holdings": "holdings",
    "three_atrs_down": "stop",
    "six_atrs_up": "target",
}


def all_of(*conditions: np.ndarray) -> np.ndarray:
    """False where any is false, else unknown where any is unknown, else true."""
    values = np.stack(conditions)
    return np.where((values == 0).any(axis=0), 0.0, values.prod(axis=0))


def divided(left: np.ndarray, right: np.ndarray | float) -> np.ndarray:
    """Left divided by right; NaN where right is zero."""
    return left / np.where(right == 0, np.nan, right)


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


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        highest_of_55_days_window: int = 55,
        resistance_days: int = 1,
        usual_volume_window: int = 20,
        busy_day_value: float = 1.5,
        holdings_max_positions: int = 8,
        holdings_rebalance_days: int = 0,
        pause_after_a_stop_days: int = 5,
        three_atrs_down_multiple: float = 3.0,
        three_atrs_down_window: int = 14,
        six_atrs_up_multiple: float = 6.0,
        six_atrs_up_window: int = 14,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.highest_of_55_days_window = highest_of_55_days_window
        self.resistance_days = resistance_days
        self.usual_volume_window = usual_volume_window
        self.busy_day_value = busy_day_value
        self.holdings_max_positions = holdings_max_positions
        self.holdings_rebalance_days = holdings_rebalance_days
        self.pause_after_a_stop_days = pause_after_a_stop_days
        self.three_atrs_down_multiple = three_atrs_down_multiple
        self.three_atrs_down_window = three_atrs_down_window
        self.six_atrs_up_multiple = six_atrs_up_multiple
        self.six_atrs_up_window = six_atrs_up_window

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.average_price: dict[str, float] = {}
        self.entry_row: dict[str, int] = {}  # rows of the days of first fills
        self.stop_row: dict[str, int] = {}  # rows of the days on which stops last sold
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
                "$volume",
                # Highest of 55 days
                f"Ref(Max($high,{self.highest_of_55_days_window:d}),{self.resistance_days:d})",
                f"Mean($volume,{self.usual_volume_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "$high",
            "$low",
            "$volume",
            "resistance",
            "usual_volume",
        ]
        self.close = self.panel(features["$close"])
        self.high = self.panel(features["$high"])
        self.low = self.panel(features["$low"])
        self.volume = self.panel(features["$volume"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Close
        close = self.close

        # Resistance
        resistance = self.panel(features["resistance"])

        # Breaks out
        breaks_out = known(close > resistance, close, resistance)

        # Usual volume
        usual_volume = self.panel(features["usual_volume"])

        # Volume
        volume = self.volume

        # Volume ratio
        volume_ratio = divided(volume, usual_volume)

        # Busy day
        busy_day = known(volume_ratio >= self.busy_day_value, volume_ratio)

        # Confirmed breakout
        confirmed_breakout = all_of(breaks_out, busy_day)

        # Enter
        enter = confirmed_breakout == 1

        # Three ATRs down
        three_atrs_down = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.three_atrs_down_window,
        )

        # Six ATRs up
        six_atrs_up = on_own_bars(
            talib.ATR,
            self.high,
            self.low,
            self.close,
            timeperiod=self.six_atrs_up_window,
        )

        self.entry = enter
        self.score = volume_ratio
        self.panels = {
            NODES["three_atrs_down"]: three_atrs_down,
            NODES["six_atrs_up"]: six_atrs_up,
        }
        self.marks = {
            NODES["breaks_out"]: breaks_out == 1,
            NODES["busy_day"]: busy_day == 1,
            NODES["confirmed_breakout"]: confirmed_breakout == 1,
            NODES["enter"]: enter,
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
        targets = self.targets(staying + entries, self.account_value(held))
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

        # Three ATRs down
        atr = self.panels[NODES["three_atrs_down"]][first_row - 1, column]
        if close <= average_price - self.three_atrs_down_multiple * atr:
            return "STOP_LOSS", NODES["three_atrs_down"]

        # Six ATRs up
        atr = self.panels[NODES["six_atrs_up"]][first_row - 1, column]
        if close >= average_price + self.six_atrs_up_multiple * atr:
            return "STOP_PROFIT", NODES["six_atrs_up"]

        if not self.members[row, column]:
            return "LEFT_POOL", ""
        return None

    def entries(self, held: list[str], slots: int) -> list[str]:
        """The codes to buy today, best first, no more than there are free slots."""
        marked = self.entry[self.row] & self.members[self.row] & (self.close[self.row] > 0)
        columns = np.flatnonzero(marked)
        ranks = np.argsort(-self.score[self.row, columns], kind="stable")  # NaN comes last
        chosen: list[str] = []
        for column in columns[ranks]:
            code = self.instruments[column]
            if not self.may_return(code):
                continue
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["enter"], False)
        return chosen

    def may_return(self, code: str) -> bool:
        """Whether a code may be bought again, should a stop have sold it."""
        if code not in self.stop_row:
            return True
        days = self.row + 1 - self.stop_row[code]

        # Pause after a stop
        return days > self.pause_after_a_stop_days

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Holdings
        return {code: account / self.holdings_max_positions for code in codes}

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.holdings_rebalance_days
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
                if reason in ("STOP_LOSS", "STOP_PROFIT"):
                    self.stop_row[order.stock_id] = self.row + 1
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


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 52a7fbe30507fa5ba070d5e2279b3a5b0945adc820bd333b352dd39f5d0b8a2d
# | {"edges":[{"source":"close","source_handle":"value","target":"breaks_out","target_handle":"l
# | eft"},{"source":"resistance","source_handle":"value","target":"breaks_out","target_handle":"
# | right"},{"source":"volume_ratio","source_handle":"value","target":"busy","target_handle":"le
# | ft"},{"source":"breaks_out","source_handle":"result","target":"confirmed","target_handle":"c
# | onditions"},{"source":"busy","source_handle":"result","target":"confirmed","target_handle":"
# | conditions"},{"source":"confirmed","source_handle":"result","target":"enter","target_handle"
# | :"condition"},{"source":"volume_ratio","source_handle":"value","target":"enter","target_hand
# | le":"score"},{"source":"enter","source_handle":"signal","target":"holdings","target_handle":
# | "entry"},{"source":"holdings","source_handle":"position","target":"pause","target_handle":"p
# | osition"},{"source":"high_55","source_handle":"value","target":"resistance","target_handle":
# | "input"},{"source":"holdings","source_handle":"position","target":"stop","target_handle":"po
# | sition"},{"source":"holdings","source_handle":"position","target":"target","target_handle":"
# | position"},{"source":"volume","source_handle":"value","target":"volume_ratio","target_handle
# | ":"left"},{"source":"usual_volume","source_handle":"value","target":"volume_ratio","target_h
# | andle":"right"}],"nodes":[{"id":"breaks_out","label":"Breaks\u0020out","parameters":{"operat
# | or":">"},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","template_name":"compare","tem
# | plate_version":"1.0.0","type":"CONDITION"},{"id":"busy","label":"Busy\u0020day","parameters"
# | :{"operator":">=","value":1.5},"template_id":"21698c91-5fc9-5016-be7b-0b5f1ba008b0","templat
# | e_name":"compare","template_version":"1.0.0","type":"CONDITION"},{"id":"close","label":"Clos
# | e","parameters":{"field":"close"},"template_id":"d91c53c7-f3e9-53da-911c-8974ea4da007","temp
# | late_name":"price","template_version":"1.0.0","type":"INDICATOR"},{"id":"confirmed","label":
# | "Confirmed\u0020breakout","parameters":{},"template_id":"a3876253-7ba7-5473-bc98-7ab8dfcce0f
# | 1","template_name":"all_of","template_version":"1.0.0","type":"CONDITION"},{"id":"enter","la
# | bel":"Enter","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_
# | name":"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"high_55","label":"Highest\u00
# | 20of\u002055\u0020days","parameters":{"field":"high","window":55},"template_id":"99beadd7-5e
# | 51-5182-80da-fe2bcf372a3f","template_name":"highest","template_version":"1.0.0","type":"INDI
# | CATOR"},{"id":"holdings","label":"Holdings","parameters":{"max_positions":8,"rebalance_days"
# | :0},"template_id":"d912b49f-f2c6-52f5-8b00-2ce5d3192053","template_name":"equal_weight","tem
# | plate_version":"1.0.0","type":"POSITION"},{"id":"pause","label":"Pause\u0020after\u0020a\u00
# | 20stop","parameters":{"days":5},"template_id":"907ce9a5-1c81-568c-a3fa-47088c0025c3","templa
# | te_name":"cooldown","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"resistance",
# | "label":"Resistance","parameters":{"days":1,"field":"close"},"template_id":"9662ef20-9b1d-5a
# | 59-9ef1-70fab0c46381","template_name":"lag","template_version":"1.0.0","type":"INDICATOR"},{
# | "id":"stop","label":"Three\u0020ATRs\u0020down","parameters":{"multiple":3.0,"window":14},"t
# | emplate_id":"1cdd1454-6d04-5b82-966e-6101aabc2963","template_name":"atr_stop","template_vers
# | ion":"1.0.0","type":"STOP_LOSS"},{"id":"target","label":"Six\u0020ATRs\u0020up","parameters"
# | :{"multiple":6.0,"window":14},"template_id":"d903fc0e-25e2-5364-9b88-2728a3bb55a2","template
# | _name":"atr_profit","template_version":"1.0.0","type":"STOP_PROFIT"},{"id":"usual_volume","l
# | abel":"Usual\u0020volume","parameters":{"field":"volume","window":20},"template_id":"e1e40fa
# | 6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"1.0.0","type":"INDI
# | CATOR"},{"id":"volume","label":"Volume","parameters":{"field":"volume"},"template_id":"d91c5
# | 3c7-f3e9-53da-911c-8974ea4da007","template_name":"price","template_version":"1.0.0","type":"
# | INDICATOR"},{"id":"volume_ratio","label":"Volume\u0020ratio","parameters":{"operator":"/"},"
# | template_id":"7dd971e6-85ca-59dc-8a39-910d8d2582a5","template_name":"arithmetic","template_v
# | ersion":"1.0.0","type":"INDICATOR"}]}
