"""What ships with this version, as the rows that it is seeded into."""

from __future__ import annotations

from codegen_core.factors import Factor, FactorSource, built_in_factors
from codegen_core.nodes.declaration import NodeTemplate, Text
from codegen_core.nodes.registry import system_templates
from codegen_core.nodes.schema import localised_schema
from codegen_core.strategies import ready_strategies
from codegen_core.strategies.drawing import ReadyStrategy
from repo.records import NewFactor, NewStrategyTemplate, NewTemplate
from repo.unit_of_work import UnitOfWork
from services.builder.factors import LEASE_NAME as FACTORS_LEASE

LEASE_NAME = "builder-seeding"
SOURCES = frozenset(FactorSource) - {FactorSource.CUSTOM}


def seed(uow: UnitOfWork) -> None:
    """Brings the rows to this version, by one server at a time; users' rows and the counts of use stay as they are."""
    uow.leases.lock(LEASE_NAME)
    uow.templates.seed_system([_template_row(template) for template in system_templates()])
    uow.strategy_templates.seed([_strategy_row(strategy) for strategy in ready_strategies()])
    uow.leases.lock(FACTORS_LEASE)
    uow.factors.seed([_factor_row(factor) for factor in built_in_factors()], SOURCES)


def _template_row(template: NodeTemplate) -> NewTemplate:
    return NewTemplate(
        id=template.id,
        name=template.name,
        display_name=template.display_name.en,
        description=template.description.en,
        node_type=template.node_type.value,
        category=template.category,
        parameter_schema=localised_schema(template, "en"),
        default_parameters=dict(template.default_parameters),
        input_ports=[
            {
                "name": port.name,
                "type": "|".join(kind.value for kind in port.types),
                "required": port.required,
                "multiple": port.multiple,
            }
            for port in template.inputs
        ],
        output_ports=[{"name": port.name, "type": port.type.value} for port in template.outputs],
        icon=template.icon,
        color=template.color,
        version=template.version,
    )


def _strategy_row(strategy: ReadyStrategy) -> NewStrategyTemplate:
    return NewStrategyTemplate(
        id=strategy.id,
        name=strategy.name,
        display_name=strategy.display_name.en,
        description=strategy.description.en,
        category=strategy.category,
        logic_flow=strategy.logic_flow,
        texts=_chinese(strategy.display_name, strategy.description),
    )


def _factor_row(factor: Factor) -> NewFactor:
    return NewFactor(
        id=factor.id,
        name=factor.name,
        display_name=factor.display_name.en,
        description=factor.description.en,
        texts=_chinese(factor.display_name, factor.description),
        category=factor.category,
        source=factor.source,
        expression=factor.expression,
        parameters=dict(factor.parameters),
        output_type=factor.output_type.value,
    )


def _chinese(display_name: Text, description: Text) -> dict[str, dict[str, str]]:
    return {"zh": {"display_name": display_name.zh, "description": description.zh}}
