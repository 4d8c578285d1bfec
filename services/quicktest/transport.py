"""Redis as QuickTest uses it: it may be away at any time, and then nothing here fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from redis import Redis
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from services.runtime.logs import get_logger
from workers import progress, queue

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 1.0
READ_SECONDS = 5.0
"""Longer than any wait for an event."""
PATIENCE_SECONDS = 2.0
"""What a caller waits for Redis at most; what is still under way then goes on, and may succeed."""

log = get_logger(__name__)


class Transport:
    """The queue and the progress streams. The database knows all that is lost with them."""

    def __init__(self, url: str) -> None:
        """Prepares the connection pools; they connect at the first use."""
        # One retry, for a pooled connection whose server was started anew meanwhile.
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1),
        )
        self._streams = aioredis.Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=READ_SECONDS,
            retry=AsyncRetry(NoBackoff(), 1),
        )

    async def enqueue(self, test_id: str, data_version: str, attempt: int = 1) -> bool:
        """Queues a test; returns whether Redis was there to take it."""
        return await self._try("enqueue", lambda: queue.enqueue(self._redis, test_id, data_version, attempt))

    async def cancel(self, test_id: str) -> bool:
        """Tells a running test to stop at once; without Redis its worker notices at the next lease renewal."""
        return await self._try("cancel", lambda: self._cancel(test_id))

    async def end(self, test_id: str, status: str, error_message: str) -> bool:
        """Writes a test's last event for its watchers."""
        return await self._try("end", lambda: progress.finish(self._redis, test_id, status, None, error_message))

    async def events(self, test_id: str, after_sequence: int, seconds: float) -> list[progress.ProgressEvent]:
        """Returns the events after a sequence, waiting up to ``seconds`` for the first; none where Redis is away."""
        try:
            return await progress.read_events(self._streams, test_id, after_sequence, int(seconds * 1000))
        except (RedisError, OSError) as error:
            log.info("progress_unavailable", test_id=test_id, error=type(error).__name__)
            await asyncio.sleep(seconds)
            return []

    async def close(self) -> None:
        """Closes the connections."""
        await self._streams.aclose()
        self._redis.close()

    def _cancel(self, test_id: str) -> None:
        progress.request_cancel(self._redis, test_id)
        # A test that no worker had taken has nobody else to write its last event.
        progress.finish(self._redis, test_id, "CANCELLED")

    async def _try(self, what: str, action: Callable[[], object]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.to_thread(action)
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            log.warning("redis_unavailable", action=what, error=type(error).__name__)
            return False
        return True
