"""Work that reads, checks and then writes on condition that what was read is still so."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from repo.errors import StaleRevision
from services.runtime.context import remaining_seconds

T = TypeVar("T")

LAST_TRY_SECONDS = 1.0
"""Such work is tried again until so little of its time is left."""
MOST_PAUSE_SECONDS = 0.02


async def until_current(attempt: Callable[[], Awaitable[T]]) -> T:
    """Returns what ``attempt`` returns, made again from its reading on while others write in between.

    Raises:
        StaleRevision: The time of the call is nearly over.
    """
    while True:
        try:
            return await attempt()
        except StaleRevision:  # what was checked is not what is stored any more
            if remaining_seconds() < LAST_TRY_SECONDS:
                raise
        await asyncio.sleep(random.uniform(0, MOST_PAUSE_SECONDS))
