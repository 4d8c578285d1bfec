"""Writes small hand-made markets in Qlib's .bin layout, so that a test's prices stand in the test itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

NAN = float("nan")
Span = tuple[str, str, str]


def write_tiny_market(
    root: Path,
    days: Sequence[str],
    bars: Mapping[str, Mapping[str, Sequence[float]]],
    pools: Mapping[str, Sequence[Span]],
    benchmark: str = "SH000300",
) -> Path:
    """Writes a market whose instruments have a row on every day of ``days``.

    Args:
        bars: Code to field (``open``, ``close``, ``factor``) to one value a day, NaN on suspended days. What is left
            out of ``high``, ``low``, ``vwap`` follows the close; ``volume`` is a million shares.
        pools: Pool name to (code, first day, last day) rows; ``all`` is made of every code over all days if absent.
    """
    (root / "calendars").mkdir(parents=True)
    (root / "instruments").mkdir()
    (root / "calendars" / "day.txt").write_text("\n".join(days) + "\n")
    everything = {"all": [(code, days[0], days[-1]) for code in bars]}
    for name, spans in {**everything, **pools}.items():
        rows = "".join("\t".join(span) + "\n" for span in spans)
        (root / "instruments" / f"{name}.txt").write_text(rows)
    flat = [1000.0] * len(days)
    for code, fields in {**bars, benchmark: {"open": flat, "close": flat}}.items():
        _write_instrument(root / "features" / code.lower(), fields, len(days))
    return root


def _write_instrument(folder: Path, fields: Mapping[str, Sequence[float]], count: int) -> None:
    close = np.asarray(fields["close"], float)
    traded = np.where(np.isnan(close), NAN, 1.0)
    before = np.concatenate([[NAN], close[:-1]])
    columns = {
        "high": close, "low": close, "vwap": close, "volume": traded * 1e6, "factor": traded,
        "change": close / before - 1,
    }  # fmt: skip
    columns |= {name: np.asarray(values, float) for name, values in fields.items()}
    folder.mkdir(parents=True)
    for name, values in columns.items():
        if len(values) != count:
            raise ValueError(f"{folder.name} {name}: {len(values)} values for {count} days")
        np.concatenate([[0.0], values]).astype("<f4").tofile(folder / f"{name}.day.bin")
