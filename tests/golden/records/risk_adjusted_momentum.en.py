"""Buys on Candidates; sells on Fallen behind.

Trades the members of a pool. A day's orders are decided from data up to the close of the day
before and filled at the day's deal price.

Bought is what has one of these marks, by Return per risk, then by code:
- Enter: Candidates

A holding is sold for the first of these reasons:
- Leave: Fallen behind
- it has left the pool

Size of a holding:
- Holdings: in proportion to Return per risk where it is above 0, on average 1/15 of the account
  each, at most 15 holdings, rebalanced every 20 trading days

Where:
- Momentum: Return over days, $close/Ref($close,60)-1
- Volatility: Std($close/Ref($close,1)-1,60)
- Return per risk: Momentum / Volatility
- Still good: among the 40 highest by Return per risk
- Fallen behind: not Still good
- Gaining: Return per risk > 0.0
- Leaders: among the 15 highest by Return per risk
- Candidates: Gaining and Leaders
"""

from typing import Any

import numpy as np
import pandas as pd
from qlib.backtest.decision import Order, OrderDir, TradeDecisionWO
from qlib.data import D
from qlib.strategy.base import BaseStrategy

# The flow's nodes, by their names here.
NODES = {
    "still_good": "followers",
    "fallen_behind": "fallen",
    "gaining": "gaining",
    "leaders": "leaders",
    "candidates": "candidates",
    "enter": "enter",
    "leave": "leave",
    "holdings": "holdings",
}


def all_of(*conditions: np.ndarray) -> np.ndarray:
    """False where any is false, else unknown where any is unknown, else true."""
    values = np.stack(conditions)
    return np.where((values == 0).any(axis=0), 0.0, values.prod(axis=0))


