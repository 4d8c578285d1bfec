"""What a user brings along: templates with ports and parameters of their own, and published factors."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from codegen_core.custom import CustomDefinition
from codegen_core.custom.declare import declaration_of
from codegen_core.factors.factor import Factor, FactorSource
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import NodeTemplate, PortType, Text
from codegen_core.nodes.registry import by_name
from tests.functional.flows import OwnSide
from tests.oracle.graph import Own, OwnParts

_DAYS: dict[str, JsonValue] = {"type": "integer", "minimum": 2, "maximum": 60, "default": 5}
_FRACTION: dict[str, JsonValue] = {"type": "number", "minimum": 0, "maximum": 1, "default": 0.25}


def _definition(
    name: str, node_type: str, language: str, expression: str, inputs: dict[str, str], gives: str, **numbers: JsonValue
) -> CustomDefinition:
    return CustomDefinition(
        name=name,
        node_type=node_type,
        parameter_schema={"type": "object", "properties": numbers} if numbers else {},
        default_parameters={key: entry["default"] for key, entry in numbers.items() if isinstance(entry, dict)},
        input_ports=[{"name": port, "type": kind, "required": True} for port, kind in inputs.items()],
        output_ports=[{"name": "out", "type": gives}],
        execution_hints={"language": language, "expression": expression},
        id=str(uuid5(NAMESPACE_URL, name)),
    )


DEFINITIONS = (
    _definition(
        "channel_place", "INDICATOR", "QLIB",
        "({series}-Min({series},{window}))/(Max({series},{window})-Min({series},{window}))-{fraction}",
        {"series": "SERIES"}, "SERIES", window=_DAYS, fraction=_FRACTION,
    ),
    _definition(
        "thrust", "CONDITION", "QLIB", "And({fast} > Mean({slow}, {days}), $volume > Ref($volume, {days}))",
        {"fast": "SERIES", "slow": "SERIES"}, "BOOL", days=_DAYS,
    ),
    _definition(
        "kept_value", "CUSTOM", "PYTHON", "where({flag}, {series}, {series}.shift({days}) * {fraction})",
        {"flag": "BOOL", "series": "SERIES"}, "SERIES", days=_DAYS, fraction=_FRACTION,
    ),
    _definition(
        "above_the_crowd", "CUSTOM", "PYTHON",
        "{either}.sub({either}.quantile({fraction}, axis=1), axis=0) > -{either}.rolling({days}).std()",
        {"either": "SERIES|BOOL"}, "BOOL", days=_DAYS, fraction=_FRACTION,
    ),
)  # fmt: skip

TEMPLATES: Mapping[str, NodeTemplate] = {each.name: declaration_of(each) for each in DEFINITIONS}
MEANINGS: Mapping[str, Own] = {
    each.name: Own(
        str(each.execution_hints["language"]),
        str(each.execution_hints["expression"]),
        each.output_ports[0]["type"] == "BOOL",
    )
    for each in DEFINITIONS
}

FORMULAS: Mapping[str, Own] = {
    "PLACE": Own("QLIB", "($close-Min($low,{window}))/(Max($high,{window})-Min($low,{window}))", False),
    "QUIET": Own("QLIB", "Std($close/Ref($close,1)-1, {window})*{fraction}", False),
    "SURGE": Own("QLIB", "And($volume > Mean($volume, {window})*(1+{fraction}), $close > $open)", True),
}
NUMBERS = {"window": _DAYS, "fraction": _FRACTION}
FACTORS = {
    (str(FactorSource.CUSTOM), name): Factor(
        name=name,
        source=FactorSource.CUSTOM,
        display_name=Text(name, name),
        description=Text("", ""),
        category="CUSTOM",
        expression=formula.expression,
        parameters={
            "type": "object",
            "properties": {key: entry for key, entry in NUMBERS.items() if f"{{{key}}}" in formula.expression},
        },
        output_type=PortType.BOOL if formula.is_condition else PortType.SERIES,
    )
    for name, formula in FORMULAS.items()
}

OWN = OwnSide(
    templates=tuple(TEMPLATES.values()),
    factors=FACTORS,
    meanings=OwnParts(MEANINGS, FORMULAS, {"window": 5, "fraction": 0.25}),
)
"""All of it, as a flow's owner brings it along."""


def template_of(name: str) -> NodeTemplate:
    """Returns a template by name, the system's or one of these."""
    return TEMPLATES[name] if name in TEMPLATES else by_name(name)


def names_giving(kind: str, language: str | None = None) -> tuple[str, ...]:
    """Returns which of these templates give a SERIES or a BOOL, of one language or of both."""
    return tuple(
        each.name
        for each in DEFINITIONS
        if each.output_ports[0]["type"] == kind and language in {None, each.execution_hints["language"]}
    )
