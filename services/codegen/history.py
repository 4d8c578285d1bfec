"""What was generated before."""

from __future__ import annotations

from dataclasses import dataclass

from repo.records import GenerationRecord, GenerationSummary
from repo.unit_of_work import UnitOfWork
from services.runtime.database import AsyncDatabase
from services.runtime.errors import NotFound
from services.runtime.paging import Page


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Generations of a strategy, newest first; ``current_id`` is the one that runs."""

    items: tuple[GenerationSummary, ...]
    total: int
    current_id: str | None


class History:
    """Reads generations; another owner's are not found."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def read(self, generation_id: str, owner: str) -> GenerationRecord:
        """Returns one generation. Raises NotFound where the owner has none of this id."""
        record = await self._database.run(lambda uow: uow.generations.get(generation_id, owner))
        if record is None:
            raise NotFound("There is no such generated code.")
        return record

    async def page(self, instance_id: str, owner: str, page: Page) -> HistoryPage:
        """Returns a page of a strategy's generations. Raises NotFound where the owner has no such strategy."""
        return await self._database.run(lambda uow: _page(uow, instance_id, owner, page))

    async def latest_valid(self, instance_id: str, owner: str | None) -> GenerationRecord:
        """Returns the newest generation that passed validation.

        Args:
            owner: Whose strategy it must be; None: anybody's.

        Raises:
            NotFound: There is no such strategy, or none of its code is valid.
        """
        return await self._database.run(lambda uow: _latest_valid(uow, instance_id, owner))


def _latest_valid(uow: UnitOfWork, instance_id: str, owner: str | None) -> GenerationRecord:
    found = uow.strategies.owner_of(instance_id)
    if found is None or owner not in (None, found):
        raise NotFound("There is no such strategy.")
    record = uow.generations.latest_valid(instance_id)
    if record is None:
        raise NotFound("None of the strategy's code is valid.")
    return record


def _page(uow: UnitOfWork, instance_id: str, owner: str, page: Page) -> HistoryPage:
    strategy = uow.strategies.get(instance_id, owner)
    if strategy is None:
        raise NotFound("There is no such strategy.")
    found = uow.generations.list(instance_id, owner, page.skip, page.limit)
    return HistoryPage(found.items, found.total, strategy.current_generation_id)
