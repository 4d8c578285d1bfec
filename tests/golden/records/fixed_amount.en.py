"""Buys on Crosses above; sells on Crosses below.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by code:
- Buy: Crosses above

A holding is sold for the first of these reasons:
- Stop loss in money: at its close it has lost 1500.0 or more against its average fill price
- Trailing stop: its close is at least 8% below the highest since it was bought
- Trailing stop profit: once its close was 15% above its average fill price, its close is at least
  4% below the highest since it was bought
- Sell: Crosses below
- it has left the pool

Size of a holding:
- Fixed amount: 20000.0 in money each, at most 10 holdings, rebalanced every 10 trading days

Limits:
- Cap on a day's entries: a day's entries add up to at most 50% of the account
- Cap on exposure: buys leave the holdings at no more than 90% of the account
- Cap on a holding's weight: no holding is bought, or kept on rebalancing, above 25% of the
  account

Where:
- Price field: $close
- Simple moving average: Mean($close,20)
- Crosses below: Price field crosses below Simple moving average
- Crosses above: Price field crosses above Simple moving average
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "crosses_below_2": "down",
    "sell": "leave",
    "crosses_above_2": "up",
    "buy": "enter",
    "fixed_amount": "size",
    "trailing_profit": "gain_trail",
    "stop_loss_amount": "loss",
    "trailing_stop": "trail",
}


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


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        sma_window: int = 20,
        fixed_amount_amount: float = 20000.0,
        fixed_amount_max_positions: int = 10,
        fixed_amount_rebalance_days: int = 10,
        turnover_cap_cap: float = 0.5,
        exposure_cap_cap: float = 0.9,
        trailing_profit_gain: float = 0.15,
        trailing_profit_percent: float = 0.04,
        stop_loss_amount_amount: float = 1500.0,
        trailing_stop_percent: float = 0.08,
        weight_cap_cap: float = 0.25,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.sma_window = sma_window
        self.fixed_amount_amount = fixed_amount_amount
        self.fixed_amount_max_positions = fixed_amount_max_positions
        self.fixed_amount_rebalance_days = fixed_amount_rebalance_days
        self.turnover_cap_cap = turnover_cap_cap
        self.exposure_cap_cap = exposure_cap_cap
        self.trailing_profit_gain = trailing_profit_gain
        self.trailing_profit_percent = trailing_profit_percent
        self.stop_loss_amount_amount = stop_loss_amount_amount
        self.trailing_stop_percent = trailing_stop_percent
        self.weight_cap_cap = weight_cap_cap

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
        self.average_price: dict[str, float] = {}
        self.entry_row: dict[str, int] = {}  # rows of the days of first fills
        self.armed: dict[str, set[str]] = {}  # by code, the nodes that trail its price now
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
                f"Mean($close,{self.sma_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "sma",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Price field
        price = self.close

        # Simple moving average
        sma = self.panel(features["sma"])

        # Crosses below
        crosses_below_2 = crosses_below(price, sma)

        # Sell
        sell = crosses_below_2 == 1

        # Crosses above
        crosses_above_2 = crosses_above(price, sma)

        # Buy
        buy = crosses_above_2 == 1

        self.entry = buy
        self.exit = sell
        self.marks = {
            NODES["crosses_below_2"]: crosses_below_2 == 1,
            NODES["sell"]: sell,
            NODES["crosses_above_2"]: crosses_above_2 == 1,
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
        account = self.account_value(held)
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.fixed_amount_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        targets = self.targets(staying + entries, account)
        targets = self.lowered(targets, account)
        buys = {code: targets[code] / self.price(code) for code in entries}
        buys = self.within_turnover(buys, account)
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["fixed_amount"], False)
        buys = self.within_exposure(buys, account, self.value_left(held, sells))
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
        amount = self.trade_position.get_stock_amount(code)
        first_row = self.entry_row[code]
        top = max(average_price, np.nanmax(self.close[first_row : row + 1, column]))
        armed = self.armed.setdefault(code, set())

        # Stop loss in money
        if (average_price - close) * amount >= self.stop_loss_amount_amount:
            return "STOP_LOSS", NODES["stop_loss_amount"]

        # Trailing stop
        if close <= top * (1 - self.trailing_stop_percent):
            return "STOP_LOSS", NODES["trailing_stop"]

        # Trailing stop profit
        if close >= average_price * (1 + self.trailing_profit_gain):
            armed.add(NODES["trailing_profit"])
        level = top * (1 - self.trailing_profit_percent)
        if NODES["trailing_profit"] in armed and close <= level:
            return "STOP_PROFIT", NODES["trailing_profit"]

        # Sell
        if self.marks[NODES["sell"]][row, column]:
            return "SIGNAL", NODES["sell"]

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
                self.plan[code] = ("SIGNAL", NODES["buy"], False)
        return chosen

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Fixed amount
        return {code: self.fixed_amount_amount for code in codes}

    def lowered(self, targets: dict[str, float], account: float) -> dict[str, float]:
        """Targets, none above what a holding may be worth at most."""
        # Cap on a holding's weight
        most = account * self.weight_cap_cap
        targets = {code: min(target, most) for code, target in targets.items()}
        return targets

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.fixed_amount_rebalance_days
        step = self.trade_calendar.get_trade_step()
        if every == 0 or step == 0 or step % every != 0:
            return {}
        gaps = {}
        for code in staying:
            gap = targets[code] / self.price(code) - self.trade_position.get_stock_amount(code)
            if gap != 0 and self.can_trade(code, OrderDir.SELL if gap < 0 else OrderDir.BUY):
                gaps[code] = gap
        return gaps

    def within_turnover(self, buys: dict[str, float], account: float) -> dict[str, float]:
        """Cuts a day's entries, best first, to what may be bought on one day."""
        # Cap on a day's entries
        buys = self.trimmed(account * self.turnover_cap_cap, buys)
        return buys

    def within_exposure(
        self, buys: dict[str, float], account: float, held_value: float
    ) -> dict[str, float]:
        """Cuts buys, entries first, so that holdings stay within a share of the account."""
        # Cap on exposure
        buys = self.trimmed(account * self.exposure_cap_cap - held_value, buys)
        return buys

    def trimmed(self, room: float, buys: dict[str, float]) -> dict[str, float]:
        """Cuts buys, in their order, to what ``room`` pays for at the last closes."""
        allowed = {}
        for code, amount in buys.items():
            amount = min(amount, room / self.price(code))
            if amount > 0:
                allowed[code] = amount
                room -= amount * self.price(code)
        return allowed

    def account_value(self, held: list[str]) -> float:
        """Cash and holdings at their last closes, added by code."""
        position = self.trade_position
        values = [position.get_stock_amount(code) * self.price(code) for code in held]
        return position.get_cash() + sum(values)

    def value_left(self, held: list[str], sells: dict[str, float]) -> float:
        """What the holdings are worth at their last closes after the day's sells."""
        position = self.trade_position
        amounts = {code: position.get_stock_amount(code) - sells.get(code, 0) for code in held}
        return sum(amount * self.price(code) for code, amount in amounts.items())

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
                self.armed.pop(order.stock_id, None)

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

