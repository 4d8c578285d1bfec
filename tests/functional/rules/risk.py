"""Risk rules."""

from __future__ import annotations

from tests.functional.rules.scenario import Scenario, bars
from tests.support.tiny_market import NAN

HALT = Scenario(
    ("equal_weight", {"max_positions": 1}),
    rules={"drawdown_halt": {"drawdown": 0.1, "days": 3}},
    bars={
        # 100,000 buy 9,995 shares at 10 with their costs, cut to 9,900; cash 950.50. The close of day 2 leaves
        # 85,100.50, more than a tenth below the peak of 100,000: sold on day 3 at 8.5, which leaves 84,974.275.
        "A": bars([10, 10, 8.5, 8.5], buy=[0]),
        # Nothing is bought on days 3 to 5. The BUY of day 5 is filled on day 6: 84,974.275 / 1.0005 / 10 = 8,493, so
        # 8,400; cash 932.275. The peak is 84,974.275 now, so 77,372.275 at 9.1 on day 7 is no drawdown of a tenth of it
        # (76,476.85), though it is one of 100,000; 74,852.275 at 8.8 on day 8 is: sold on day 9.
        "B": bars([10, 10, 10, 10, 10, 10, 10, 9.1, 8.8, 8.8], buy=[2, 3, 4, 5, 8, 9]),
    },
    trades=[
        (1, "A", "BUY", 9900, "SIGNAL", "buy", False),
        (3, "A", "SELL", 9900, "HALT", "drawdown_halt", False),
        (6, "B", "BUY", 8400, "SIGNAL", "buy", False),
        (9, "B", "SELL", 8400, "HALT", "drawdown_halt", False),
    ],
)

HALT_TO_THE_END = Scenario(
    ("equal_weight", {"max_positions": 2, "rebalance_days": 1}),
    rules={"drawdown_halt": {"drawdown": 0.05, "days": 0}},
    bars={
        # 5,000 shares at 10 each (the second cut to 4,900 by its costs); at 8 on day 1 the account is a tenth down. B
        # can't be sold on days 2 and 3; until then nothing is bought, and nothing ever after.
        "A": bars([10, 8, 8], buy=range(12), opens=[10, 10]),
        "B": bars([10, 10, NAN, NAN, 10], buy=range(12)),
    },
    trades=[
        (1, "A", "BUY", 5000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 4900, "SIGNAL", "buy", False),
        (2, "A", "SELL", 5000, "HALT", "drawdown_halt", False),
        (4, "B", "SELL", 4900, "HALT", "drawdown_halt", True),
    ],
)

COOLDOWN = Scenario(
    ("fixed_amount", {"amount": 10000, "max_positions": 5}),
    rules={"cooldown": {"days": 2}, "stop_loss_percent": {"percent": 0.1}},
    bars={
        # Sold by its stop on day 2, so bought again from day 5 on (5 - 2 > 2): 10,000 / 8 = 1,250, cut to 1,200.
        "A": bars([10, 8, 8], buy=range(12), opens=[10, 10]),
        # Its stop is late on day 3: bought again on day 6.
        "B": bars([10, 8, NAN, 8], buy=range(12), opens=[10, 10]),
        # Sold by a signal on day 2: bought again on day 3.
        "C": bars([10], buy=[0, 2], sell=[1]),
    },
    trades=[
        (1, "A", "BUY", 1000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 1000, "SIGNAL", "buy", False),
        (1, "C", "BUY", 1000, "SIGNAL", "buy", False),
        (2, "A", "SELL", 1000, "STOP_LOSS", "stop_loss_percent", False),
        (2, "C", "SELL", 1000, "SIGNAL", "sell", False),
        (3, "B", "SELL", 1000, "STOP_LOSS", "stop_loss_percent", True),
        (3, "C", "BUY", 1000, "SIGNAL", "buy", False),
        (5, "A", "BUY", 1200, "SIGNAL", "buy", False),
        (6, "B", "BUY", 1200, "SIGNAL", "buy", False),
    ],
)

MIN_HOLDING_DAYS = Scenario(
    ("fixed_amount", {"amount": 10000, "max_positions": 5}),
    rules={"min_holding_days": {"days": 3}, "stop_loss_percent": {"percent": 0.1}},
    pool={"A": (0, 11), "B": (0, 11), "C": (0, 1)},
    bars={
        # Bought on day 1; the SELL of days 1 and 2 come too early, that of day 3 is heard on day 4.
        "A": bars([10], buy=[0], sell=[1, 2, 3]),
        # A stop isn't bound, nor is a SELL that isn't repeated kept for later.
        "B": bars([10, 10, 8, 8], buy=[0], sell=[1]),
        # Leaves the pool after day 1, with a SELL too early on the same day.
        "C": bars([10], buy=[0], sell=[2]),
    },
    trades=[
        (1, "A", "BUY", 1000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 1000, "SIGNAL", "buy", False),
        (1, "C", "BUY", 1000, "SIGNAL", "buy", False),
        (3, "B", "SELL", 1000, "STOP_LOSS", "stop_loss_percent", False),
        (3, "C", "SELL", 1000, "LEFT_POOL", "", False),
        (4, "A", "SELL", 1000, "SIGNAL", "sell", False),
    ],
)

