"""Flows that combine sizing rules, signals and rules in ways that no record shows, the same at every run."""

from __future__ import annotations

import random

from codegen_core.nodes import positions, risk_rules, stop_losses, stop_profits
from tests.unit.core.drawing import Json, edge, flow, node

COUNT = 36

_POSITIONS = (*positions.TEMPLATES, *positions.LATER_TEMPLATES)
_RULES = (
    *stop_losses.TEMPLATES,
    *stop_losses.LATER_TEMPLATES,
    *stop_profits.TEMPLATES,
    *stop_profits.LATER_TEMPLATES,
    *risk_rules.TEMPLATES,
)
_LABELS = (None, None, None, "halts", "entry row", "panels", "平仓", "w" * 40, 'Stop: 10 % below "it"')


def combination(number: int) -> Json:
    """Returns the flow of a number; each position comes every sixth time, so that all are drawn often."""
    chance = random.Random(number)
    position = _POSITIONS[number % len(_POSITIONS)]
    nodes = [node("price", "price"), node("dear", "compare", value=5), node("size", position)]
    edges = [edge("price", "dear.left")]
    takes_score = any(port.name == "score" for port in position.inputs)
    if takes_score:
        edges.append(edge("price", "size.score"))
    for entry in range(chance.randint(0 if position is positions.TOP_K_DROPOUT else 1, 2)):
        nodes.append(node(f"buy_{entry}", "buy"))
        edges += [edge("dear", f"buy_{entry}.condition"), edge(f"buy_{entry}", "size.entry")]
        edges += [edge("price", f"buy_{entry}.score")] * chance.randint(0, 1)
    for way_out in range(chance.randint(0, 2)):
        nodes.append(node(f"sell_{way_out}", "sell"))
        edges += [edge("dear", f"sell_{way_out}"), edge(f"sell_{way_out}", "size.exit")]
    for rule in chance.sample(_RULES, chance.randint(0, 5)):
        nodes.append(node(rule.name, rule))
        edges.append(edge("size", rule.name))
    return flow([_labelled(each, chance.choice(_LABELS)) for each in nodes], edges)


def _labelled(drawn: Json, label: str | None) -> Json:
    return drawn if label is None else drawn | {"label": label}
