"""Makes small rough markets: what is rare in a market like the real one happens here every few days.

Suspensions, limit openings, one-price boards, splits, missing and zero opens, late listings, data that end with and
without a delisting, spans that begin later than the data or come twice, pools whose members change each month, penny
shares whose price stands still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
FIELDS = ("open", "high", "low", "close", "volume", "vwap", "change", "factor")
BENCHMARK = "SH000300"
_LIMIT = 0.1


@dataclass(frozen=True)
class Life:
    """One instrument's rows: the first and last of its data, and the spans in which ``all.txt`` lists it."""

    code: str
    first: int
    last: int
    spans: tuple[tuple[int, int], ...]


def make_rough_market(root: Path, seed: int, instruments: int = 40, days: int = 480) -> Path:
    """Writes the market of a seed.

    Of four seeds the last lacks factors, so that Qlib trades without lots: 3, 11 .. on every tenth day of two
    instruments, 7, 15 .. rarely, so that a test may see none.
    """
    rng = np.random.default_rng(seed)
    calendar = pd.bdate_range("2022-01-04", periods=days)
    lives = [_life(rng, number, days) for number in range(instruments)]
    panels = {life.code: _bars(rng, life, missing=_missing_factors(seed, number)) for number, life in enumerate(lives)}
    _write_text(root / "calendars" / "day.txt", [f"{day:%Y-%m-%d}" for day in calendar])
    spans = {"all": [(life.code, *span) for life in lives for span in life.spans]}
    members = _pools(rng, lives, days)
    for pool, rows in {**spans, **members}.items():
        lines = [f"{code}\t{calendar[a]:%Y-%m-%d}\t{calendar[b]:%Y-%m-%d}" for code, a, b in rows]
        _write_text(root / "instruments" / f"{pool}.txt", lines)
    for life in lives:
        _write_bars(root, life.code, life.first, panels[life.code])
    index = 4000 * np.exp(np.cumsum(rng.normal(0, 0.01, days)))
    _write_bars(root, BENCHMARK, 0, dict.fromkeys(FIELDS, index) | {"factor": np.ones(days)})
    return root


