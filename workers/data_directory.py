"""What a Qlib data directory holds, read from its files: its version, its days, its pools."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from codegen_core.standalone.command_line import POOL_BENCHMARKS, REGION_LIMITS
from repo.records import JsonObject, NewMarket
from workers.market.marker import MARKER, read_marker

POOLS = ("csi300", "csi500", "csi800", "all")
"""The pools of the contract by their names in Qlib's data."""

TRADE_UNITS = {"cn": 100, "us": 1, "tw": 1000}
"""Shares a lot, by region, as Qlib has them."""

_BENCHMARK = "SH000300"
"""Of pools that have none of their own; the exported file's command line uses the same."""

Span = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """A directory of daily Qlib data."""

    path: Path

    def version(self) -> str:
        """Returns a name of the data that changes whenever the data does.

        A synthetic market's marker names its content. Of other data the calendar and the pools are hashed by content,
        the fields by name, size and time of change.
        """
        marker = read_marker(self.path)
        if marker:
            return marker.data_version
        content = hashlib.sha256()
        for file in sorted(self.path.glob("*/*.txt")):
            content.update(f"{file.relative_to(self.path)}\n".encode() + file.read_bytes())
        for file in sorted(self.path.glob("features/*/*.bin")):
            facts = file.stat()
            content.update(f"{file.relative_to(self.path)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
        return f"qlib-{content.hexdigest()[:16]}"

    def is_synthetic(self) -> bool:
        """Returns whether the data is made up."""
        return (self.path / MARKER).is_file()

    def calendar(self) -> list[str]:
        """Returns the trading days, ISO, ascending."""
        return (self.path / "calendars" / "day.txt").read_text().split()

    def spans(self, pool: str) -> list[Span]:
        """Returns (code, first day, last day) of each membership in a pool."""
        lines = (self.path / "instruments" / f"{pool}.txt").read_text().splitlines()
        fields = (line.split("\t") for line in lines if line.strip())
        return [(code, first[:10], last[:10]) for code, first, last, *_ in fields]

    def has_instrument(self, code: str) -> bool:
        """Returns whether the data has a close of an instrument."""
        return (self.path / "features" / code.lower() / "close.day.bin").is_file()


def describe_market(directory: DataDirectory, region: str) -> NewMarket:
    """Returns what to announce about the data."""
    calendar = directory.calendar()
    pools = [pool for pool in POOLS if (directory.path / "instruments" / f"{pool}.txt").is_file()]
    return NewMarket(
        data_version=directory.version(),
        region=region,
        is_synthetic=directory.is_synthetic(),
        calendar=calendar,
        instruments=sorted({code for code, _, _ in directory.spans("all")}),
        pools=[_pool(directory, pool, calendar) for pool in pools],
        limit_threshold=REGION_LIMITS[region],
        trade_unit=TRADE_UNITS[region],
    )


def _pool(directory: DataDirectory, name: str, calendar: list[str]) -> JsonObject:
    spans = directory.spans(name)
    benchmark = POOL_BENCHMARKS.get(name, _BENCHMARK)
    facts: dict[str, str | int] = {"name": name, "member_count": len({code for code, _, _ in spans})}
    if spans:
        facts["first_day"] = max(min(first for _, first, _ in spans), calendar[0])
        facts["last_day"] = min(max(last for _, _, last in spans), calendar[-1])
    return {**facts, "benchmark": benchmark} if directory.has_instrument(benchmark) else {**facts}
