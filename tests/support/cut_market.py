"""Copies a market as it was known on an earlier day."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def cut_market(source: Path, target: Path, last_day: str) -> Path:
    """Writes ``source`` without anything after ``last_day``: calendar, bars, spans of the pools."""
    days = (source / "calendars" / "day.txt").read_text().split()
    kept = days[: days.index(last_day) + 1]
    _write(target / "calendars" / "day.txt", kept)
    for pool in sorted((source / "instruments").glob("*.txt")):
        spans = [line.split("\t") for line in pool.read_text().splitlines()]
        known = [(code, first, min(last, last_day)) for code, first, last in spans if first <= last_day]
        _write(target / "instruments" / pool.name, ["\t".join(span) for span in known])
    for file in sorted((source / "features").glob("*/*.bin")):
        raw = np.fromfile(file, "<f4")
        rows = max(len(kept) - int(raw[0]), 0)
        if rows:
            place = target / "features" / file.parent.name / file.name
            place.parent.mkdir(parents=True, exist_ok=True)
            raw[: rows + 1].tofile(place)
    return target


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
