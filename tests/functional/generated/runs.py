"""Runs generated strategies with other arguments, in a process of its own, since Qlib holds one market a process.

python -m tests.functional.generated.runs MARKET < runs.json > outcomes.json
"""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import pandas as pd


def _outcome(code: str, keywords: dict[str, Any], calendar: pd.DatetimeIndex) -> dict[str, Any]:
    from codegen_core.standalone.command_line import days_to_trade, exchange_notes, exchange_settings, run_backtest

    module = ModuleType("strategy")
    exec(compile(code, "strategy.py", "exec"), module.__dict__)
    strategy = module.FlowStrategy(**keywords)
    days, _ = days_to_trade(calendar, None, None)
    account = run_backtest(strategy, days, 100_000.0, exchange_settings())
    fills = [fill | {"trading_day": f"{fill['trading_day']:%Y-%m-%d}"} for fill in strategy.fills]
    return {
        "account": list(account["account"]),
        "fills": fills,
        "reports": strategy.reports,
        "notes": exchange_notes(strategy.trade_exchange),
        "marks": {node_id: [str(panel.dtype), list(panel.shape)] for node_id, panel in strategy.marks.items()},
        "axes": [len(strategy.days), len(strategy.instruments)],
        "attributes": [name for name in dir(strategy) if not name.startswith("_")],
    }


def main() -> None:
    """Answers the runs on standard input: code and keyword arguments each."""
    import qlib
    from qlib.data import D

    qlib.init(provider_uri=sys.argv[1], region="cn", kernels=1, logging_level=40)
    calendar = pd.DatetimeIndex(D.calendar())
    json.dump([_outcome(code, keywords, calendar) for code, keywords in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
