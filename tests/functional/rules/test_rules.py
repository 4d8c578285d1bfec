"""Every sizing rule, stop and risk rule on days written out by hand, by the generated code and by the interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.flows import interpreted
from tests.functional.rules.risk import RISK
from tests.functional.rules.scenario import DAYS, Scenario, Trade
from tests.functional.rules.sizes import SIZES
from tests.functional.rules.stops import STOPS
from tests.support.engine import run_in_engine
from tests.support.tiny_market import write_tiny_market

SCENARIOS: dict[str, Scenario] = {**STOPS, **RISK, **SIZES}

every_scenario = pytest.mark.parametrize("name", SCENARIOS)


def _codes(name: str) -> dict[str, str]:
    """Returns the market's code of each letter of a scenario; codes are in the order of the letters."""
    number = list(SCENARIOS).index(name)
    return {letter: f"SH6{number:03d}{place:02d}" for place, letter in enumerate(SCENARIOS[name].bars)}


def _pool(name: str) -> Iterator[tuple[str, str, str]]:
    for letter, (first, last) in SCENARIOS[name].pool.items():
        yield _codes(name)[letter], DAYS[first], DAYS[last]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One market with the instruments of all scenarios, each under codes of its own."""
    bars = {_codes(name)[letter]: own for name in SCENARIOS for letter, own in SCENARIOS[name].bars.items()}
    pools = {"csi300": [span for name in SCENARIOS for span in _pool(name)]}
    return write_tiny_market(tmp_path_factory.mktemp("rules") / "data", DAYS, bars, pools)


@pytest.fixture(scope="module")
def outcomes(market: Path) -> dict[str, dict[str, Any]]:
    """What the generated code did in each scenario, run in one engine process."""
    runs = [(scenario.drawn().code(), scenario.settings(_codes(name))) for name, scenario in SCENARIOS.items()]
    return dict(zip(SCENARIOS, run_in_engine(market, runs), strict=True))


def _expected(name: str) -> list[Trade]:
    codes = _codes(name)
    return [
        (day, codes[letter], side, pytest.approx(shares, abs=1e-6), reason, node_id, late)
        for day, letter, side, shares, reason, node_id, late in SCENARIOS[name].trades
    ]


@every_scenario
def test_generated_code_trades_as_written_out_by_hand(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    fills = [
        (
            DAYS.index(row["trading_day"]), row["instrument"], row["side"], row["amount"], row["reason"],
            row.get("node_id", ""), row["late"],
        )
        for row in outcomes[name]["trades"]
    ]  # fmt: skip
    assert fills == _expected(name)


@every_scenario
def test_independent_interpreter_trades_as_written_out_by_hand(name: str, market: Path) -> None:
    scenario = SCENARIOS[name]
    outcome = interpreted(scenario.drawn(), market, DAYS[1], DAYS[-2], scenario.settings(_codes(name)))
    fills = [
        (
            DAYS.index(f"{trade.day:%Y-%m-%d}"),
            trade.code,
            trade.side,
            trade.amount,
            trade.reason,
            trade.node_id,
            trade.late,
        )
        for trade in outcome.trades
    ]
    assert fills == _expected(name)
