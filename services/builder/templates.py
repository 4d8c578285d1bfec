"""Node templates: the system's own and each owner's."""

from __future__ import annotations

from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.nodes.registry import system_templates
from codegen_core.nodes.schema import localised_schema
from codegen_core.strategies import ready_strategies
from codegen_core.strategies.drawing import ReadyStrategy
from repo.records import NewStrategyTemplate, NewTemplate, Page, TemplateRecord
from repo.unit_of_work import UnitOfWork
from services.runtime.database import AsyncDatabase
from services.runtime.errors import NotFound
from services.runtime.paging import Page as Window

NOBODY = ""
"""No row's owner: a caller who acts for nobody sees what is the system's."""


class Templates:
    """Reads node templates; another owner's are not found."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def seed(self) -> None:
        """Brings the rows of system templates and ready strategies to this version; users' rows stay as they are."""
        await self._database.run(_seed, write=True)

    async def read(self, template_id: str, owner: str | None) -> TemplateRecord:
        """Returns a template. Raises NotFound where it is neither the system's nor the owner's."""
        record = await self._database.run(lambda uow: uow.templates.get(template_id, owner or NOBODY))
        if record is None:
            raise NotFound("There is no such node template.")
        return record

    async def page(
        self,
        owner: str | None,
        window: Window,
        *,
        node_type: str | None,
        category: str | None,
        is_system_template: bool | None,
    ) -> Page[TemplateRecord]:
        """Returns a page of the system's and the owner's templates that pass the filters."""
        return await self._database.run(
            lambda uow: uow.templates.list(
                owner or NOBODY,
                node_type=node_type,
                category=category,
                is_system_template=is_system_template,
                skip=window.skip,
                limit=window.limit,
            )
        )


def _seed(uow: UnitOfWork) -> None:
    uow.templates.seed_system([_row(template) for template in system_templates()])
    uow.strategy_templates.seed([_strategy_row(strategy) for strategy in ready_strategies()])


def _row(template: NodeTemplate) -> NewTemplate:
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
        texts={"zh": {"display_name": strategy.display_name.zh, "description": strategy.description.zh}},
    )
