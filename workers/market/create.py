"""Makes a synthetic market and writes it in Qlib's .bin layout."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from workers.market.days import trading_days
from workers.market.listing import Flags, Floats, Listing, draw_listing
from workers.market.marker import BENCHMARKS, GENERATOR, MarketInfo, MarketSpec, read_marker, write_marker
from workers.market.pools import draw_pools, index_close, spans
from workers.market.prices import Bars, make_bars
from workers.market.returns import draw_returns

FIELDS = ("open", "high", "low", "close", "volume", "vwap", "change", "factor")
_INDEX_BASES = {"csi300": 4000.0, "csi500": 6000.0, "csi800": 4500.0, "all": 5000.0}


def create_market(path: Path, spec: MarketSpec | None = None) -> MarketInfo:
    """Make a market at ``path``, whole or not at all; one that is there already from the same specification stays.

    Raises:
        FileExistsError: ``path`` holds something else.
    """
    spec = spec or MarketSpec()
    existing = _existing(path, spec)
    if existing:
        return existing
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        info = MarketInfo.of(spec, f"synthetic-{_Writer(scratch).write(spec)}")
        write_marker(scratch, info)
        scratch.chmod(0o755)
        scratch.rename(path)
    except OSError:
        shutil.rmtree(scratch)
        existing = _existing(path, spec)
        if existing is None:
            raise
        return existing
    return info


def _existing(path: Path, spec: MarketSpec) -> MarketInfo | None:
    if not path.exists() or not any(path.iterdir()):
        return None
    info = read_marker(path)
    if info is None or info.generator != GENERATOR or info != MarketInfo.of(spec, info.data_version):
        raise FileExistsError(f"{path} holds other data than the market asked for")
    return info


class _Writer:
    """Writes the files, and hashes their content in the order written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._content = hashlib.sha256()

    def write(self, spec: MarketSpec) -> str:
        """Write all files of the market; returns the first half of their hash."""
        rng = np.random.default_rng(spec.seed)
        days = trading_days(spec.first_day, spec.last_day)
        listing = draw_listing(rng, len(days), spec.instruments)
        bars = make_bars(rng, listing, draw_returns(rng, len(days), spec.instruments))
        pools = draw_pools(listing, bars, days)
        self._text("calendars/day.txt", [day.isoformat() for day in days])
        self._pools(listing, pools, days)
        self._stocks(listing, bars)
        for name, members in pools.items():
            self._index(BENCHMARKS[name], index_close(members, bars, _INDEX_BASES[name]))
        return self._content.hexdigest()[:16]

    def _pools(self, listing: Listing, pools: dict[str, Flags], days: Sequence[date]) -> None:
        for name, members in pools.items():
            rows = [f"{listing.codes[column]}\t{days[a]}\t{days[b]}" for column, a, b in spans(members)]
            self._text(f"instruments/{name}.txt", rows)

    def _stocks(self, listing: Listing, bars: Bars) -> None:
        panels = [np.ascontiguousarray(getattr(bars, field).T.astype("<f4")) for field in FIELDS]
        for column, code in enumerate(listing.codes):
            first, last = int(listing.first[column]), int(listing.last[column])
            self._bins(code, first, [panel[column, first : last + 1] for panel in panels])

    def _index(self, code: str, close: Floats) -> None:
        before = np.concatenate([close[:1], close[:-1]])
        opens = np.round(before + 0.3 * (close - before), 2)
        high, low = np.maximum(opens, close), np.minimum(opens, close)
        change = np.concatenate([[np.nan], close[1:] / close[:-1] - 1])
        flat = np.ones(len(close))
        fields = (opens, high, low, close, flat * 1e8, np.round((opens + close) / 2, 2), change, flat)
        self._bins(code, 0, [field.astype("<f4") for field in fields])

    def _bins(self, code: str, first: int, fields: Sequence[np.ndarray]) -> None:
        """Write an instrument's fields: float32, led by the calendar row of the first value."""
        folder = self._folder / "features" / code.lower()
        folder.mkdir(parents=True)
        for name, values in zip(FIELDS, fields, strict=True):
            content = np.concatenate([np.array([first], "<f4"), values]).tobytes()
            self._content.update(content)
            (folder / f"{name}.day.bin").write_bytes(content)

    def _text(self, name: str, lines: Sequence[str]) -> None:
        content = "".join(line + "\n" for line in lines).encode()
        self._content.update(content)
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
