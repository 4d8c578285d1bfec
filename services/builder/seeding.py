"""Brings what ships into a database that may come later than the server."""

from __future__ import annotations

import asyncio

from repo.errors import DatabaseUnavailable
from repo.unit_of_work import UnitOfWork
from services.builder.shipped import seed
from services.runtime.database import AsyncDatabase


class Seeding:
    """The server's health: it can work once what ships is there, and while the database answers."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database
        self._seeded: asyncio.Task[bool] | None = None

    async def healthy(self) -> bool:
        """Returns whether the server can work; seeds the first time that the database lets it."""
        if self._seeded is None:
            self._seeded = asyncio.create_task(self._seed())
        # A check that is given up for being slow doesn't give up the seeding; the next one waits for it.
        if not await asyncio.shield(self._seeded):
            self._seeded = None
            return False
        return await self._database.ping()

    async def _seed(self) -> bool:
        try:
            await self._database.run(seed, write=True)
        except DatabaseUnavailable:
            return False
        return True