# The flow that this file was made from, as JSON; SHA-256 97b685a9e5bb7cd9242d93116ae01afbf6b371e15442f4399078c150ca42318f
# | {"edges":[{"source":"close","source_handle":"value","target":"down","target_handle":"left"},
# | {"source":"mean","source_handle":"value","target":"down","target_handle":"right"},{"source":
# | "up","source_handle":"result","target":"enter","target_handle":"condition"},{"source":"size"
# | ,"source_handle":"position","target":"entries","target_handle":"position"},{"source":"size",
# | "source_handle":"position","target":"exposure","target_handle":"position"},{"source":"size",
# | "source_handle":"position","target":"gain_trail","target_handle":"position"},{"source":"down
# | ","source_handle":"result","target":"leave","target_handle":"condition"},{"source":"size","s
# | ource_handle":"position","target":"loss","target_handle":"position"},{"source":"enter","sour
# | ce_handle":"signal","target":"size","target_handle":"entry"},{"source":"leave","source_handl
# | e":"signal","target":"size","target_handle":"exit"},{"source":"size","source_handle":"positi
# | on","target":"trail","target_handle":"position"},{"source":"close","source_handle":"value","
# | target":"up","target_handle":"left"},{"source":"mean","source_handle":"value","target":"up",
# | "target_handle":"right"},{"source":"size","source_handle":"position","target":"weights","tar
# | get_handle":"position"}],"nodes":[{"id":"close","parameters":{"field":"close"},"template_id"
# | :"d91c53c7-f3e9-53da-911c-8974ea4da007","template_name":"price","template_version":"1.0.0","
# | type":"INDICATOR"},{"id":"down","parameters":{},"template_id":"b1b6b366-7002-57da-b783-5f5db
# | 389901a","template_name":"crosses_below","template_version":"1.0.0","type":"CONDITION"},{"id
# | ":"enter","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_nam
# | e":"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"entries","parameters":{"cap":0.5
# | },"template_id":"572cbe1d-ff6e-5d1f-8bfa-7091faad7ea3","template_name":"turnover_cap","templ
# | ate_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"exposure","parameters":{"cap":0.9},"te
# | mplate_id":"3ae29c99-21ba-5486-8ba1-330d20b81974","template_name":"exposure_cap","template_v
# | ersion":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"gain_trail","parameters":{"gain":0.15,"perc
# | ent":0.04},"template_id":"c1e3c5ae-b712-57ef-80e9-cb49c4f0d531","template_name":"trailing_pr
# | ofit","template_version":"1.0.0","type":"STOP_PROFIT"},{"id":"leave","parameters":{},"templa
# | te_id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.0
# | .0","type":"SIGNAL"},{"id":"loss","parameters":{"amount":1500.0},"template_id":"c30a13b5-22d
# | 0-5a7c-9c3f-4679eb2e64a7","template_name":"stop_loss_amount","template_version":"1.0.0","typ
# | e":"STOP_LOSS"},{"id":"mean","parameters":{"field":"close","window":20},"template_id":"e1e40
# | fa6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"1.0.0","type":"IN
# | DICATOR"},{"id":"size","parameters":{"amount":20000.0,"max_positions":10,"rebalance_days":10
# | },"template_id":"b3b44238-f437-5543-a220-e9b8a27adfcd","template_name":"fixed_amount","templ
# | ate_version":"1.0.0","type":"POSITION"},{"id":"trail","parameters":{"percent":0.08},"templat
# | e_id":"dc2e5694-1f5b-5fa0-a624-d522013d2ad8","template_name":"trailing_stop","template_versi
# | on":"1.0.0","type":"STOP_LOSS"},{"id":"up","parameters":{},"template_id":"21d660d4-420f-564f
# | -a0a7-57b304eda396","template_name":"crosses_above","template_version":"1.0.0","type":"CONDI
# | TION"},{"id":"weights","parameters":{"cap":0.25},"template_id":"3d5fc133-2931-543f-ba1e-5029
# | 4d14e03e","template_name":"weight_cap","template_version":"1.0.0","type":"RISK_MANAGEMENT"}]
# | }
