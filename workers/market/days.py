"""The trading days of the synthetic market."""

from __future__ import annotations

from datetime import date, timedelta

_HOLIDAYS = (((1, 1), (1, 3)), ((2, 10), (2, 17)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((10, 1), (10, 7)))
"""First and last (month, day) of the yearly closures, the same each year."""


def trading_days(first: date, last: date) -> tuple[date, ...]:
    """Returns the working days from ``first`` to ``last``, both included, without the yearly closures."""
    every_day = (first + timedelta(n) for n in range((last - first).days + 1))
    return tuple(day for day in every_day if day.weekday() < 5 and not _is_holiday(day))


def _is_holiday(day: date) -> bool:
    return any(begin <= (day.month, day.day) <= end for begin, end in _HOLIDAYS)
