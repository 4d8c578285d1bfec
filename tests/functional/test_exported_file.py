"""The exported file, run by itself in plain Qlib, gives the quick test's figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.functional.flows import SETTINGS, double_moving_average
from tests.support.engine import run_in_engine
from workers.market import MarketSpec, create_market

FIRST, LAST = "2023-03-01", "2024-02-29"
OTHER_TERMS = {
    "initial_capital": 400_000.0,
    "deal_price": "close",
    "open_cost": 0.001,
    "close_cost": 0.002,
    "min_cost": 1.0,
    "stock_pool": "CSI500",
    "benchmark": "SH000905",
}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic market of 80 instruments."""
    root = tmp_path_factory.mktemp("market") / "data"
    create_market(root, MarketSpec(instruments=80, seed=5))
    return root


def exported(folder: Path, code: str, *options: str) -> dict[str, Any]:
    """Runs ``python strategy.py`` where nothing of this project can be imported; returns its --json."""
    (folder / "strategy.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-P", "strategy.py", *options, "--json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    metrics: dict[str, Any] = json.loads(done.stdout)
    return metrics


@pytest.mark.parametrize("terms", [{}, OTHER_TERMS], ids=["defaults", "other terms"])
def test_its_figures_are_the_quick_test_s(terms: dict[str, Any], market: Path, tmp_path: Path) -> None:
    """Every metric: days exactly, numbers to the last bits."""
    code = double_moving_average().code()
    settings = SETTINGS | terms | {"start_date": FIRST, "end_date": LAST}
    (quick_test,) = run_in_engine(market, [(code, settings)])
    pools = {"CSI300": "csi300", "CSI500": "csi500"}
    metrics = exported(
        tmp_path,
        code,
        *("--provider-uri", str(market), "--start", FIRST, "--end", LAST),
        *("--pool", pools[settings["stock_pool"]], "--benchmark", settings["benchmark"]),
        *("--capital", str(settings["initial_capital"]), "--deal-price", settings["deal_price"]),
        *("--open-cost", str(settings["open_cost"]), "--close-cost", str(settings["close_cost"])),
        *("--min-cost", str(settings["min_cost"])),
    )
    expected = quick_test["metrics"]
    assert metrics.keys() == expected.keys()
    for name, value in expected.items():
        assert metrics[name] == (value if isinstance(value, str) else pytest.approx(value, rel=1e-12)), name
    assert metrics["trade_count"] > 50
