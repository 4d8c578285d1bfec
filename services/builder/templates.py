"""Node templates: the system's own and each owner's."""

from __future__ import annotations

from codegen_core.nodes.registry import by_id
from repo.records import Page, TemplateRecord
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

    async def read(self, template_id: str, owner: str | None) -> TemplateRecord:
        """Returns a template; of one that was replaced, what stands in for it.

        Raises:
            NotFound: It is neither the system's nor the owner's.
        """
        declared = by_id(template_id)
        current = template_id if declared is None else declared.id
        record = await self._database.run(lambda uow: uow.templates.get(current, owner or NOBODY))
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
