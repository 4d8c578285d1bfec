"""Random flows as cases of rough markets, and their replay on data that end earlier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.functional.agreement import Case, Verdict, generated
from tests.functional.flows import Drawn, market_at
from tests.functional.random_flows.apart import draw_flows
from tests.functional.random_flows.own_parts import OWN
from tests.support.cut_market import cut_market
from tests.support.engine import ENGINE_SECONDS
from tests.support.rough_market import make_rough_market


@dataclass(frozen=True)
class RoughMarket:
    """A market and the seed that it is made from."""

    seed: int
    root: Path

    @classmethod
    def made(cls, folder: Path, seed: int) -> RoughMarket:
        """Makes the market of a seed under ``folder``."""
        return cls(seed, make_rough_market(folder / str(seed) / "data", seed))

    @property
    def days(self) -> list[str]:
        """The calendar."""
        return [f"{day:%Y-%m-%d}" for day in market_at(self.root).days]

    @property
    def knows_its_lots(self) -> bool:
        """Says no where factors are missing so rarely that a test's later data decide whether it trades in lots."""
        return self.seed % 8 != 7

    def cases(self, of: int, numbers: Iterable[int]) -> list[Case]:
        """Returns flows of the seed ``of`` for this market."""
        return [
            Case(
                f"flow {flow.number} of {of} on market {self.seed}",
                Drawn(flow.flow, flow.parameters, OWN),
                flow.settings,
            )
            for flow in draw_flows(of, numbers, market_at(self.root).codes, self.days)
        ]


def looked_ahead(
    market: RoughMarket, verdicts: Sequence[Verdict], part: float, folder: Path, seconds: int = ENGINE_SECONDS
) -> dict[str, bool]:
    """Replays cases with the data cut after a part of the calendar; says of each whether it decides otherwise then.

    A day's orders are decided from the data before it and filled at its prices, so the cut data hold one day more than
    is compared. Cases that are over before the cut, or begin after it, are left out.
    """
    days = market.days
    last, cut = days[int(len(days) * part)], days[int(len(days) * part) + 1]
    asked = [verdict for verdict in verdicts if verdict.case.span[0] < last < verdict.case.span[1]]
    root = cut_market(market.root, folder / f"{market.seed}-{cut}", cut)
    shorter = [replace(verdict.case, settings=verdict.case.settings | {"end_date": last}) for verdict in asked]
    replayed = zip(asked, generated(root, shorter, seconds), strict=True)
    return {verdict.case.name: not _same_until(last, verdict.found, again) for verdict, again in replayed}


def _same_until(day: str, whole: dict[str, Any], replayed: dict[str, Any]) -> bool:
    if "error" in whole or "error" in replayed:
        return False
    return all(
        [row for row in whole[table] if row["trading_day"] <= day] == replayed[table]
        for table in ("trades", "positions")
    )
