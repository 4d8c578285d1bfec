"""``python -m workers.market DIR``: makes the synthetic market."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from workers.market.create import create_market
from workers.market.marker import MarketSpec


def main() -> int:
    """Make the market that the command line describes, and print its data version."""
    usual = MarketSpec()
    parser = argparse.ArgumentParser(prog="python -m workers.market", description="Make a synthetic market for Qlib.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--instruments", type=int, default=usual.instruments)
    parser.add_argument("--seed", type=int, default=usual.seed)
    asked = parser.parse_args()
    try:
        info = create_market(asked.directory, MarketSpec(asked.instruments, asked.seed))
    except (OSError, ValueError) as problem:
        parser.exit(1, f"{problem}\n")
    sys.stdout.write(f"{info.data_version}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
