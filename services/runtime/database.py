"""The bridge from asyncio to the blocking database layer: units of work in threads, one a pooled connection."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

from repo.errors import DatabaseUnavailable

T = TypeVar("T")
UnitOfWorkT = TypeVar("UnitOfWorkT")
GivenT = TypeVar("GivenT", covariant=True)


class Database(Protocol[GivenT]):
    """What the bridge needs of ``repo``'s database."""

    def run(self, work: Callable[[GivenT], T], *, write: bool = False) -> T: ...

    def ping(self) -> None: ...

    def dispose(self) -> None: ...


class AsyncDatabase(Generic[UnitOfWorkT]):
    """Runs units of work in threads.

    A caller that is cancelled leaves nothing open: work that waits for a thread is dropped, work that runs goes on to
    its commit or rollback.
    """

    def __init__(self, database: Database[UnitOfWorkT], threads: int) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")
        # Its own thread: a busy pool is no reason to call the server sick.
        self._ping_thread = ThreadPoolExecutor(1, thread_name_prefix="database-ping")

    async def run(self, work: Callable[[UnitOfWorkT], T], *, write: bool = False) -> T:
        """Run ``work(unit_of_work)`` in one transaction and return its result; what it raises rolls back."""
        carried = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: carried.run(self._database.run, work, write=write))

    async def ping(self) -> bool:
        """Return whether the database answers."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._ping_thread, self._database.ping)
        except DatabaseUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Wait for the running work, drop what waits, close the connections."""
        for threads in (self._threads, self._ping_thread):
            await asyncio.to_thread(threads.shutdown, wait=True, cancel_futures=True)
        self._database.dispose()
