"""All system templates, in the palette's order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from codegen_core.nodes import (
    conditions,
    own_indicators,
    positions,
    qlib_indicators,
    qlib_prices,
    qlib_statistics,
    rank_conditions,
    risk_rules,
    series_conditions,
    signals,
    stop_losses,
    stop_profits,
    talib_momentum,
    talib_ranges,
    talib_trend,
)
from codegen_core.nodes.declaration import NodeTemplate, system_template_id
from codegen_core.nodes.general import expressions, factor, talib_function

_TEMPLATES: tuple[NodeTemplate, ...] = (
    *qlib_indicators.TEMPLATES,
    *conditions.TEMPLATES,
    *signals.TEMPLATES,
    *positions.TEMPLATES,
    *stop_losses.TEMPLATES,
    *stop_profits.TEMPLATES,
    *qlib_indicators.LATER_TEMPLATES,
    *qlib_prices.TEMPLATES,
    *qlib_statistics.TEMPLATES,
    *talib_trend.TEMPLATES,
    *talib_momentum.TEMPLATES,
    *talib_ranges.TEMPLATES,
    *own_indicators.TEMPLATES,
    *series_conditions.TEMPLATES,
    *rank_conditions.TEMPLATES,
    *positions.LATER_TEMPLATES,
    *stop_losses.LATER_TEMPLATES,
    *stop_profits.LATER_TEMPLATES,
    *risk_rules.TEMPLATES,
    *talib_function.TEMPLATES,
    *factor.TEMPLATES,
    *expressions.TEMPLATES,
)


def index_by_id(templates: Iterable[NodeTemplate]) -> dict[str, NodeTemplate]:
    """Returns id to template, the ids of the templates that each one replaces included, so that old flows open."""
    known = tuple(templates)
    old = {system_template_id(name): template for template in known for name in template.replaces}
    return old | {template.id: template for template in known}


_BY_ID: Mapping[str, NodeTemplate] = MappingProxyType(index_by_id(_TEMPLATES))
_BY_NAME: Mapping[str, NodeTemplate] = MappingProxyType({template.name: template for template in _TEMPLATES})


def system_templates() -> tuple[NodeTemplate, ...]:
    """Returns every system template, in an order that only grows."""
    return _TEMPLATES


def system_templates_by_id() -> Mapping[str, NodeTemplate]:
    """Returns id to system template, the ids of replaced templates included; read-only."""
    return _BY_ID


def by_id(template_id: str) -> NodeTemplate | None:
    """Returns the system template with this id, or the one that replaces it, or None."""
    return _BY_ID.get(template_id)


def by_name(name: str) -> NodeTemplate:
    """Returns the system template with this name; KeyError where there is none."""
    return _BY_NAME[name]
