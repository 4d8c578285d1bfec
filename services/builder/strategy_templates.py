"""Strategy templates: the ready-made flows, everybody's to start from."""

from __future__ import annotations

from repo.records import Page, StrategyTemplateRecord
from repo.unit_of_work import UnitOfWork
from services.runtime.database import AsyncDatabase
from services.runtime.errors import NotFound
from services.runtime.paging import Page as Window


class StrategyTemplates:
    """Reads the ready-made flows."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def read(self, template_id: str) -> StrategyTemplateRecord:
        """Returns a strategy template. Raises NotFound where there is none of this id."""
        return await self._database.run(lambda uow: strategy_template(uow, template_id))

    async def page(self, category: str | None, window: Window) -> Page[StrategyTemplateRecord]:
        """Returns a page of strategy templates, by category and name."""
        return await self._database.run(
            lambda uow: uow.strategy_templates.list(category=category, skip=window.skip, limit=window.limit)
        )


def strategy_template(uow: UnitOfWork, template_id: str) -> StrategyTemplateRecord:
    """Returns a strategy template. Raises NotFound where there is none of this id."""
    record = uow.strategy_templates.get(template_id)
    if record is None:
        raise NotFound("There is no such strategy template.")
    return record
