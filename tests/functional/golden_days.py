"""Eleven trading days written out by hand: two averages (1 and 2 days), two slots, stop loss 5 %, stop profit 10 %.

With a one-day and a two-day average, a rise after no rise crosses above (BUY) and a fall after no fall crosses below
(SELL), so every signal can be read off the closes. Costs: buys 0.05 %, sells 0.15 %, at least 5; lots of 100 raw
shares; capital 100,000; trades at the open.

- A (SH600001): bought on day 2; its close on day 3 is at the stop; suspended on day 4, so the sale waits and is late on
  day 5; bought again on day 9; out of the pool from day 10 on, hence sold on day 11.
- B (SH600002): its BUY of day 1 can't be filled on day 2, which opens limit-up; the next one is filled on day 5, cut to
  the cash; at its profit target on day 6; day 7 opens limit-down, so the sale is late on day 8.
- C (SZ000001): factor 0.5, so its lot is 200 adjusted shares; bought on day 2, sold on the SELL of day 7 on day 8.
"""

from __future__ import annotations

from tests.support.tiny_market import NAN

DAYS = [
    "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10", "2024-01-11",
    "2024-01-12", "2024-01-15", "2024-01-16", "2024-01-17", "2024-01-18",
]  # fmt: skip

A, B, C = "SH600001", "SH600002", "SZ000001"

BARS = {
    A: {
        "open":  [10.00, 10.00, 10.00, 10.00, NAN, 9.00, 9.00, 9.00, 9.00, 9.30, 9.40, 9.60, 9.60],
        "close": [10.00, 10.20, 10.20,  9.50, NAN, 9.00, 9.00, 9.00, 9.20, 9.40, 9.50, 9.60, 9.60],
    },
    B: {
        "open":  [10.00, 10.00, 11.20, 11.00, 10.90, 11.00, 11.30, 11.00, 11.30, 11.50, 11.50, 11.50, 11.50],
        "close": [10.00, 10.20, 11.22, 10.80, 11.00, 11.20, 12.20, 11.50, 11.50, 11.50, 11.50, 11.50, 11.50],
    },
    C: {
        "open":   [5.00, 5.00, 5.10, 5.12, 5.14, 5.16, 5.18, 5.20, 5.15, 5.10, 5.10, 5.10, 5.10],
        "close":  [5.00, 5.10, 5.12, 5.14, 5.16, 5.18, 5.20, 5.10, 5.10, 5.10, 5.10, 5.10, 5.10],
        "factor": [0.5] * 13,
    },
}  # fmt: skip

POOLS = {"csi300": [(A, DAYS[0], DAYS[9]), (B, DAYS[0], DAYS[12]), (C, DAYS[0], DAYS[12])]}

# Day, code, side, price, adjusted amount, cost, reason, late.
TRADES = [
    # Account 100,000, so 50,000 a slot: 50,000 / 10.20 = 4,901.96, cut to 4,900; 49,000 x 0.0005 = 24.50.
    (2, A, "BUY", 10.00, 4900.0, 24.50, "SIGNAL", False),
    # 50,000 / 5.10 = 9,803.92 adjusted = 4,901.96 raw, cut to 4,900 raw = 9,800 adjusted; 49,980 x 0.0005 = 24.99.
    (2, C, "BUY", 5.10, 9800.0, 24.99, "SIGNAL", False),
    # Close of day 3 is 9.50 = 10.00 x 0.95; day 4 is suspended; 44,100 x 0.0015 = 66.15.
    (5, A, "SELL", 9.00, 4900.0, 66.15, "STOP_LOSS", True),
    # Account of day 4: 970.51 + 46,550 + 50,568 = 98,088.51; half of it / 11.00 = 4,458.57 shares; the cash
    # buys 45,004.36 / 1.0005 / 11.00 = 4,089.26, cut to 4,000; 44,000 x 0.0005 = 22.00.
    (5, B, "BUY", 11.00, 4000.0, 22.00, "SIGNAL", False),
    # Close of day 6 is 12.20 >= 12.10; day 7 opens at 11.00 / 12.20 - 1 = -9.8 %; 45,200 x 0.0015 = 67.80.
    (8, B, "SELL", 11.30, 4000.0, 67.80, "STOP_PROFIT", True),
    # 50,470 x 0.0015 = 75.705.
    (8, C, "SELL", 5.15, 9800.0, 75.705, "SIGNAL", False),
    # Account of day 8: 96,508.855; half of it / 9.20 = 5,245.05, cut to 5,200; 48,360 x 0.0005 = 24.18.
    (9, A, "BUY", 9.30, 5200.0, 24.18, "SIGNAL", False),
    # Day 9 is its last day in the pool; 49,920 x 0.0015 = 74.88.
    (11, A, "SELL", 9.60, 5200.0, 74.88, "LEFT_POOL", False),
]

# The account at the end of days 1 to 11.
ACCOUNT = [
    100_000.00,  # nothing yet
    101_126.51,  # 970.51 + 4,900 x 10.20 + 9,800 x 5.12
    97_892.51,  # 970.51 + 4,900 x 9.50 + 9,800 x 5.14
    98_088.51,  # A at its last close: 970.51 + 46,550 + 9,800 x 5.16
    96_546.36,  # 982.36 + 4,000 x 11.20 + 9,800 x 5.18
    100_742.36,  # 982.36 + 4,000 x 12.20 + 9,800 x 5.20
    96_962.36,  # 982.36 + 4,000 x 11.50 + 9,800 x 5.10
    96_508.855,  # all cash: 982.36 + 45,132.20 + 50,394.295
    97_004.675,  # 48,124.675 + 5,200 x 9.40
    97_524.675,  # 48,124.675 + 5,200 x 9.50
    97_969.795,  # all cash: 48,124.675 + 49,845.12
]
