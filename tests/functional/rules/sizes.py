"""Sizing rules."""

from __future__ import annotations

from tests.functional.rules.scenario import Scenario, bars
from tests.support.tiny_market import NAN

FIXED_WEIGHT = Scenario(
    ("fixed_weight", {"weight": 0.6, "max_positions": 3}),
    bars={
        # 6,000 shares leave 39,970 in cash, of which 39,970 / 1.0005 / 10 = 3,995 buy 3,900; what is left, 950.50, buys
        # none of C.
        "A": bars([10], buy=[0]),
        "B": bars([10], buy=[0]),
        "C": bars([10], buy=[0]),
    },
    trades=[
        (1, "A", "BUY", 6000, "SIGNAL", "buy", False),
        (1, "B", "BUY", 3900, "SIGNAL", "buy", False),
    ],
)

FIXED_AMOUNT = Scenario(
    ("fixed_amount", {"amount": 20000, "max_positions": 2, "rebalance_days": 2}),
    bars={
        # 40,000 on day 2, so half is sold on day 3 (number 2), its 10,000 on day 4 doubled on day 5 (number 4).
        "A": bars([10, 10, 20, 20, 10, 10], buy=[0]),
    },
    trades=[
        (1, "A", "BUY", 2000, "SIGNAL", "buy", False),
        (3, "A", "SELL", 1000, "REBALANCE", "size", False),
        (5, "A", "BUY", 1000, "REBALANCE", "size", False),
    ],
)

INVERSE_VOLATILITY = Scenario(
    ("inverse_volatility", {"window": 2, "max_positions": 4, "rebalance_days": 3}),
    bars={
        # On day 2 the last two returns are 10 % and 0 for A, 5 % and 0 for B: deviations as 2 to 1, so shares of 1/3
        # and 2/3 of 2/4 of the account: 16,666.67 / 11 = 1,515.2 and 33,333.33 / 21 = 1,587.3.
        "A": bars([10, 11, 11, 11, 11, 11, 12.1], buy=[2]),
        "B": bars([20, 21, 21, 21, 21, 21, 23.1], buy=[2]),
        # Listed on day 1: one return isn't enough; its slot stays empty. Marked again on day 3 its returns are 0 and 0,
        # a deviation of 0, and it isn't bought either.
        "C": bars([NAN, 10, 10, 10], buy=[2, 3]),
    },
    trades=[
        (3, "A", "BUY", 1500, "SIGNAL", "buy", False),
        (3, "B", "BUY", 1500, "SIGNAL", "buy", False),
        # Day 4, number 3: the last two returns are 0 and 0 for both, so nothing is known and nothing rebalanced.
        # Day 7, number 6: they are 0 and 10 % for both, so 1/4 of 51,976 + 18,150 + 34,650 = 104,776 each, 26,194: A
        # wants 2,164.8 shares, 664.8 more, and B 1,133.9, 366.1 less.
        (7, "B", "SELL", 300, "REBALANCE", "size", False),
        (7, "A", "BUY", 600, "REBALANCE", "size", False),
    ],
)

SCORE_WEIGHTED = Scenario(
    ("score_weighted", {"max_positions": 4, "rebalance_days": 3}),
    bars={
        # S is A, B and C, as D has no score: 3/4 of the account as 3 to 1 to 0, 56,250 and 18,750. C and D are chosen,
        # come to nothing, and leave their slots to nobody: E, behind D by its code, isn't bought.
        "A": bars([10], buy=[0], score=[3, 3, 3, -1]),
        "B": bars([10], buy=[0], score=[1] * 9 + [0]),
        "C": bars([10], buy=[0], score=[-1, NAN]),
        "D": bars([10], buy=[0], score=[NAN, 5]),
        "E": bars([10], buy=[0], score=[NAN, 5]),
    },
    trades=[
        (1, "A", "BUY", 5600, "SIGNAL", "buy", False),
        (1, "B", "BUY", 1800, "SIGNAL", "buy", False),
        # Day 4, number 3: S is A and B, 2/4 of 99,963 as 0 to 1. A is sold to zero, B wants 4,998.2 shares, 3,198.2
        # more.
        (4, "A", "SELL", 5600, "REBALANCE", "size", False),
        (4, "B", "BUY", 3100, "REBALANCE", "size", False),
        # Day 7, number 6: S is B alone, 1/4 of 99,863.50: 2,496.6 shares, 2,403.4 fewer.
        (7, "B", "SELL", 2400, "REBALANCE", "size", False),
        # Day 10, number 9: the scores add up to nothing, so nothing is ordered; B stays.
    ],
)

TOP_K = Scenario(
    ("top_k_dropout", {"k": 2, "n_drop": 1}),
    has_entry=False,
    bars={
        # Day 1: A and B of the four; 5,000 shares each, cut to 4,900 by the cash for B.
        # Day 2: A 4, C 3 (the best of the others), B 1: B drops out for C.
        # Day 3: A 4, B 3 (the best of the others), C without a score is the last. It can't trade, is pending and keeps
        # its slot, so nothing is bought.
        # Day 4: C leaves late. One slot is free, so the two best of the others, B 3 and D 2, are looked at: of A 1, B
        # and D it is A that drops out, and both are bought.
        # Later: the best of the others is A, behind B and D, so that nobody drops out.
        "A": bars([10], score=[4, 4, 4, 1]),
        "B": bars([10], score=[3, 1, 3]),
        "C": bars([10, 10, 10, NAN, 10], score=[2, 3, NAN]),
        "D": bars([10], score=[1, 2]),
    },
    trades=[
        (1, "A", "BUY", 5000, "SIGNAL", "size", False),
        (1, "B", "BUY", 4900, "SIGNAL", "size", False),
        (2, "B", "SELL", 4900, "DROPOUT", "size", False),
        (2, "C", "BUY", 4900, "SIGNAL", "size", False),
        (4, "A", "SELL", 5000, "DROPOUT", "size", False),
        (4, "C", "SELL", 4900, "DROPOUT", "size", True),
        (4, "B", "BUY", 4900, "SIGNAL", "size", False),
        (4, "D", "BUY", 4900, "SIGNAL", "size", False),
    ],
)

TOP_K_MARKED = Scenario(
    ("top_k_dropout", {"k": 1, "n_drop": 1}),
    rules={"min_holding_days": {"days": 2}},
    bars={
        # B is better throughout, but not marked on day 0. Marked on day 1 it would replace A on day 2, which is too
        # young to drop out; on day 3 it is old enough. C is marked too, and never better.
        "A": bars([10], buy=[0], score=2.0),
        "B": bars([10], buy=[1, 2], score=3.0),
        "C": bars([10], buy=range(12), score=1.0),
    },
    trades=[
        (1, "A", "BUY", 9900, "SIGNAL", "buy", False),
        (3, "A", "SELL", 9900, "DROPOUT", "size", False),
        (3, "B", "BUY", 9900, "SIGNAL", "buy", False),
    ],
)

SIZES = {
    "fixed weight": FIXED_WEIGHT,
    "fixed amount": FIXED_AMOUNT,
    "inverse volatility": INVERSE_VOLATILITY,
    "by score": SCORE_WEIGHTED,
    "rotation": TOP_K,
    "rotation among what is marked": TOP_K_MARKED,
}
