"""Ready-made strategies: complete flows in the JSON form of a request's ``logic_flow``."""

from __future__ import annotations

from copy import deepcopy

from codegen_core.json_value import JsonValue
from codegen_core.strategies import double_moving_average, reversal, rotation, trend
from codegen_core.strategies.drawing import ReadyStrategy

_STRATEGIES: tuple[ReadyStrategy, ...] = (
    double_moving_average.STRATEGY,
    *trend.STRATEGIES,
    *reversal.STRATEGIES,
    *rotation.STRATEGIES,
)
_BY_NAME = {strategy.name: strategy for strategy in _STRATEGIES}


def ready_strategies() -> tuple[ReadyStrategy, ...]:
    """Returns every ready-made strategy, in an order that only grows."""
    return _STRATEGIES


def load(name: str) -> dict[str, JsonValue]:
    """Returns the caller's own copy of a strategy's ``logic_flow``; KeyError where there is none of that name."""
    return deepcopy(_BY_NAME[name].logic_flow)
