"""Wires a worker and runs it until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

import structlog
from redis import Redis, RedisError
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from repo.engine import Database, create_database
from repo.errors import DatabaseError
from repo.records import NewMarket
from workers.data_directory import DataDirectory, describe_market
from workers.jobs import QuickTestRunner
from workers.qlib_engine import initialise
from workers.sandbox import SandboxError, Walls, check_walls
from workers.settings import WorkerSettings
from workers.worker import QuickTestWorker

T = TypeVar("T")

SHUTDOWN_SECONDS = 4.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_LOG = logging.getLogger(__name__)


class Stop(Exception):  # noqa: N818  not an error
    """A signal told the process to stop."""


@dataclass(frozen=True, slots=True)
class Service:
    """A worker's parts."""

    settings: WorkerSettings
    database: Database
    market: NewMarket
    walls: Walls

    def run(self) -> None:
        """Announce the market and take jobs, whatever comes and goes. Raises Stop."""
        patiently("the database", self._announce)
        while True:
            patiently("Redis", self._ping_redis)
            worker = patiently("Redis", self._worker)
            _LOG.info("ready", extra={"data_version": self.market.data_version, "worker_id": worker.name})
            try:
                worker.work(logging_level="DEBUG" if self.settings.log_level == "DEBUG" else "WARNING")
            except RedisError as problem:
                _LOG.warning("Redis went away: %s", type(problem).__name__)
            finally:
                install_stop()
            if worker.told_to_stop:
                raise Stop

    def _announce(self) -> None:
        self.database.run(lambda unit: unit.markets.upsert(self.market))
        self.database.dispose()  # what is forked from here on inherits no connection

    def _beat(self) -> None:
        """Tell that the market is still served; a database that is away hears it the next time."""
        try:
            self.database.run(lambda unit: unit.markets.heartbeat(self.market.data_version))
        except DatabaseError as problem:
            _LOG.warning("no heartbeat: %s", problem)
        self.database.dispose()

    def _ping_redis(self) -> None:
        with Redis.from_url(self.settings.redis_url, socket_connect_timeout=1.0, socket_timeout=5.0) as redis:
            redis.ping()

    def _worker(self) -> QuickTestWorker:
        redis = Redis.from_url(
            self.settings.redis_url,
            socket_connect_timeout=1.0,
            retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 3),
        )
        return QuickTestWorker(redis, self.market.data_version, self._runner, self._beat, SHUTDOWN_SECONDS)

    def _runner(self, worker_name: str) -> QuickTestRunner:
        return QuickTestRunner(
            database=self.database,
            connect_redis=self._connect_for_progress,
            walls=self.walls,
            timeout=self.settings.timeout,
            worker_id=f"{socket.gethostname()[:80]}-{worker_name}",
            worker_pid=os.getpid(),
            data_version=self.market.data_version,
            synthetic=self.market.is_synthetic,
        )

    def _connect_for_progress(self) -> Redis:
        """A client that gives up soon: a test must not wait for Redis."""
        once = Retry(ExponentialBackoff(), 0)
        return Redis.from_url(self.settings.redis_url, socket_connect_timeout=0.5, socket_timeout=0.5, retry=once)


def patiently(what: str, act: Callable[[], T]) -> T:
    """Returns what ``act`` returns, trying again with longer and longer pauses while its server is away."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return act()
        except (DatabaseError, RedisError) as problem:
            _LOG.warning("waiting for %s: %s", what, type(problem).__name__)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def install_stop() -> None:
    """Let SIGTERM and SIGINT raise Stop; RQ has handlers of its own while it works."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stop

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def prepare(settings: WorkerSettings) -> Service:
    """Load Qlib with its data and prove the walls. Raises SandboxError."""
    initialise(settings.provider_uri, settings.region)
    walls = Walls(settings.sandbox, (settings.provider_uri,), cpu_seconds=int(settings.timeout) + 5)
    check_walls(walls)
    market = describe_market(DataDirectory(settings.provider_uri), settings.region)
    return Service(settings, create_database(settings.database_url, pool_size=2), market, walls)


def serve(settings: WorkerSettings) -> int:
    """Serve until told to stop; returns the process's exit code."""
    install_stop()
    configure_logging(settings.log_level)
    try:
        prepare(settings).run()
    except SandboxError as problem:
        sys.stderr.write(f"SB_SANDBOX={settings.sandbox}: {problem}\n")
        return 1
    except Stop:
        _LOG.info("stopped")
    return 0


def configure_logging(level: str) -> None:
    """Write the standard library's records as JSON lines to stdout."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
