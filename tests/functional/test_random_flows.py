"""Forty random flows: the generated code and the independent interpreter do the same, and neither looks ahead.

`make test-long` does it with hundreds; docs/random-flows.md has the last result.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from codegen_core.render.layout import LINE_LENGTH
from codegen_core.safety import analyse
from tests.functional.agreement import Verdict, judged
from tests.functional.random_cases import RoughMarket, looked_ahead

SEED, FLOWS = 5, 40
MARKETS = (1, 2, 3)
"""The third one lacks factors here and there, and so trades without lots."""

REASONS = {"HALT", "STOP_LOSS", "STOP_PROFIT", "SIGNAL", "LEFT_POOL", "DROPOUT", "REBALANCE"}


class Runs:
    """The markets with their flows, each run both ways when it is first asked for."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.market = cache(lambda seed: RoughMarket.made(folder, seed))
        self.verdicts = cache(self._verdicts)

    def _verdicts(self, seed: int) -> list[Verdict]:
        market = self.market(seed)
        return judged(market.root, market.cases(SEED, range(MARKETS.index(seed), FLOWS, len(MARKETS))))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """All markets."""
    return Runs(tmp_path_factory.mktemp("rough"))


@pytest.mark.parametrize("seed", MARKETS)
def test_every_fill_mark_and_day_agrees(seed: int, runs: Runs) -> None:
    """To the share and the cent, with reason, node and lateness."""
    assert [verdict.told() for verdict in runs.verdicts(seed) if verdict.difference] == []


@pytest.mark.parametrize("seed", MARKETS)
def test_decisions_are_the_same_without_later_data(seed: int, runs: Runs) -> None:
    """The same flows, replayed on data that end in the middle."""
    answers = looked_ahead(runs.market(seed), runs.verdicts(seed), 0.5, runs.folder)
    assert len(answers) > 3
    assert [name for name, otherwise in answers.items() if otherwise] == []


def test_the_flows_trade_for_every_reason(runs: Runs) -> None:
    """Agreement means something only where there are fills."""
    verdicts = [verdict for seed in MARKETS for verdict in runs.verdicts(seed)]
    trades = [trade for verdict in verdicts for trade in verdict.trades]
    assert sum(len(verdict.trades) > 10 for verdict in verdicts) > 0.7 * len(verdicts)
    assert {trade.reason for trade in trades} == REASONS
    assert {trade.reason for trade in trades if trade.late} >= REASONS - {"REBALANCE", "HALT"}


def test_every_kind_of_node_is_drawn(tmp_path: Path) -> None:
    """No kind of the library goes without a comparison."""
    cases = RoughMarket.made(tmp_path, MARKETS[0]).cases(SEED, range(FLOWS))
    names = {key: template.name for key, template in cases[0].drawn.templates.items()}
    drawn = Counter(names[node["template_id"]] for case in cases for node in case.drawn.flow["nodes"])
    assert set(names.values()) - drawn.keys() == set()


def test_the_code_is_formatted_and_passes_our_own_policy(tmp_path: Path) -> None:
    """Whatever the labels and expressions; a user's own comparison of a thing with itself is left to the linter."""
    cases = RoughMarket.made(tmp_path, MARKETS[0]).cases(SEED, range(FLOWS))
    folder = tmp_path / "code"
    folder.mkdir()
    for number, case in enumerate(cases):
        (folder / f"flow_{number}.py").write_text(case.drawn.code(), "utf-8")
    ruff = Path(sys.executable).parent / "ruff"
    for command in (["format", "--check", f"--line-length={LINE_LENGTH}"], ["check", "--ignore=PLR0124"]):
        subprocess.run([ruff, *command, "--isolated", folder], check=True, timeout=60)
    for path in sorted(folder.glob("*.py"))[::3]:
        assert analyse(path.read_text("utf-8")).is_valid, path.name
