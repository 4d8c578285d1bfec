"""Reads a Qlib data directory without Qlib."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Market:
    """Panels of a market, rows the calendar's days, columns the codes of ``all.txt`` in code order.

    Attributes:
        present: Where an instrument's files hold a row (a suspended day is present, with NaN in it).
        listed: Where ``all.txt`` lists the instrument.
    """

    root: Path
    days: pd.DatetimeIndex
    codes: tuple[str, ...]
    present: pd.DataFrame
    listed: pd.DataFrame

    def field(self, name: str) -> pd.DataFrame:
        """Returns a field's float32 panel, NaN where the files say nothing."""
        return pd.DataFrame({code: self._column(code, name) for code in self.codes}, index=self.days)

    def members(self, pool: str | list[str]) -> pd.DataFrame:
        """Returns who belongs to a pool on each day, listed or not; codes unknown to the market are left out.

        A pool of named codes never changes.
        """
        if isinstance(pool, str):
            return self._spans(pool)
        return pd.DataFrame({code: code in pool for code in self.codes}, index=self.days)

    def index_close(self, code: str) -> pd.Series:
        """Returns an index's close, float32."""
        return pd.Series(self._column(code, "close"), index=self.days)

    def series(self, code: str, name: str) -> pd.Series:
        """Returns a field over an instrument's own rows, float32, by calendar row."""
        first, count = self.span(code)
        return pd.Series(self._column(code, name)[first : first + count], index=range(first, first + count))

    def span(self, code: str) -> tuple[int, int]:
        """Returns the calendar row of an instrument's first bar, and how many rows its files hold."""
        rows = np.flatnonzero(self.present[code].to_numpy())
        return int(rows[0]), len(rows)

    def _column(self, code: str, name: str) -> np.ndarray:
        path = self.root / "features" / code.lower() / f"{name}.day.bin"
        column = np.full(len(self.days), np.nan, np.float32)
        if path.exists():
            raw = np.fromfile(path, "<f4")
            first = int(raw[0])
            column[first : first + len(raw) - 1] = raw[1:]
        return column

    def _spans(self, pool: str) -> pd.DataFrame:
        inside = pd.DataFrame(False, index=self.days, columns=list(self.codes))
        for line in (self.root / "instruments" / f"{pool}.txt").read_text().splitlines():
            code, first, last = line.split("\t")[:3]
            if code in inside.columns:
                inside.loc[first:last, code] = True
        return inside


class Cells:
    """A panel's cells as Python numbers, quick to look up one by one."""

    def __init__(self, panel: pd.DataFrame):
        self._columns = {code: number for number, code in enumerate(panel.columns)}
        self._rows: dict[Any, list[Any]] = dict(zip(panel.index, panel.to_numpy().tolist(), strict=True))

    def at(self, day: pd.Timestamp, code: str) -> Any:
        """Returns one value."""
        return self._rows[day][self._columns[code]]


def row(days: pd.DatetimeIndex, day: pd.Timestamp) -> int:
    """Returns the number of a day, counted from 0."""
    return int(days.searchsorted(day))


def read_market(root: Path) -> Market:
    """Reads the calendar and the instruments of the data directory ``root``."""
    days = pd.DatetimeIndex((root / "calendars" / "day.txt").read_text().split())
    codes = tuple(sorted({line.split("\t")[0] for line in (root / "instruments" / "all.txt").read_text().splitlines()}))
    present = pd.DataFrame({code: _rows(root, code, len(days)) for code in codes}, index=days)
    bare = Market(root, days, codes, present, present)
    return Market(root, days, codes, present, bare.members("all"))


def _rows(root: Path, code: str, count: int) -> np.ndarray:
    raw = np.fromfile(root / "features" / code.lower() / "close.day.bin", "<f4")
    inside = np.zeros(count, bool)
    inside[int(raw[0]) : int(raw[0]) + len(raw) - 1] = True
    return inside
