"""Runs generated modules through the engine in a process of their own, since Qlib holds one market a process.

python -m tests.support.engine MARKET < runs.json > outcomes.json
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ENGINE_SECONDS = 110


def run_in_engine(market: Path, runs: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Returns the outcome of each (code, effective settings) on a market; none may end with an error."""
    outcomes = run_each(market, runs)
    assert not [outcome["error"] for outcome in outcomes if "error" in outcome]
    return outcomes


def run_each(
    market: Path, runs: Sequence[tuple[str, dict[str, Any]]], seconds: int = ENGINE_SECONDS
) -> list[dict[str, Any]]:
    """Returns the outcome of each (code, effective settings) on a market, or what it ended with under ``error``."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.engine", str(market)],
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    return outcomes


def main() -> None:
    """Answers the runs on standard input."""
    from workers.qlib_engine import BacktestConfig, BacktestError, StrategyError, initialise, run

    initialise(sys.argv[1], "cn")
    outcomes = []
    for code, settings in json.load(sys.stdin):
        try:
            outcomes.append(run(code, BacktestConfig.from_json(settings), lambda *_: None).as_json())
        except (BacktestError, StrategyError) as failure:
            outcomes.append({"error": str(failure)})
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
