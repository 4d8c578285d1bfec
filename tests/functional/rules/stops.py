"""Stops, each on holdings of 20,000 in money at a fill price of 10, so of 2,000 shares."""

from __future__ import annotations

from tests.functional.rules.scenario import Bars, Scenario, bars
from tests.support.tiny_market import NAN

_SIZE = ("fixed_amount", {"amount": 20000, "max_positions": 5})

TRAILING_STOP = Scenario(
    _SIZE,
    rules={"trailing_stop": {"percent": 0.125}},
    bars={
        # Top 12 (close of day 2); 12 x 0.875 = 10.5 isn't reached on day 3, is on day 4. Bought anew at 8 on day 6: its
        # top is 8 again, and 8 x 0.875 = 7 is reached on day 8.
        "A": bars([10, 11, 12, 10.6, 10.4, 8, 8, 7.5, 7, 7], buy=[0, 5], opens=[10, 10]),
        # All closes lie below the fill price of 10, which is then the top; 8.75 is reached, bound included, on day 2.
        "B": bars([10, 9, 8.75, 8.75], buy=[0], opens=[10, 10]),
    },
    trades=[
        (1, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 2000, "SIGNAL", "buy", False),
        (3, "B", "SELL", 2000, "STOP_LOSS", "trailing_stop", False),
        (5, "A", "SELL", 2000, "STOP_LOSS", "trailing_stop", False),
        (6, "A", "BUY", 2500, "SIGNAL", "buy", False),
        (9, "A", "SELL", 2500, "STOP_LOSS", "trailing_stop", False),
    ],
)

_WIDE: Bars = {"high": [10.5] * 4, "low": [9.5] * 4}

