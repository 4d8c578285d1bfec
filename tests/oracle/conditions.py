"""Three-valued truth as float panels: 1 true, 0 false, NaN unknown."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

RELATIONS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "==": "eq", "!=": "ne"}


def compared(left: pd.DataFrame, relation: str, right: pd.DataFrame) -> pd.DataFrame:
    """Compares cell by cell; unknown where a side is."""
    answers: pd.DataFrame = getattr(left, RELATIONS[relation])(right)
    return answers.astype(float).where(left.notna() & right.notna())


def all_of(conditions: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """False where one is false, else unknown where one is unknown, else true."""
    answer = conditions[0]
    for other in conditions[1:]:
        false, known = answer.eq(0) | other.eq(0), answer.notna() & other.notna()
        answer = (answer.eq(1) & other.eq(1)).astype(float).where(known | false)
    return answer


def any_of(conditions: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """True where one is true, else unknown where one is unknown, else false."""
    return negated(all_of([negated(condition) for condition in conditions]))


def negated(condition: pd.DataFrame) -> pd.DataFrame:
    """True for false and false for true."""
    return 1 - condition


def crosses(left: pd.DataFrame, right: pd.DataFrame, upwards: bool) -> pd.DataFrame:
    """Tells where left was not beyond right on the calendar's day before and is today."""
    before, now = ("<=", ">") if upwards else (">=", "<")
    was = compared(left.shift(1), before, right.shift(1))
    answer = all_of([was, compared(left, now, right)])
    known = left.notna() & right.notna() & left.shift(1).notna() & right.shift(1).notna()
    return answer.where(known)


def between(values: pd.DataFrame, low: pd.DataFrame, high: pd.DataFrame) -> pd.DataFrame:
    """Bounds included; a bound known to be broken is enough for false."""
    return all_of([compared(low, "<=", values), compared(values, "<=", high)])


def moving(values: pd.DataFrame, relation: str, days: int) -> pd.DataFrame:
    """Holds ``days`` comparisons with the day before each; unknown ones count, before the first day too."""
    steps = compared(values, relation, values.shift(1))
    return running(steps, days)


def running(condition: pd.DataFrame, days: int) -> pd.DataFrame:
    """True where a condition held on each of the last ``days`` days."""
    return all_of([condition.shift(back) for back in range(days)])
