"""Runs a generated strategy's ``prepare`` in a process of its own and keeps every variable of it, and what Qlib says.

python -m tests.functional.indicators.panels MARKET OUTPUT < request.json

The request has the ``code``, the ``pool`` and a list of ``expressions``; the answer is an .npz file of panels of days x
instruments: each variable by its name, each expression by its text, and the two axes as ``days`` and ``instruments``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import numpy as np
import pandas as pd

Panels = dict[str, np.ndarray]


def run_panels(market: Path, output: Path, code: str, pool: str, expressions: list[str]) -> Panels:
    """Returns the panels that a strategy's ``prepare`` computes on a market, and those of Qlib expressions."""
    request = {"code": code, "pool": pool, "expressions": expressions}
    done = subprocess.run(
        [sys.executable, "-m", "tests.functional.indicators.panels", str(market), str(output)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(output, allow_pickle=False) as saved:
        return {name: saved[name] for name in saved.files}


def _variables(code: str, pool: str, calendar: pd.DatetimeIndex) -> tuple[Any, dict[str, Any]]:
    """Returns the strategy after a short backtest, and the local variables with which its ``prepare`` ended."""
    from codegen_core.standalone.command_line import exchange_settings, run_backtest

    module = ModuleType("strategy")
    exec(compile(code, "strategy.py", "exec"), module.__dict__)
    variables: dict[str, Any] = {}

    def watch(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "return" and frame.f_code.co_name == "prepare" and frame.f_code.co_filename == "strategy.py":
            variables.update(frame.f_locals)

    strategy = module.FlowStrategy(pool=pool)
    sys.setprofile(watch)
    run_backtest(strategy, calendar[-6:-1], 100_000.0, exchange_settings())
    sys.setprofile(None)
    return strategy, variables


def _features(expressions: list[str], strategy: Any) -> Panels:
    from qlib.data import D

    table = D.features(D.instruments("all"), expressions, end_time=strategy.days[-1])
    return {
        text: table[text]
        .unstack("instrument")
        .reindex(index=strategy.days, columns=strategy.instruments)
        .to_numpy(dtype=float)
        for text in expressions
    }


def main() -> None:
    """Answers the request on standard input."""
    import qlib
    from qlib.data import D

    request = json.load(sys.stdin)
    qlib.init(provider_uri=sys.argv[1], region="cn", kernels=1, logging_level=40)
    strategy, variables = _variables(request["code"], request["pool"], pd.DatetimeIndex(D.calendar()))
    panels: dict[str, Any] = {name: value for name, value in variables.items() if isinstance(value, np.ndarray)}
    panels |= _features(request["expressions"], strategy)
    panels |= {
        "days": strategy.days.to_numpy(),
        "instruments": np.array(strategy.instruments),
        "members": strategy.members,
    }
    np.savez(sys.argv[2], **panels)


if __name__ == "__main__":
    main()
