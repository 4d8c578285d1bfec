"""Buys on Calmest tenth, ranked by Calmness; sells on Restless.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by score, then by code:
- Enter: Calmest tenth, ranked by Calmness

A holding is sold for the first of these reasons:
- Leave: Restless
- it has left the pool

Size of a holding:
- Holdings: in proportion to 1 / the deviation of the last 60 daily returns, on average 1/20 of
  the account each, at most 20 holdings, rebalanced every 20 trading days

Limits:
- Largest weight: no holding is bought, or kept on rebalancing, above 10% of the account

Where:
- Volatility: Std($close/Ref($close,1)-1,60)
- Calmest third: among the lowest 33.33% by Volatility
- Calmest tenth: among the lowest 10% by Volatility
- Calmness: Volatility * -1.0
- Restless: not Calmest third
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "calmest_third": "calm",
    "calmest_tenth": "calmest",
    "enter": "enter",
    "restless": "restless",
    "leave": "leave",
    "holdings": "holdings",
}


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
        volatility_window: int = 60,
        calmest_third_fraction: float = 0.3333,
        calmest_tenth_fraction: float = 0.1,
        calmness_value: float = -1.0,
        holdings_max_positions: int = 20,
        holdings_rebalance_days: int = 20,
        holdings_window: int = 60,
        largest_weight_cap: float = 0.1,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.volatility_window = volatility_window
        self.calmest_third_fraction = calmest_third_fraction
        self.calmest_tenth_fraction = calmest_tenth_fraction
        self.calmness_value = calmness_value
        self.holdings_max_positions = holdings_max_positions
        self.holdings_rebalance_days = holdings_rebalance_days
        self.holdings_window = holdings_window
        self.largest_weight_cap = largest_weight_cap

    def reset(self, *args: Any, **kwargs: Any) -> None:
        """Starts a backtest: reads the data and computes every signal for all days at once."""
        super().reset(*args, **kwargs)
        self.fills: list[dict[str, Any]] = []
        self.reports: list[str] = []
        self.plan: dict[str, tuple[str, str, bool]] = {}  # why a code trades today
        self.pending: dict[str, tuple[str, str]] = {}  # exits that could not trade yet, and why
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
                f"Std($close/Ref($close,1)-1,{self.volatility_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "volatility",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Volatility
        volatility = self.panel(features["volatility"])

        # Calmest third
        calmest_third = best_share(-volatility, self.members, self.calmest_third_fraction)

        # Calmest tenth
        calmest_tenth = best_share(-volatility, self.members, self.calmest_tenth_fraction)

        # Calmness
        calmness = volatility * self.calmness_value

        # Enter
        enter = calmest_tenth == 1

        # Restless
        restless = 1.0 - calmest_third

        # Leave
        leave = restless == 1

        # Holdings
        holdings = on_own_bars(return_deviation, self.close, window=self.holdings_window)

        self.entry = enter
        self.exit = leave
        self.score = calmness
        self.panels = {
            NODES["holdings"]: holdings,
        }
        self.marks = {
            NODES["calmest_third"]: calmest_third == 1,
            NODES["calmest_tenth"]: calmest_tenth == 1,
            NODES["enter"]: enter,
            NODES["restless"]: restless == 1,
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
        account = self.account_value(held)
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.holdings_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        kept = [code for code in held if code not in sells]  # late exits count in the sizes
        targets = self.targets(kept + entries, account)
        targets = self.lowered(targets, account)
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
        columns = np.flatnonzero(marked)
        ranks = np.argsort(-self.score[self.row, columns], kind="stable")  # NaN comes last
        chosen: list[str] = []
        for column in columns[ranks]:
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

    def lowered(self, targets: dict[str, float], account: float) -> dict[str, float]:
        """Targets, none above what a holding may be worth at most."""
        # Largest weight
        most = account * self.largest_weight_cap
        targets = {code: min(target, most) for code, target in targets.items()}
        return targets

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
            still_held = self.trade_position.check_stock(order.stock_id)
            if order.direction == OrderDir.SELL and reason != "REBALANCE" and still_held:
                self.pending[order.stock_id] = (reason, node_id)

    def post_upper_level_exe_step(self) -> None:
        """Reports the holdings that have no close on the last day."""
        for code in sorted(self.trade_position.get_stock_list()):
            last = np.flatnonzero(~np.isnan(self.close[:, self.columns[code]]))[-1]
            if last < len(self.days) - 1:
                day = f"{self.days[last]:%Y-%m-%d}"
                self.reports.append(f"{code} has no close after {day}, yet is held to the end.")


# The block of tests/golden/main_block.txt stands here.

# The flow that this file was made from, as JSON; SHA-256 dbcd5ae4445930176bc83f6b8e82a016b831b5e64265438a27ac44ce862794ce
# | {"edges":[{"source":"volatility","source_handle":"value","target":"calm","target_handle":"in
# | put"},{"source":"volatility","source_handle":"value","target":"calmest","target_handle":"inp
# | ut"},{"source":"volatility","source_handle":"value","target":"calmness","target_handle":"lef
# | t"},{"source":"calmest","source_handle":"result","target":"enter","target_handle":"condition
# | "},{"source":"calmness","source_handle":"value","target":"enter","target_handle":"score"},{"
# | source":"enter","source_handle":"signal","target":"holdings","target_handle":"entry"},{"sour
# | ce":"leave","source_handle":"signal","target":"holdings","target_handle":"exit"},{"source":"
# | holdings","source_handle":"position","target":"largest","target_handle":"position"},{"source
# | ":"restless","source_handle":"result","target":"leave","target_handle":"condition"},{"source
# | ":"calm","source_handle":"result","target":"restless","target_handle":"condition"}],"nodes":
# | [{"id":"calm","label":"Calmest\u0020third","parameters":{"fraction":0.3333},"template_id":"5
# | 6a49af2-bcc6-5072-acbd-4113c788d805","template_name":"bottom_quantile","template_version":"1
# | .0.0","type":"CONDITION"},{"id":"calmest","label":"Calmest\u0020tenth","parameters":{"fracti
# | on":0.1},"template_id":"56a49af2-bcc6-5072-acbd-4113c788d805","template_name":"bottom_quanti
# | le","template_version":"1.0.0","type":"CONDITION"},{"id":"calmness","label":"Calmness","para
# | meters":{"operator":"*","value":-1.0},"template_id":"7dd971e6-85ca-59dc-8a39-910d8d2582a5","
# | template_name":"arithmetic","template_version":"1.0.0","type":"INDICATOR"},{"id":"enter","la
# | bel":"Enter","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","template_
# | name":"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"holdings","label":"Holdings",
# | "parameters":{"max_positions":20,"rebalance_days":20,"window":60},"template_id":"533b6da8-b6
# | 43-54d5-bd27-3e411f7c14c3","template_name":"inverse_volatility","template_version":"1.0.0","
# | type":"POSITION"},{"id":"largest","label":"Largest\u0020weight","parameters":{"cap":0.1},"te
# | mplate_id":"3d5fc133-2931-543f-ba1e-50294d14e03e","template_name":"weight_cap","template_ver
# | sion":"1.0.0","type":"RISK_MANAGEMENT"},{"id":"leave","label":"Leave","parameters":{},"templ
# | ate_id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.
# | 0.0","type":"SIGNAL"},{"id":"restless","label":"Restless","parameters":{},"template_id":"4de
# | 4fc77-60c5-5a24-a1fa-8b68940c32a0","template_name":"negate","template_version":"1.0.0","type
# | ":"CONDITION"},{"id":"volatility","parameters":{"field":"close","window":60},"template_id":"
# | 533de06f-6206-5836-ae83-c5f99f481a8b","template_name":"volatility","template_version":"1.0.0
# | ","type":"INDICATOR"}]}
