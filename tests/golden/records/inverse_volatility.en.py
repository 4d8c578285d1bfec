"""Buys on Crosses above; sells on Crosses below.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by code:
- Buy: Crosses above

A holding is sold for the first of these reasons:
- Stop loss by percentage: its close is at least 10% below its average fill price
- Sell: Crosses below
- it has left the pool

Size of a holding:
- Inverse volatility: in proportion to 1 / the deviation of the last 30 daily returns, on average
  1/8 of the account each, at most 8 holdings, rebalanced every 5 trading days

Limits:
- Cooldown after a stop: what a stop sold isn't bought again for 7 trading days after the sale
- Shortest holding time: signals and dropping out sell a holding from 3 trading days after its
  first fill on

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
    "inverse_volatility": "size",
    "stop_loss_percent": "stop",
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


def in_proportion(money: float, values: dict[str, float]) -> dict[str, float]:
    """Money split in proportion to values; to nobody where they don't add up to a number above 0."""
    total = sum(values.values())
    if not 0 < total < float("inf"):
        return {}
    return {code: money * value / total for code, value in values.items()}


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
        sma_window: int = 20,
        inverse_volatility_max_positions: int = 8,
        inverse_volatility_rebalance_days: int = 5,
        inverse_volatility_window: int = 30,
        cooldown_days: int = 7,
        stop_loss_percent_percent: float = 0.1,
        min_holding_days_days: int = 3,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.sma_window = sma_window
        self.inverse_volatility_max_positions = inverse_volatility_max_positions
        self.inverse_volatility_rebalance_days = inverse_volatility_rebalance_days
        self.inverse_volatility_window = inverse_volatility_window
        self.cooldown_days = cooldown_days
        self.stop_loss_percent_percent = stop_loss_percent_percent
        self.min_holding_days_days = min_holding_days_days

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

        # Inverse volatility
        inverse_volatility = on_own_bars(
            return_deviation,
            self.close,
            window=self.inverse_volatility_window,
        )

        self.entry = buy
        self.exit = sell
        self.panels = {
            NODES["inverse_volatility"]: inverse_volatility,
        }
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
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.inverse_volatility_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        kept = [code for code in held if code not in sells]  # late exits count in the sizes
        targets = self.targets(kept + entries, self.account_value(held))
        entries = [code for code in entries if targets.get(code, 0) > 0]
        buys = {code: targets[code] / self.price(code) for code in entries}
        for code, gap in self.gaps(staying, targets).items():
            (sells if gap < 0 else buys)[code] = abs(gap)
            self.plan[code] = ("REBALANCE", NODES["inverse_volatility"], False)
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

        left_pool = None if self.members[row, column] else ("LEFT_POOL", "")
        if not self.hears_signals(code):
            return left_pool

        # Sell
        if self.marks[NODES["sell"]][row, column]:
            return "SIGNAL", NODES["sell"]

        return left_pool

    def hears_signals(self, code: str) -> bool:
        """Whether a holding is old enough to be sold by a signal or by dropping out."""
        days_held = self.row + 1 - self.entry_row[code]

        # Shortest holding time
        return days_held >= self.min_holding_days_days

    def entries(self, held: list[str], slots: int) -> list[str]:
        """The codes to buy today, best first, no more than there are free slots."""
        marked = self.entry[self.row] & ~self.exit[self.row]
        marked &= self.members[self.row] & (self.close[self.row] > 0)
        chosen: list[str] = []
        for column in np.flatnonzero(marked):
            code = self.instruments[column]
            if not self.may_return(code):
                continue
            if len(chosen) < slots and code not in held and self.can_trade(code, OrderDir.BUY):
                chosen.append(code)
                self.plan[code] = ("SIGNAL", NODES["buy"], False)
        return chosen

    def may_return(self, code: str) -> bool:
        """Whether a code may be bought again, should a stop have sold it."""
        if code not in self.stop_row:
            return True
        days = self.row + 1 - self.stop_row[code]

        # Cooldown after a stop
        return days > self.cooldown_days

    def targets(self, codes: list[str], account: float) -> dict[str, float]:
        """What each code should be worth."""
        # Inverse volatility
        deviations = self.panels[NODES["inverse_volatility"]][self.row]
        values = {code: deviations[self.columns[code]] for code in codes}
        calm = {code: 1 / value for code, value in values.items() if value > 0}
        money = account * len(calm) / self.inverse_volatility_max_positions
        return in_proportion(money, calm)

    def gaps(self, staying: list[str], targets: dict[str, float]) -> dict[str, float]:
        """On a rebalancing day, by how much each holding misses its target, where it can trade."""
        every = self.inverse_volatility_rebalance_days
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

