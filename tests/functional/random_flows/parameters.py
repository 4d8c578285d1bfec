"""Parameters from a template's schema, within the ranges in which strategies trade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from codegen_core.nodes.declaration import NodeTemplate

LONGEST = 24
"""Windows beyond it are drawn now and then only."""

INTEGERS: Mapping[str, tuple[int, int]] = {
    "days": (1, 8), "fast": (2, 9), "slow": (10, 20), "signal": (2, 9), "short": (2, 6), "medium": (4, 10),
    "long": (8, 20), "max_positions": (1, 12), "k": (2, 12), "n_drop": (0, 4), "count": (1, 12),
    "k_smoothing": (1, 5), "d_smoothing": (1, 5), "fast_k": (2, 9), "slow_k": (1, 5), "slow_d": (1, 5),
    "fast_d": (1, 5),
}  # fmt: skip
NUMBERS: Mapping[str, tuple[float, float]] = {
    "percent": (0.01, 0.2), "gain": (0.01, 0.1), "fraction": (0.05, 0.7), "deviations": (0.5, 3.0),
    "volume_factor": (0.1, 1.0), "acceleration": (0.01, 0.1), "maximum": (0.1, 0.5), "multiple": (0.5, 4.0),
    "weight": (0.02, 0.4), "drawdown": (0.02, 0.2), "cap": (0.05, 0.9), "amount": (500.0, 20_000.0),
}  # fmt: skip
BY_NODE: Mapping[tuple[str, str], tuple[float, float]] = {
    ("max_holding_days", "days"): (1, 40),
    ("drawdown_halt", "days"): (0, 40),
    ("cooldown", "days"): (1, 30),
    ("min_holding_days", "days"): (1, 25),
    ("stop_loss_amount", "amount"): (50.0, 3000.0),
    ("stop_below_average", "window"): (2, 40),
    ("weight_cap", "cap"): (0.03, 0.4),
    ("turnover_cap", "cap"): (0.05, 0.8),
    ("exposure_cap", "cap"): (0.2, 1.0),
}


def drawn_parameters(draw: Any, template: NodeTemplate, given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns values for the parameters of a template; what has a default may be left out."""
    properties: Mapping[str, Any] = template.parameter_schema.get("properties", {})  # type: ignore[assignment]
    chosen = dict(given)
    for name, schema in properties.items():
        usual = template.default_parameters.get(name)
        if name in chosen or (usual is None and "enum" not in schema) or draw(st.integers(0, 9)) == 0:
            continue
        chosen[name] = draw(_value(template.name, name, schema))
    return chosen


def _value(node: str, name: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(list(schema["enum"]))
    if schema["type"] == "integer":
        return _integer(node, name, schema)
    low, high = BY_NODE.get((node, name)) or NUMBERS[name]
    return st.floats(low, high).map(lambda value: round(value, 4))


def _integer(node: str, name: str, schema: Mapping[str, Any]) -> st.SearchStrategy[int]:
    if name == "rebalance_days":
        return st.sampled_from([0, 0, 1, 2, 3, 5, 10, 20])
    low, high = BY_NODE.get((node, name)) or INTEGERS.get(name) or (1, LONGEST)
    low = max(int(low), schema.get("minimum", low))
    usual = st.integers(low, max(int(high), low))
    if name != "window":
        return usual
    return st.one_of(usual, usual, usual, st.integers(low, min(4 * LONGEST, schema.get("maximum", 4 * LONGEST))))
