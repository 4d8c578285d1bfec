"""The exported file by itself: plain Qlib, its own command line, nothing of this project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codegen_core.render import generate
from tests.golden.flows import FLOWS, resolved
from workers.market import MarketSpec, create_market

OURS = ("codegen_core", "services", "repo", "workers", "gateway", "strategybuilder", "tests")
ALONE = f"""
import runpy, sys
for name in {OURS!r}:
    sys.modules[name] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "market"
    create_market(folder, MarketSpec(instruments=40))
    return folder


@pytest.fixture(scope="module")
def strategy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "strategy.py"
    path.write_text(generate(resolved(FLOWS["double_moving_average"]())).code, "utf-8")
    return path


def _run(strategy: Path, *options: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [sys.executable, "-c", ALONE, str(strategy), *options],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        cwd=strategy.parent,
        env=environment,
    )


def _metrics(strategy: Path, market: Path, *options: str, hash_seed: str = "0") -> tuple[dict[str, Any], str]:
    done = _run(strategy, "--provider-uri", str(market), "--json", *options, hash_seed=hash_seed)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line), done.stderr


def test_metrics_are_one_json_object_under_any_hash_seed(strategy: Path, market: Path) -> None:
    days = ("--start", "2024-01-02", "--end", "2024-06-28")
    first, notes = _metrics(strategy, market, *days)
    again, _ = _metrics(strategy, market, *days, hash_seed="99")
    assert first == again
    assert first["trade_count"] > 20
    assert {"total_return", "sharpe_ratio", "max_drawdown", "benchmark_return", "win_rate", "exposure"} <= set(first)
    assert "note:" not in notes


def test_what_the_reader_should_know_goes_to_standard_error(strategy: Path, market: Path) -> None:
    options = ("--end", "2021-06-30", "--start", "1990-01-01", "--benchmark", "SH999999", "--pool", "all")
    found, notes = _metrics(strategy, market, *options, "--deal-price", "vwap", "--capital", "50000")
    assert "note: The test starts on" in notes
    assert "note: The data has no benchmark SH999999." in notes
    assert "benchmark_return" not in found


def test_a_table_for_people(strategy: Path, market: Path) -> None:
    done = _run(strategy, "--provider-uri", str(market), "--start", "2024-05-06", "--end", "2024-05-31")
    assert done.returncode == 0, done.stderr
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert names[0] == "total_return"
    assert "trade_count" in names


def test_a_range_without_days_ends_in_one_line(strategy: Path, market: Path) -> None:
    done = _run(strategy, "--provider-uri", str(market), "--start", "2050-01-01")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "The data has no day to trade in this range."