ATR = Scenario(
    _SIZE,
    rules={"atr_stop": {"multiple": 2, "window": 2}, "atr_profit": {"multiple": 1, "window": 2}},
    bars={
        # True ranges of 1 on days 1 to 3, so ATR(2) = 1 on day 3, the day before the first fill; the stop lies at 8 and
        # stays there, wide as the later days are. 8 is reached on day 6.
        "A": bars([10, 10, 10, 10, 9, 8.5, 8, 8], buy=[3], opens=[10] * 5, fields=_WIDE),
        # The profit lies at 11, reached on day 5.
        "B": bars([10, 10, 10, 10, 10.9, 11, 11], buy=[3], opens=[10] * 5, fields=_WIDE),
        # On day 0 there is no ATR yet: no level at all, whatever it loses.
        "C": bars([10, 10, 10, 10, 5, 5], buy=[0], fields=_WIDE),
    },
    trades=[
        (1, "C", "BUY", 2000, "SIGNAL", "buy", False),
        (4, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (4, "B", "BUY", 2000, "SIGNAL", "buy", False),
        (6, "B", "SELL", 2000, "STOP_PROFIT", "atr_profit", False),
        (7, "A", "SELL", 2000, "STOP_LOSS", "atr_stop", False),
    ],
)

BELOW_AVERAGE = Scenario(
    _SIZE,
    rules={"stop_below_average": {"window": 3}},
    bars={
        # Averages of three: 10.1 on day 3 (close 10.3), 10.1 on day 4 (close 10).
        "A": bars([10, 10, 10, 10.3, 10, 10], buy=[2], opens=[10] * 4),
        # Suspended on day 4; its own last bars on day 5 are 10, 10.3, 9.9, their average 10.07.
        "B": bars([10, 10, 10, 10.3, NAN, 9.9, 9.9], buy=[2], opens=[10] * 4),
        # Equal is not below.
        "C": bars([10, 10, 10, 10], buy=[2]),
        # Falls before it has three bars: nothing to test on day 1; on day 2 the average is 9.
        "D": bars([10, 9, 8, 8], buy=[0], opens=[10, 10]),
    },
    trades=[
        (1, "D", "BUY", 2000, "SIGNAL", "buy", False),
        (3, "D", "SELL", 2000, "STOP_LOSS", "stop_below_average", False),
        (3, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (3, "B", "BUY", 2000, "SIGNAL", "buy", False),
        (3, "C", "BUY", 2000, "SIGNAL", "buy", False),
        (5, "A", "SELL", 2000, "STOP_LOSS", "stop_below_average", False),
        (6, "B", "SELL", 2000, "STOP_LOSS", "stop_below_average", False),
    ],
)

MAX_HOLDING_DAYS = Scenario(
    _SIZE,
    rules={"max_holding_days": {"days": 3}},
    bars={
        # First fill on day 1, sold on day 4, though it is marked BUY then; bought again on day 5, sold on day 8.
        "A": bars([10], buy=[0, 3, 4]),
        # Suspended on days 3 and 4: these count, and the sale is late on day 5. The SELL of day 2 comes first for C.
        "B": bars([10, 10, 10, NAN, NAN, 10], buy=[0]),
        "C": bars([10], buy=[0], sell=[2]),
    },
    trades=[
        (1, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 2000, "SIGNAL", "buy", False),
        (1, "C", "BUY", 2000, "SIGNAL", "buy", False),
        (3, "C", "SELL", 2000, "SIGNAL", "sell", False),
        (4, "A", "SELL", 2000, "STOP_LOSS", "max_holding_days", False),
        (5, "B", "SELL", 2000, "STOP_LOSS", "max_holding_days", True),
        (5, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (8, "A", "SELL", 2000, "STOP_LOSS", "max_holding_days", False),
    ],
)

LOSS_IN_MONEY = Scenario(
    _SIZE,
    rules={"stop_loss_amount": {"amount": 1000}},
    bars={
        # 0.5 x 2,000 = 1,000 on day 2, bound included.
        "A": bars([10, 9.75, 9.5, 9.5], buy=[0], opens=[10, 10]),
        # Gaps up to 20 at the fill: 20,000 / 10 = 2,000 shares at 20 are 40,000; 1 x 2,000 is lost on day 1 already.
        "B": bars([10, 19, 19], buy=[0], opens=[10, 20]),
    },
    trades=[
        (1, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 2000, "SIGNAL", "buy", False),
        (2, "B", "SELL", 2000, "STOP_LOSS", "stop_loss_amount", False),
        (3, "A", "SELL", 2000, "STOP_LOSS", "stop_loss_amount", False),
    ],
)

TRAILING_PROFIT = Scenario(
    _SIZE,
    rules={"trailing_profit": {"gain": 0.125, "percent": 0.0625}},
    bars={
        # Falls by 7 % unarmed on day 2. Armed by 11.25 on day 3, and still so at 11 on day 4 below the arming level;
        # top 12 on day 5, of which 11.25 is reached on day 6. Its open of day 7 is lower still: it is sold at a loss.
        "A": bars([10, 10.75, 10, 11.25, 11, 12, 11.25, 9.5], buy=[0], opens=[10, 10]),
        # Never gains enough, and may fall as it likes.
        "B": bars([10, 11.2, 8, 8], buy=[0], opens=[10, 10]),
        # Armed by the close of the day of its first fill.
        "C": bars([10, 12, 11, 11], buy=[0], opens=[10, 10]),
    },
    trades=[
        (1, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 2000, "SIGNAL", "buy", False),
        (1, "C", "BUY", 2000, "SIGNAL", "buy", False),
        (3, "C", "SELL", 2000, "STOP_PROFIT", "trailing_profit", False),
        (7, "A", "SELL", 2000, "STOP_PROFIT", "trailing_profit", False),
    ],
)

PENDING = Scenario(
    _SIZE,
    rules={"stop_loss_percent": {"percent": 0.1}, "stop_profit_percent": {"percent": 0.5}},
    bars={
        # The stop of day 2 can't sell on days 3 and 4, which have no open. Neither their profits nor the SELL of day 4
        # change the reason, and the BUY of day 3 doesn't take the sale back.
        "A": bars([10, 10, 9, 20, 20, 20], buy=[0, 3, 5], sell=[4, 6], opens=[10, 10, 9, NAN, NAN]),
    },
    trades=[
        (1, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (5, "A", "SELL", 2000, "STOP_LOSS", "stop_loss_percent", True),
        (6, "A", "BUY", 1000, "SIGNAL", "buy", False),
        (7, "A", "SELL", 1000, "SIGNAL", "sell", False),
    ],
)

STOPS = {
    "trailing stop": TRAILING_STOP,
    "ATR stop and profit": ATR,
    "below the average": BELOW_AVERAGE,
    "longest holding time": MAX_HOLDING_DAYS,
    "loss in money": LOSS_IN_MONEY,
    "trailing profit": TRAILING_PROFIT,
    "a pending exit": PENDING,
}
