"""What a synthetic market is made from, and the marker file that says so beside its data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

MARKER = "market.json"
GENERATOR = 1
"""Raised whenever the same specification would give other bytes than before."""

BENCHMARKS: Mapping[str, str] = {"csi300": "SH000300", "csi500": "SH000905", "csi800": "SH000906", "all": "SH000985"}
"""Pool name to the code of its index."""


@dataclass(frozen=True, slots=True)
class MarketSpec:
    """The same specification gives the same bytes.

    Attributes:
        instruments: How many stocks, 10 to 9,000; the indices come on top.
        first_day: The calendar has the working days from here to ``last_day``, holidays left out.
    """

    instruments: int = 300
    seed: int = 7
    first_day: date = date(2021, 1, 4)
    last_day: date = date(2025, 12, 31)

    def __post_init__(self) -> None:
        if not 10 <= self.instruments <= 9000:
            raise ValueError("a market has 10 to 9,000 instruments")
        if (self.last_day - self.first_day).days < 365:
            raise ValueError("a market has at least a year of days")


@dataclass(frozen=True, slots=True)
class MarketInfo:
    """A market's marker.

    Attributes:
        data_version: Names the data by its content.
        benchmarks: Pool name to the code of its index.
    """

    data_version: str
    is_synthetic: bool
    seed: int
    instruments: int
    first_day: str
    last_day: str
    region: str = "cn"
    generator: int = GENERATOR
    benchmarks: Mapping[str, str] = field(default_factory=lambda: dict(BENCHMARKS))

    @classmethod
    def of(cls, spec: MarketSpec, data_version: str) -> MarketInfo:
        """Returns the marker of a market made from ``spec``."""
        return cls(
            data_version, True, spec.seed, spec.instruments, spec.first_day.isoformat(), spec.last_day.isoformat()
        )


def write_marker(folder: Path, info: MarketInfo) -> None:
    """Write the marker file; written last, it also says that the data beside it is whole."""
    (folder / MARKER).write_text(json.dumps(asdict(info), indent=2, sort_keys=True) + "\n")


def read_marker(folder: Path) -> MarketInfo | None:
    """Returns the marker of a data directory, None if it has none (real data has none)."""
    try:
        values: dict[str, Any] = json.loads((folder / MARKER).read_text())
    except FileNotFoundError:
        return None
    return MarketInfo(**values)
