"""Whole flows, and how many of them are drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from codegen_core.nodes.declaration import NodeType
from codegen_core.nodes.registry import by_name, system_templates
from tests.functional.random_flows.canvas import Canvas, Output
from tests.functional.random_flows.own_parts import TEMPLATES
from tests.functional.random_flows.painter import CONDITIONS, SERIES, Painter, names_of
from tests.functional.random_flows.terms import drawn_terms

A_FLOW = 5
"""How many kinds of node each flow is made to hold."""

_EXAMPLES = 3
"""Hypothesis begins with the smallest example; the last of a few is a drawn one."""


@dataclass(frozen=True)
class DrawnFlow:
    """A flow, its request's parameters, and the terms of its test."""

    number: int
    flow: dict[str, Any]
    parameters: dict[str, dict[str, Any]]
    settings: dict[str, Any]


def draw_flow(of: int, number: int, codes: Sequence[str], days: Sequence[str]) -> DrawnFlow:
    """Returns flow ``number`` of the seed ``of``, the same each time; kinds of node take turns in having to be there.

    Args:
        codes: Of the market that it is for.
        days: Its calendar.
    """
    forced = turn(number)
    found: list[DrawnFlow] = []

    @seed(of * 10_000 + number)
    @settings(
        max_examples=_EXAMPLES, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        found.append(_flow(data.draw, number, forced, codes, days))

    collect()
    return found[-1]


def turn(number: int) -> list[str]:
    """Returns the kinds of node that flow ``number`` has to hold; ``turns()`` flows running hold them all."""
    known = [*system_templates(), *TEMPLATES.values()]
    kinds = sorted(known, key=lambda template: (template.node_type, template.name))
    return [kind.name for kind in kinds if kind.node_type is not NodeType.SIGNAL][number % turns() :: turns()]


def turns() -> int:
    """Returns after how many flows every kind of node has had its turn."""
    return ceil((len(system_templates()) + len(TEMPLATES)) / A_FLOW)


def _flow(draw: Any, number: int, kinds: list[str], codes: Sequence[str], days: Sequence[str]) -> DrawnFlow:
    canvas = Canvas(draw)
    painter = Painter(canvas, [name for name in kinds if name in SERIES + CONDITIONS])
    position = _position(painter, kinds)
    _signals(painter, position)
    for name in _rules(draw, kinds):
        canvas.connect(Output(position, "position"), canvas.add(name), "position")
    return DrawnFlow(number, canvas.flow(), canvas.parameters, drawn_terms(draw, codes, days))


def _position(painter: Painter, kinds: list[str]) -> str:
    names = names_of(NodeType.POSITION)
    chosen = [name for name in kinds if name in names]
    name = chosen[0] if chosen else painter.canvas.draw(st.sampled_from((*names, "top_k_dropout")))
    score = painter.series(1) if any(port.name == "score" for port in by_name(name).inputs) else None
    position = painter.canvas.add(name)
    if score:
        painter.canvas.connect(score, position, "score")
    return position


def _signals(painter: Painter, position: str) -> None:
    """Draws entries and exits, until all that has to be there is."""
    draw = painter.canvas.draw
    is_top_k = painter.canvas.templates[position].name == "top_k_dropout"
    buys, sells = draw(st.integers(0 if is_top_k else 1, 3)), draw(st.integers(0, 3))
    for number in range(buys + sells):
        is_last = number == buys + sells - 1
        conditions = [painter.condition(draw(st.integers(0, 2)))]
        while is_last and painter.wanted:
            conditions.append(painter.condition(1))
        condition = painter.combined(conditions, draw(st.sampled_from(["any_of", "any_of", "all_of"])))
        _signal(painter, position, "buy" if number < buys else "sell", condition)


def _signal(painter: Painter, position: str, side: str, condition: Output) -> None:
    canvas = painter.canvas
    score = painter.series(1) if side == "buy" and canvas.draw(st.booleans()) else None
    node_id = canvas.add(side)
    canvas.connect(condition, node_id, "condition")
    if score:
        canvas.connect(score, node_id, "score")
    canvas.connect(Output(node_id, "signal"), position, "entry" if side == "buy" else "exit")


def _rules(draw: Any, kinds: list[str]) -> list[str]:
    """Stops and risk rules: those that have to be there and a few more."""
    stops, risk = names_of(NodeType.STOP_LOSS, NodeType.STOP_PROFIT), names_of(NodeType.RISK_MANAGEMENT)
    chosen = [name for name in kinds if name in stops + risk]
    chosen += draw(st.lists(st.sampled_from(stops), max_size=4))
    if risk:
        chosen += draw(st.lists(st.sampled_from(risk), max_size=3))
    return chosen
