"""The standard health service, kept in step with a check of what the server can't work without."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from grpc_health.v1 import health_pb2
from grpc_health.v1._async import HealthServicer

from services.runtime.logs import get_logger

HealthCheck: TypeAlias = Callable[[], Awaitable[bool]]

POLL_SECONDS = 2.0

log = get_logger(__name__)


async def always_healthy() -> bool:
    """The check of a server that needs nothing but itself."""
    return True


class HealthMonitor:
    """Polls the check and tells the health service, for the server as a whole ("") and for each service by name."""

    def __init__(self, check: HealthCheck, services: Sequence[str], poll_seconds: float = POLL_SECONDS) -> None:
        self.servicer = HealthServicer()
        self._check = check
        self._services = ("", *services)
        self._poll_seconds = poll_seconds
        self._healthy: bool | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Check once, then go on in the background."""
        await self._poll()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Turn NOT_SERVING for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self.servicer.enter_graceful_shutdown()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._poll_seconds)
            await self._poll()

    async def _poll(self) -> None:
        healthy = await self._passes()
        if healthy == self._healthy:
            return
        self._healthy = healthy
        log.info("health", serving=healthy)
        response = health_pb2.HealthCheckResponse
        for service in self._services:
            await self.servicer.set(service, response.SERVING if healthy else response.NOT_SERVING)

    async def _passes(self) -> bool:
        """A check that raises or takes longer than the interval has failed; the monitor must outlive it."""
        task = asyncio.ensure_future(self._check())
        done, _ = await asyncio.wait({task}, timeout=self._poll_seconds)
        if not done:
            task.cancel()
            return False
        if task.exception() is not None:
            log.error("health_check_failed", exc_info=task.exception())
            return False
        return task.result()