def known(truth: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """1.0 where true, 0.0 where false, NaN (unknown) where any input is missing."""
    return np.where(np.isnan(np.stack(inputs)).any(axis=0), np.nan, truth)


def best(scores: np.ndarray, members: np.ndarray, count: int | np.ndarray) -> np.ndarray:
    """Where an instrument is among the day's best members of the pool; unknown for those not ranked."""
    ranked = np.where(members, scores, np.nan)
    order = np.argsort(-ranked, axis=1, kind="stable")  # NaN comes last, ties stay by code
    return known(np.argsort(order, axis=1) < count, ranked)


def divided(left: np.ndarray, right: np.ndarray | float) -> np.ndarray:
    """Left divided by right; NaN where right is zero."""
    return left / np.where(right == 0, np.nan, right)


def in_proportion(money: float, values: dict[str, float]) -> dict[str, float]:
    """Money split in proportion to values; to nobody where they don't add up to a number above 0."""
    total = sum(values.values())
    if not 0 < total < float("inf"):
        return {}
    return {code: money * value / total for code, value in values.items()}


class FlowStrategy(BaseStrategy):
    """The strategy, with every number of the flow as a keyword argument.

    A backtest leaves its trades in ``fills``, what its reader should know in ``reports``, and in
    ``marks``, by node, where conditions and signals were true (``days`` x ``instruments``).
    """

    def __init__(
        self,
        *,
        pool: str | list[str] = "csi300",
        momentum_days: int = 60,
        volatility_window: int = 60,
        still_good_count: int = 40,
        gaining_value: float = 0.0,
        leaders_count: int = 15,
        holdings_max_positions: int = 15,
        holdings_rebalance_days: int = 20,
        **kwargs: Any,
    ) -> None:
        """``pool`` is the name of a Qlib pool or a list of codes; ``kwargs`` are BaseStrategy's."""
        super().__init__(**kwargs)
        self.pool = pool
        self.momentum_days = momentum_days
        self.volatility_window = volatility_window
        self.still_good_count = still_good_count
        self.gaining_value = gaining_value
        self.leaders_count = leaders_count
        self.holdings_max_positions = holdings_max_positions
        self.holdings_rebalance_days = holdings_rebalance_days

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
                f"$close/Ref($close,{self.momentum_days:d})-1",
                f"Std($close/Ref($close,1)-1,{self.volatility_window:d})",
            ],
            end_time=end,
        )
        features.columns = [
            "$close",
            "momentum",
            "volatility",
        ]
        self.close = self.panel(features["$close"])
        self.last_close = pd.DataFrame(self.close).ffill().to_numpy()
        self.members = self.pool_members()

        # Momentum
        momentum = self.panel(features["momentum"])

        # Volatility
        volatility = self.panel(features["volatility"])

        # Return per risk
        return_per_risk = divided(momentum, volatility)

        # Still good
        still_good = best(return_per_risk, self.members, self.still_good_count)

        # Fallen behind
        fallen_behind = 1.0 - still_good

        # Gaining
        gaining = known(return_per_risk > self.gaining_value, return_per_risk)

        # Leaders
        leaders = best(return_per_risk, self.members, self.leaders_count)

        # Candidates
        candidates = all_of(gaining, leaders)

        # Enter
        enter = candidates == 1

        # Leave
        leave = fallen_behind == 1

        self.entry = enter
        self.exit = leave
        self.score = return_per_risk
        self.panels = {
            NODES["holdings"]: return_per_risk,
        }
        self.marks = {
            NODES["still_good"]: still_good == 1,
            NODES["fallen_behind"]: fallen_behind == 1,
            NODES["gaining"]: gaining == 1,
            NODES["leaders"]: leaders == 1,
            NODES["candidates"]: candidates == 1,
            NODES["enter"]: enter,
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
        sells = self.exits(held)
        staying = [code for code in held if code not in sells and code not in self.pending]
        slots = self.holdings_max_positions - len(held) + len(sells)
        entries = self.entries(held, slots)
        kept = [code for code in held if code not in sells]  # late exits count in the sizes
        targets = self.targets(kept + entries, self.account_value(held))
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
        scores = self.panels[NODES["holdings"]][self.row]
        values = {code: scores[self.columns[code]] for code in codes}
        known = {code: max(value, 0.0) for code, value in values.items() if not np.isnan(value)}
        money = account * len(known) / self.holdings_max_positions
        return in_proportion(money, known)

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

# The flow that this file was made from, as JSON; SHA-256 4af72cccd0c2f9b5f1fb1312b6c9ee84d09ffba75dd6f468afb0632944774660
# | {"edges":[{"source":"gaining","source_handle":"result","target":"candidates","target_handle"
# | :"conditions"},{"source":"leaders","source_handle":"result","target":"candidates","target_ha
# | ndle":"conditions"},{"source":"candidates","source_handle":"result","target":"enter","target
# | _handle":"condition"},{"source":"followers","source_handle":"result","target":"fallen","targ
# | et_handle":"condition"},{"source":"ratio","source_handle":"value","target":"followers","targ
# | et_handle":"input"},{"source":"ratio","source_handle":"value","target":"gaining","target_han
# | dle":"left"},{"source":"enter","source_handle":"signal","target":"holdings","target_handle":
# | "entry"},{"source":"leave","source_handle":"signal","target":"holdings","target_handle":"exi
# | t"},{"source":"ratio","source_handle":"value","target":"holdings","target_handle":"score"},{
# | "source":"ratio","source_handle":"value","target":"leaders","target_handle":"input"},{"sourc
# | e":"fallen","source_handle":"result","target":"leave","target_handle":"condition"},{"source"
# | :"momentum","source_handle":"value","target":"ratio","target_handle":"left"},{"source":"vola
# | tility","source_handle":"value","target":"ratio","target_handle":"right"}],"nodes":[{"id":"c
# | andidates","label":"Candidates","parameters":{},"template_id":"a3876253-7ba7-5473-bc98-7ab8d
# | fcce0f1","template_name":"all_of","template_version":"1.0.0","type":"CONDITION"},{"id":"ente
# | r","label":"Enter","parameters":{},"template_id":"ea80bf4d-2cc0-503f-a51a-a858557c97df","tem
# | plate_name":"buy","template_version":"1.0.0","type":"SIGNAL"},{"id":"fallen","label":"Fallen
# | \u0020behind","parameters":{},"template_id":"4de4fc77-60c5-5a24-a1fa-8b68940c32a0","template
# | _name":"negate","template_version":"1.0.0","type":"CONDITION"},{"id":"followers","label":"St
# | ill\u0020good","parameters":{"count":40},"template_id":"8a43e0f4-385b-5e61-b04e-be92ffd079aa
# | ","template_name":"top_n","template_version":"1.0.0","type":"CONDITION"},{"id":"gaining","la
# | bel":"Gaining","parameters":{"operator":">","value":0.0},"template_id":"21698c91-5fc9-5016-b
# | e7b-0b5f1ba008b0","template_name":"compare","template_version":"1.0.0","type":"CONDITION"},{
# | "id":"holdings","label":"Holdings","parameters":{"max_positions":15,"rebalance_days":20},"te
# | mplate_id":"47b87196-93cf-576b-be41-13c70c1d18f7","template_name":"score_weighted","template
# | _version":"1.0.0","type":"POSITION"},{"id":"leaders","label":"Leaders","parameters":{"count"
# | :15},"template_id":"8a43e0f4-385b-5e61-b04e-be92ffd079aa","template_name":"top_n","template_
# | version":"1.0.0","type":"CONDITION"},{"id":"leave","label":"Leave","parameters":{},"template
# | _id":"9521559d-029f-52b8-b2ef-58ccaa9c2184","template_name":"sell","template_version":"1.0.0
# | ","type":"SIGNAL"},{"id":"momentum","label":"Momentum","parameters":{"days":60,"field":"clos
# | e"},"template_id":"a96d7ed5-4944-5450-8e46-598c3076a5be","template_name":"period_return","te
# | mplate_version":"1.0.0","type":"INDICATOR"},{"id":"ratio","label":"Return\u0020per\u0020risk
# | ","parameters":{"operator":"/"},"template_id":"7dd971e6-85ca-59dc-8a39-910d8d2582a5","templa
# | te_name":"arithmetic","template_version":"1.0.0","type":"INDICATOR"},{"id":"volatility","par
# | ameters":{"field":"close","window":60},"template_id":"533de06f-6206-5836-ae83-c5f99f481a8b",
# | "template_name":"volatility","template_version":"1.0.0","type":"INDICATOR"}]}
