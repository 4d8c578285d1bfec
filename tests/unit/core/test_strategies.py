"""The ready-made strategies are complete, valid and as described."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen_core import strategies
from codegen_core.strategies.drawing import ReadyStrategy
from codegen_core.strategies.page import page
from tests.support.contracts import ROOT
from tests.unit.core.drawing import check

every_strategy = pytest.mark.parametrize("strategy", strategies.ready_strategies(), ids=lambda strategy: strategy.name)


@every_strategy
def test_valid_as_shipped(strategy: ReadyStrategy) -> None:
    report = check(strategy.logic_flow)
    assert report.problems == ()
    assert report.resolved is not None
    drawn: Any = strategy.logic_flow
    assert {node.id for node in report.resolved.nodes} == {node["id"] for node in drawn["nodes"]}


@every_strategy
def test_is_json_and_the_callers_own(strategy: ReadyStrategy) -> None:
    loaded: Any = strategies.load(strategy.name)
    assert json.loads(json.dumps(loaded)) == loaded
    loaded["nodes"].clear()
    assert strategies.load(strategy.name)["nodes"]


@every_strategy
def test_told_in_both_languages_and_drawn_without_overlap(strategy: ReadyStrategy) -> None:
    assert strategy.display_name.zh != strategy.display_name.en
    assert strategy.description.zh != strategy.description.en
    drawn: Any = strategy.logic_flow
    places = [(node["position"]["x"], node["position"]["y"]) for node in drawn["nodes"]]
    assert len(set(places)) == len(places)


def test_the_documentation_lists_exactly_these() -> None:
    assert (ROOT / "docs" / "ready-strategies.md").read_text("utf-8") == page()


def test_an_unknown_name() -> None:
    with pytest.raises(KeyError):
        strategies.load("none")


def test_the_double_moving_average() -> None:
    resolved = check(strategies.load("double_moving_average")).resolved
    assert resolved is not None
    assert resolved.warmup_bars == 20
    assert {node.id: dict(node.parameters) for node in resolved.nodes} == {
        "fast_average": {"window": 5, "field": "close"},
        "slow_average": {"window": 20, "field": "close"},
        "golden_cross": {},
        "death_cross": {},
        "enter": {},
        "leave": {},
        "holdings": {"max_positions": 10, "rebalance_days": 0},
        "stop_loss": {"percent": 0.05},
        "take_profit": {"percent": 0.1},
    }
