"""Qlib's field files, read once and kept in memory, so that forked children share them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from qlib.data.data import LocalFeatureProvider
from qlib.utils import code_to_fname

_SUFFIX = ".day.bin"
Column = tuple[int, NDArray[np.float32]]
"""Calendar row of the first value, and the values."""


def load_columns(directory: Path) -> dict[tuple[str, str], Column]:
    """Returns every daily field of a data directory by (folder name, field)."""
    return {
        (file.parent.name, file.name.removesuffix(_SUFFIX)): _read(file)
        for file in directory.glob(f"features/*/*{_SUFFIX}")
    }


def _read(file: Path) -> Column:
    content = np.fromfile(file, "<f4")
    content.setflags(write=False)
    return int(content[0]), content[1:]


class MemoryFeatureProvider(LocalFeatureProvider):  # type: ignore[misc]  # Qlib has no types
    """Answers as Qlib's own provider does, from memory; other frequencies than the day still come from their files."""

    def __init__(self, directory: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._columns = load_columns(Path(directory))

    def feature(self, instrument: str, field: str, start_index: int, end_index: int, freq: str) -> pd.Series:
        """Returns the values between two calendar rows, both included, indexed by calendar row."""
        if str(freq) != "day":
            series: pd.Series = super().feature(instrument, field, start_index, end_index, freq)
            return series
        column = self._columns.get((code_to_fname(instrument).lower(), str(field)[1:].lower()))
        if column is None:
            return pd.Series(dtype=np.float32)
        begin, values = column
        first = max(start_index, begin)
        if first > end_index:
            return pd.Series(dtype=np.float32)
        wanted = values[first - begin : end_index + 1 - begin]
        return pd.Series(wanted, index=pd.RangeIndex(first, first + len(wanted)))