def _life(rng: np.random.Generator, number: int, days: int) -> Life:
    code = f"SH60{number:04d}" if number % 2 else f"SZ00{number:04d}"
    first = int(rng.integers(5, days * 3 // 4)) if rng.random() < 0.25 else 0
    last = int(rng.integers(days // 2, days - 5)) if rng.random() < 0.15 and first < days // 3 else days - 1
    until = last if rng.random() < 0.5 else days - 1
    listed = min(first + int(rng.integers(0, 30)), until) if rng.random() < 0.15 else first
    if rng.random() < 0.1 and until - listed > 60:
        gap = int(rng.integers(listed + 20, until - 30))
        return Life(code, first, last, ((listed, gap), (gap + int(rng.integers(2, 25)), until)))
    return Life(code, first, last, ((listed, until),))


def _bars(rng: np.random.Generator, life: Life, missing: float) -> dict[str, Floats]:
    count = life.last - life.first + 1
    factor = _factors(rng, count)
    traded = ~_suspended(rng, count)
    close, reference = _closes(rng, factor, traded)
    lower, upper = np.round(reference * (1 - _LIMIT), 2), np.round(reference * (1 + _LIMIT), 2)
    opens = _opens(rng, close, reference, lower, upper)
    reach = np.abs(rng.normal(0, 0.01, (2, count)))
    high = np.minimum(np.round(np.maximum(opens, close) * (1 + reach[0]), 2), np.maximum(upper, close))
    low = np.maximum(np.round(np.minimum(opens, close) * (1 - reach[1]), 2), np.minimum(lower, close))
    volume = np.round(np.exp(rng.normal(11, 1, count))) * 100
    columns = {
        "open": _spoiled(rng, opens * factor), "high": high * factor, "low": low * factor, "close": close * factor,
        "volume": volume / factor, "vwap": np.round((high + low + close) / 3, 3) * factor,
        "change": close / reference - 1, "factor": factor,
    }  # fmt: skip
    columns = {name: np.where(traded, values, np.nan) for name, values in columns.items()}
    return columns | {"factor": np.where(rng.random(count) < missing, np.nan, columns["factor"])}


def _missing_factors(seed: int, number: int) -> float:
    if seed % 4 != 3 or number > 1:
        return 0.0
    return 0.1 if seed % 8 == 3 else 0.01


def _factors(rng: np.random.Generator, count: int) -> Floats:
    splits = np.where(rng.random(count) < 1 / 90, rng.choice([1.02, 1.1, 1.5, 2.0], count), 1.0)
    return np.asarray(np.round(np.cumprod(splits) * rng.choice([1.0, 1.0, 0.37, 2.6]), 6))


def _suspended(rng: np.random.Generator, count: int) -> Flags:
    stopped = np.zeros(count, bool)
    for begin in np.flatnonzero(rng.random(count) < 0.015):
        stopped[begin : begin + int(rng.choice([1, 1, 2, 3, 8]))] = True
    stopped[[0, -1]] = False
    return stopped


def _closes(rng: np.random.Generator, factor: Floats, traded: Flags) -> tuple[Floats, Floats]:
    """Raw closes, and the raw price that each day's limits are taken from."""
    count = len(factor)
    penny = rng.random() < 0.1
    last = (1.0 if penny else float(np.exp(rng.normal(2.5, 0.8)) + 2)) * factor[0]
    moves = rng.standard_t(4, count) * (0.002 if penny else 0.018) + rng.normal(0, 0.001)
    moves = np.where(rng.random(count) < 0.04, rng.choice([-0.15, 0.15], count), moves)
    close, reference = np.empty(count), np.empty(count)
    for row in range(count):
        reference[row] = last / factor[row]
        lower, upper = round(reference[row] * (1 - _LIMIT), 2), round(reference[row] * (1 + _LIMIT), 2)
        close[row] = max(min(max(round(reference[row] * (1 + moves[row]), 2), lower), upper), 0.5)
        last = close[row] * factor[row] if traded[row] else last
    return close, reference


def _opens(rng: np.random.Generator, close: Floats, reference: Floats, lower: Floats, upper: Floats) -> Floats:
    drawn = reference + rng.uniform(0, 0.8, len(close)) * (close - reference)
    opens = np.clip(np.round(drawn * (1 + rng.normal(0, 0.003, len(close))), 2), lower, upper)
    lot = rng.random(len(close))
    opens = np.where((np.abs(close / reference - 1) > 0.09) & (lot < 0.5), close, opens)
    return np.asarray(np.where(lot < 0.01, upper, np.where(lot > 0.99, lower, opens)))


def _spoiled(rng: np.random.Generator, opens: Floats) -> Floats:
    lot = rng.random(len(opens))
    return np.asarray(np.where(lot < 0.004, np.nan, np.where(lot > 0.999, 0.0, opens)))


def _pools(rng: np.random.Generator, lives: Sequence[Life], days: int) -> dict[str, list[tuple[str, int, int]]]:
    """Two pools that draw their members anew every twenty days; they don't care who is listed."""
    pools: dict[str, list[tuple[str, int, int]]] = {"csi300": [], "csi500": []}
    luck = rng.random(len(lives))
    for begin in range(0, days, 20):
        luck = 0.8 * luck + 0.2 * rng.random(len(lives))
        ranked = [lives[number].code for number in np.argsort(-luck)]
        half = len(ranked) * 3 // 5
        for pool, codes in (("csi300", ranked[:half]), ("csi500", ranked[half:])):
            pools[pool] += [(code, begin, min(begin + 19, days - 1)) for code in sorted(codes)]
    pools["csi800"] = sorted({(life.code, 0, days - 1) for life in lives[: len(lives) * 4 // 5]})
    return pools


def _write_text(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))


def _write_bars(root: Path, code: str, first: int, columns: dict[str, Floats]) -> None:
    folder = root / "features" / code.lower()
    folder.mkdir(parents=True)
    for name, values in columns.items():
        np.concatenate([[float(first)], values]).astype("<f4").tofile(folder / f"{name}.day.bin")
