"""Whether the stack works, asked of those who know."""

from __future__ import annotations

import httpx
import redis
from rq import Worker

from gateway.contracts import HEALTH_PATH
from gateway.stack.programs import WORKER
from gateway.stack.settings import StackSettings
from gateway.stack.supervisor import Supervisor
from services.runtime import variables as v


def redis_answers(settings: StackSettings) -> bool:
    """Returns whether Redis has loaded its data and answers."""
    try:
        with _redis(settings) as connection:
            return bool(connection.ping())
    except redis.RedisError:
        return False


def gateway_is_healthy(settings: StackSettings) -> bool:
    """Returns whether the gateway says that all four servers are healthy."""
    try:
        return httpx.get(f"{settings.url}{HEALTH_PATH}", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def worker_is_registered(settings: StackSettings, supervisor: Supervisor) -> bool:
    """Returns whether the stack's own worker takes jobs; it registers once Qlib and the data are loaded."""
    pids = {state.pid for state in supervisor.states() if state.name == WORKER}
    with _redis(settings) as connection:
        return any(worker.pid in pids for worker in Worker.all(connection=connection))


def _redis(settings: StackSettings) -> redis.Redis:
    return redis.Redis.from_url(v.REDIS_URL.read(settings.environment), socket_timeout=5)
