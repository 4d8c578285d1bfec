"""Random flows by the hundred, both ways and without later data; the result goes to docs/random-flows.md.

python -m tests.long [--seed S] [--flows N] [--only NUMBER]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.functional.agreement import judged
from tests.functional.random_cases import RoughMarket, looked_ahead
from tests.long.report import Result, page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "random-flows.md"
MARKETS = tuple(range(21, 33))
CUTS = (0.4, 0.6)
BATCH = 40
SECONDS = 1800
"""What an engine process may take for a batch; far more than it does."""


def main() -> int:
    """Runs the flows, prints a line a batch and writes the page; 0 only if nothing differs."""
    asked = arguments()
    result, began = Result(asked.seed), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for place, seed in enumerate(MARKETS):
            market = RoughMarket.made(Path(folder), seed)
            mine = [number for number in asked.numbers if number % len(MARKETS) == place]
            for begin in range(0, len(mine), BATCH):
                run(market, mine[begin : begin + BATCH], result, Path(folder) / f"cuts-{begin}")
    print(result.told(), f"{time.monotonic() - began:.0f} s", flush=True)
    if asked.is_whole and not result.failures:
        PAGE.write_text(page(result))
    return 1 if result.failures else 0


def run(market: RoughMarket, numbers: Sequence[int], result: Result, folder: Path) -> None:
    """Adds a batch of one market's flows to the result."""
    verdicts = judged(market.root, market.cases(result.seed, numbers), SECONDS)
    for verdict in verdicts:
        result.add(market.seed, verdict)
    if market.knows_its_lots:
        for part in CUTS:
            result.add_replays(looked_ahead(market, verdicts, part, folder, SECONDS))
    print(f"market {market.seed}, flows {numbers[0]} to {numbers[-1]}: {result.told()}", flush=True)


class Asked(argparse.Namespace):
    """What the command line asks for."""

    seed: int
    flows: int
    only: int | None

    @property
    def is_whole(self) -> bool:
        """Says whether all flows are run."""
        return self.only is None

    @property
    def numbers(self) -> Sequence[int]:
        """The flows to run."""
        return range(self.flows) if self.only is None else [self.only]


def arguments() -> Asked:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.long", description="Run random flows both ways.")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--flows", type=int, default=360)
    parser.add_argument("--only", type=int, help="run this one flow and write no page")
    return parser.parse_args(namespace=Asked())


if __name__ == "__main__":
    sys.exit(main())
