"""Ends the sessions whose time is over, once an hour, however many instances of the server run.

A lease row says that this hour's sweep is done: it is taken in the unit of work that sweeps, so that a sweep that
fails leaves it to be taken again, and it belongs to nobody, so that no instance that dies takes it along.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from repo.errors import DatabaseUnavailable
from repo.unit_of_work import UnitOfWork
from services.runtime.context import background_call
from services.runtime.database import AsyncDatabase
from services.runtime.logs import get_logger

LEASE_NAME = "builder-session-sweep"
PERIOD_SECONDS = 3600.0
LOOK_SECONDS = 60.0

log = get_logger(__name__)


class Sweeper:
    """One instance's part of the work."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def run(self) -> None:
        """Works until cancelled; while the database is away it waits for the next turn."""
        while True:
            with background_call():
                try:
                    await self.turn(datetime.now(UTC))
                except DatabaseUnavailable:
                    log.warning("sweep_waits_for_database")
            await asyncio.sleep(LOOK_SECONDS)

    async def turn(self, now: datetime) -> int | None:
        """Returns how many sessions it ended; None where this hour's sweep is done already."""
        ended = await self._database.run(lambda uow: _sweep(uow, now), write=True)
        if ended is not None:
            log.info("sessions_swept", ended=ended)
        return ended


def _sweep(uow: UnitOfWork, now: datetime) -> int | None:
    if not uow.leases.acquire(LEASE_NAME, str(uuid4()), now, PERIOD_SECONDS):
        return None
    return uow.sessions.expire(now)
