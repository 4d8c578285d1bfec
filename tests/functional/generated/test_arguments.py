"""A generated strategy's keyword arguments, its pool, and what it tells of a backtest, on hand-made markets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codegen_core.names import RESERVED_ATTRIBUTES
from codegen_core.render import generate
from tests.golden.flows import FLOWS, resolved
from tests.support.tiny_market import NAN, write_tiny_market

DAYS = [f"2024-01-{day:02d}" for day in range(1, 13)]
WAVE = [10.0, 10.0, 10.5, 11.0, 10.5, 10.0, 9.8, 10.2, 10.6, 10.4, 10.0, 10.0]
ENDS = [20.0, 19.0, 19.5, 20.0, 20.5, *[NAN] * 7]
BARS = {
    "SH600001": {"open": WAVE, "close": WAVE},
    "SH600002": {"open": ENDS, "close": ENDS},
}


def _run(market: Path, *runs: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.functional.generated.runs", str(market)],
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    return outcomes


def _code(name: str = "double_moving_average") -> str:
    return generate(resolved(FLOWS[name]())).code


SHORT = {"fast_average_window": 1, "slow_average_window": 2, "holdings_max_positions": 2}


NEVER = SHORT | {"stop_loss_percent": 0.9, "take_profit_percent": 9.0, "pool": "all"}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each of these backtests leaves behind."""
    pools = {"csi300": [("SH600001", DAYS[0], DAYS[-1]), ("SH600009", DAYS[0], DAYS[-1])]}
    market = write_tiny_market(tmp_path_factory.mktemp("data") / "market", DAYS, BARS, pools)
    runs: dict[str, tuple[str, dict[str, Any]]] = {
        "usual": (_code(), {}),
        "short": (_code(), SHORT),
        "tight": (_code(), SHORT | {"stop_loss_percent": 0.02}),
        "never": (_code(), NEVER),
        "listed": (_code(), SHORT | {"pool": ["SH600001", "SH600009"]}),
        "least": (_code("least"), {}),
    }
    return dict(zip(runs, _run(market, *runs.values()), strict=True))


def test_arguments_change_what_is_traded(outcomes: dict[str, Any]) -> None:
    assert outcomes["usual"]["fills"] != outcomes["short"]["fills"]
    assert "STOP_LOSS" in {fill["reason"] for fill in outcomes["tight"]["fills"]}
    assert {fill["reason"] for fill in outcomes["never"]["fills"]} == {"SIGNAL"}


def test_a_pool_is_a_name_or_codes(outcomes: dict[str, Any]) -> None:
    assert {fill["instrument"] for fill in outcomes["short"]["fills"]} == {"SH600001"}
    assert outcomes["listed"]["fills"] == outcomes["short"]["fills"]
    assert {fill["instrument"] for fill in outcomes["never"]["fills"]} == {"SH600001", "SH600002"}


def test_what_a_reader_should_know_is_reported(outcomes: dict[str, Any]) -> None:
    missing = ["SH600009 is in the pool but not in the data: never traded."]
    assert outcomes["short"]["reports"] == outcomes["listed"]["reports"] == missing
    assert outcomes["never"]["reports"] == [f"SH600002 has no close after {DAYS[4]}, yet is held to the end."]
    assert outcomes["short"]["notes"] == []


def test_marks_are_truths_by_node_on_the_axes(outcomes: dict[str, Any]) -> None:
    axes = outcomes["short"]["axes"]
    assert axes == [len(DAYS) - 1, 2]
    marks = outcomes["short"]["marks"]
    assert set(marks) == {"death_cross", "golden_cross", "enter", "leave"}
    assert all(mark == ["bool", axes] for mark in marks.values())


def test_every_attribute_of_a_strategy_is_reserved(outcomes: dict[str, Any]) -> None:
    own = {"equal_weight_max_positions", "equal_weight_rebalance_days", "compare_value"}
    assert set(outcomes["least"]["attributes"]) - own <= RESERVED_ATTRIBUTES


def test_data_without_factors_is_noted(tmp_path: Path) -> None:
    bars = {"SH600001": BARS["SH600001"] | {"factor": [NAN] * len(DAYS)}}
    market = write_tiny_market(tmp_path / "market", DAYS, bars, {"csi300": [("SH600001", DAYS[0], DAYS[-1])]})
    (outcome,) = _run(market, (_code(), SHORT))
    assert outcome["notes"] == ["A factor is missing where there is a close: Qlib traded without lots."]
    assert any(fill["amount"] % 100 for fill in outcome["fills"])
