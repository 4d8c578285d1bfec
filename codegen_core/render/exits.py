"""The exit rules of a flow, dealt out to methods so that none takes more decisions than a reader can follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen_core.flow.model import ResolvedNode
from codegen_core.names import Identifier
from codegen_core.render.blocks import NodeTemplates
from codegen_core.render.context import Exits
from codegen_core.render.trading import Nodes, TradingNodes

MOST_BRANCHES = 12
"""Decisions of rules in one method; the rest of it takes a few more, and 20 are the limit of ValidateCode."""

_METHOD = "exit_reason"


def deal_out(trading: TradingNodes, templates: NodeTemplates, is_guarded: bool) -> tuple[Exits, ...]:
    """Returns the methods' shares: one where all rules fit, else the stops first and then the signals."""
    rules = (*trading.stops, *trading.exits)
    shares = [rules] if _branches(rules, templates) <= MOST_BRANCHES else list(_shares(trading, templates))
    signals = frozenset(node.id for node in trading.exits)
    first = next((number for number, share in enumerate(shares) if signals & {node.id for node in share}), None)
    return tuple(
        Exits(
            stops=templates.blocks("exit", [node for node in share if node.id not in signals]),
            signals=templates.blocks("exit", [node for node in share if node.id in signals]),
            needs=frozenset(templates.listed("needs", share)),
            is_guarded=is_guarded and number == first,
            method=_name(number),
            following=_name(number + 1) if number + 1 < len(shares) else "",
        )
        for number, share in enumerate(shares)
    )


def _shares(trading: TradingNodes, templates: NodeTemplates) -> Iterator[Nodes]:
    for rules in (trading.stops, trading.exits):
        share: list[ResolvedNode] = []
        for node in rules:
            if _branches([*share, node], templates) > MOST_BRANCHES:
                yield tuple(share)
                share = []
            share.append(node)
        if share:
            yield tuple(share)


def _branches(nodes: Sequence[ResolvedNode], templates: NodeTemplates) -> int:
    return sum(map(templates.branches, nodes))


def _name(number: int) -> Identifier:
    return Identifier(_METHOD if number == 0 else f"{_METHOD}_{number + 1}")