WEIGHT_CAP = Scenario(
    ("equal_weight", {"max_positions": 2, "rebalance_days": 3}),
    rules={"weight_cap": {"cap": 0.3}},
    bars={
        # Half of the account each would be 5,000 shares; the cap leaves 3,000. At 20 on day 3 the account is 100,000 -
        # 60,030 + 3,000 x 20 + 30,000 = 129,970, of which 38,991 a holding; so A keeps 1,949.55 shares and sells
        # 1,050.45, and B wants 899.1 more. Lots make that 1,000 and 800.
        "A": bars([10, 10, 15, 20, 20], buy=[0]),
        "B": bars([10], buy=[0]),
    },
    trades=[
        (1, "A", "BUY", 3000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 3000, "SIGNAL", "buy", False),
        (4, "A", "SELL", 1000, "REBALANCE", "size", False),
        (4, "B", "BUY", 800, "REBALANCE", "size", False),
        # Day 7, number 6: 129,970 - costs of 30 and 5 leave 129,935; 38,980.5 each: A 1,949.03 of 2,000, less than a
        # lot of gap; B 3,898.05 of 3,800, likewise.
    ],
)

TURNOVER_CAP = Scenario(
    ("equal_weight", {"max_positions": 4}),
    rules={"turnover_cap": {"cap": 0.375}},
    ranked=True,
    bars={
        # In order of score: B takes its 25,000, A the 12,500 that are left, C nothing and its slot stays empty. On day
        # 2 99,981.50 x 0.375 = 37,493.06 is there again: C takes its 24,995.38 (2,499.5 shares), D 12,497.69 (1,249.8).
        "A": bars([10], buy=[0], score=2.0),
        "B": bars([10], buy=[0], score=3.0),
        "C": bars([10], buy=[0, 1], score=1.0),
        "D": bars([10], buy=[1], score=0.5),
    },
    trades=[
        (1, "B", "BUY", 2500, "SIGNAL", "buy", False),
        (1, "A", "BUY", 1200, "SIGNAL", "buy", False),
        (2, "C", "BUY", 2400, "SIGNAL", "buy", False),
        (2, "D", "BUY", 1200, "SIGNAL", "buy", False),
    ],
)

EXPOSURE_CAP = Scenario(
    ("equal_weight", {"max_positions": 4, "rebalance_days": 4}),
    rules={"exposure_cap": {"cap": 0.625}},
    ranked=True,
    bars={
        # 62,500 may be held: A and B take 25,000 each and C the last 12,500, 1,250 shares, cut to 1,200.
        "A": bars([10, 10, 10, NAN, 10], buy=[0], sell=[2], score=3.0),
        "B": bars([10, 10, 10, 10, 20], buy=[0], score=2.0),
        "C": bars([10], buy=[0], score=1.0),
        # A is to be sold on day 3 and can't, so it counts there: of 62,480.63 in all 62,000 are held; 480.63 buy no
        # lot. On day 4 A leaves, late; 37,000 are held and 25,480.63 are free: D gets its 24,992.25, 2,499.2 shares.
        "D": bars([10], buy=[2, 3], score=1.0),
    },
    trades=[
        (1, "A", "BUY", 2500, "SIGNAL", "buy", False),
        (1, "B", "BUY", 2500, "SIGNAL", "buy", False),
        (1, "C", "BUY", 1200, "SIGNAL", "buy", False),
        (4, "A", "SELL", 2500, "SIGNAL", "sell", True),
        (4, "D", "BUY", 2400, "SIGNAL", "buy", False),
        # Day 5, number 4, rebalances. B closed at 20, so the account is 124,919.50, a quarter 31,229.88 and the cap
        # 78,074.69. B is cut by 938.5 shares and counts at its target: 31,229.88 + 12,000 + 24,000 leave 10,844.81. C
        # wants 19,229.88 and gets these (1,084.5 shares), D wants 7,229.88 and gets nothing.
        (5, "B", "SELL", 900, "REBALANCE", "size", False),
        (5, "C", "BUY", 1000, "REBALANCE", "size", False),
        # Day 9: B is cut by 38.9 shares, less than a lot; 832.81 are free for C, less than a lot as well.
    ],
)

RISK = {
    "halt and restart": HALT,
    "halt to the end": HALT_TO_THE_END,
    "cooldown": COOLDOWN,
    "shortest holding time": MIN_HOLDING_DAYS,
    "cap on the weight": WEIGHT_CAP,
    "cap on a day's entries": TURNOVER_CAP,
    "cap on exposure": EXPOSURE_CAP,
}
