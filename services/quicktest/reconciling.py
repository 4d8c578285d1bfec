"""Finds tests that Redis or a worker has lost, and brings them to an end.

Every few seconds, in one instance of the server at a time (a lease row decides which): a test that waits and is not
queued is queued, a test whose worker let its lease run out runs again once and fails the second time.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from repo.errors import DatabaseUnavailable
from repo.records import QuickTestRecord
from repo.unit_of_work import UnitOfWork
from services.quicktest.transport import Transport
from services.runtime.context import background_call
from services.runtime.database import AsyncDatabase
from services.runtime.logs import get_logger

EVERY_SECONDS = 5.0
LEASE_NAME = "quicktest-reconciler"
LEASE_SECONDS = 15.0
WAITING_SECONDS = 3.0
AT_ONCE = 200
MOST_ATTEMPTS = 2
LOST = "The worker that ran the test was lost twice. Nothing is known to be wrong with the strategy: run it again."
GRACE_SECONDS = 10.0
"""After the database was away: what live workers, who could not renew their leases either, get to do so."""

log = get_logger(__name__)


class Reconciler:
    """One instance's part of the work."""

    def __init__(self, database: AsyncDatabase[UnitOfWork], transport: Transport) -> None:
        """Takes the parts it works with."""
        self._database = database
        self._transport = transport
        self._holder = f"{socket.gethostname()[:64]}-{os.getpid()}-{uuid4()}"
        self._judges_from = 0.0

    async def run(self) -> None:
        """Works until cancelled; while the database is away it waits for the next turn."""
        while True:
            with background_call():
                try:
                    await self.turn()
                except DatabaseUnavailable:
                    self._judges_from = time.monotonic() + GRACE_SECONDS
                    log.warning("reconciler_waits_for_database")
            await asyncio.sleep(EVERY_SECONDS)

    async def turn(self) -> None:
        """Does one round, if the lease is to be had."""
        now = datetime.now(UTC)
        mine = await self._database.run(
            lambda uow: uow.leases.acquire(LEASE_NAME, self._holder, now, LEASE_SECONDS), write=True
        )
        if not mine:
            return
        if time.monotonic() >= self._judges_from:
            for record in await self._database.run(lambda uow: uow.quick_tests.lease_expired(now, AT_ONCE)):
                await self._recover(record)
        older = now - timedelta(seconds=WAITING_SECONDS)
        for record in await self._database.run(lambda uow: uow.quick_tests.pending(older, AT_ONCE)):
            if not await self._transport.enqueue(record.id, record.data_version or "", record.attempt + 1):
                return
            await self._mark_queued(record.id)

    async def _mark_queued(self, test_id: str) -> None:
        await self._database.run(lambda uow: uow.quick_tests.mark_enqueued(test_id), write=True)

    async def _recover(self, record: QuickTestRecord) -> None:
        again = record.attempt < MOST_ATTEMPTS
        log.warning("quick_test_lost_its_worker", test_id=record.id, attempt=record.attempt, again=again)
        if again:
            await self._database.run(
                lambda uow: uow.quick_tests.release_for_retry(record.id, record.attempt), write=True
            )
            return
        ended = await self._database.run(
            lambda uow: uow.quick_tests.finish(record.id, record.attempt, "FAILED", error_message=LOST), write=True
        )
        if ended:
            await self._transport.end(record.id, "FAILED", LOST)