# The flow that this file was made from, as JSON; SHA-256 b1f2b4f484ce8928964769215134ea2c117ab39983c7cfa89b1c547834589709
# | {"edges":[{"source":"close","source_handle":"value","target":"down","target_handle":"left"},
# | {"source":"mean","source_handle":"value","target":"down","target_handle":"right"},{"source":
# | "up","source_handle":"result","target":"enter","target_handle":"condition"},{"source":"down"
# | ,"source_handle":"result","target":"leave","target_handle":"condition"},{"source":"size","so
# | urce_handle":"position","target":"rest","target_handle":"position"},{"source":"enter","sourc
# | e_handle":"signal","target":"size","target_handle":"entry"},{"source":"leave","source_handle
# | ":"signal","target":"size","target_handle":"exit"},{"source":"size","source_handle":"positio
# | n","target":"stop","target_handle":"position"},{"source":"close","source_handle":"value","ta
# | rget":"up","target_handle":"left"},{"source":"mean","source_handle":"value","target":"up","t
# | arget_handle":"right"},{"source":"size","source_handle":"position","target":"young","target_
# | handle":"position"}],"nodes":[{"id":"close","parameters":{"field":"close"},"template_id":"d9
# | 1c53c7-f3e9-53da-911c-8974ea4da007","template_name":"price","template_version":"1.0.0","type
# | ":"INDICATOR"},{"id":"down","parameters":{},"template_id":"b1b6b366-7002-57da-b783-5f5db3899
# | 01a","template_name":"crosses_below","template_version":"1.0.0","type":"CONDITION"},{"id":"e
# | nter","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_name":"
# | buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"leave","parameters":{},"template_id"
# | :"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.0.0","t
# | ype":"SIGNAL"},{"id":"mean","parameters":{"field":"close","window":20},"template_id":"e1e40f
# | a6-4dad-551e-b502-4b23952cb9c9","template_name":"sma","template_version":"1.0.0","type":"IND
# | ICATOR"},{"id":"rest","parameters":{"days":7},"template_id":"907ce9a5-1c81-568c-a3fa-47088c0
# | 025c3","template_name":"cooldown","template_version":"1.0.0","type":"RISK_MANAGEMENT"},{"id"
# | :"size","parameters":{"max_positions":8,"rebalance_days":5,"window":30},"template_id":"533b6
# | da8-b643-54d5-bd27-3e411f7c14c3","template_name":"inverse_volatility","template_version":"1.
# | 0.0","type":"POSITION"},{"id":"stop","parameters":{"percent":0.1},"template_id":"9039b93b-bc
# | 28-5ad4-87a7-8c7a662be4c3","template_name":"stop_loss_percent","template_version":"1.0.0","t
# | ype":"STOP_LOSS"},{"id":"up","parameters":{},"template_id":"21d660d4-420f-564f-a0a7-57b304ed
# | a396","template_name":"crosses_above","template_version":"1.0.0","type":"CONDITION"},{"id":"
# | young","parameters":{"days":3},"template_id":"d7bcd392-4266-5746-b127-a25a0353ff5c","templat
# | e_name":"min_holding_days","template_version":"1.0.0","type":"RISK_MANAGEMENT"}]}
