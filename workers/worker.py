"""RQ's forking worker, kept to one thread and made to outlive Redis."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from redis import Redis, RedisError
from rq import Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from workers.queue import QuickTestJob, open_queue
from workers.single_thread import ThreadsRunningError, require_one_thread

_LOG = logging.getLogger(__name__)
_TTL_SECONDS = 30
"""RQ waits 15 seconds less than this for a job before it looks up."""
_LOOK_SECONDS = 1
_BEAT_SECONDS = 10.0


class QuickTestWorker(Worker):
    """Runs the jobs of one queue, each in a process of its own.

    Args:
        make_runner: From the worker's name to what a job does with its test's id.
        beat: Called every ten seconds or so, while idle and while a test runs.
        grace: Seconds that a running test has to end once the worker is told to stop.
    """

    max_connection_wait_time = 2.0
    """Seconds between looks for a Redis that is away; RQ's own minute would be added to every long outage."""

    def __init__(
        self,
        redis: Redis,
        data_version: str,
        make_runner: Callable[[str], Callable[[str], None]],
        beat: Callable[[], None],
        grace: float,
    ) -> None:
        self._beat = beat
        self._next_beat = 0.0
        self._grace = grace
        self._stop_at: float | None = None
        super().__init__(
            [open_queue(redis, data_version)],
            connection=redis,
            serializer=JSONSerializer,
            worker_ttl=_TTL_SECONDS,
            job_monitoring_interval=_LOOK_SECONDS,
            log_job_description=False,
        )
        # A class of this worker's own: RQ makes jobs by class, and the runner must not be looked up by name.
        runner = staticmethod(make_runner(self.name))
        bound: type[Job] = type("BoundQuickTestJob", (QuickTestJob,), {"runner": runner})
        self.job_class = bound
        for queue in self.queues:
            queue.job_class = bound

    @property
    def told_to_stop(self) -> bool:
        """Whether a signal asked the worker to stop."""
        return self._stop_at is not None

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop once the running test has ended, or when its time is up."""
        self._stop_at = time.monotonic() + self._grace
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ's

    def subscribe(self) -> None:
        """Takes no commands by Redis: listening needs a thread, and threads forbid forks."""

    unsubscribe = subscribe

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork, from one thread only. Ends the worker where there are more."""
        try:
            require_one_thread()
        except ThreadsRunningError as problem:
            raise SystemExit(str(problem)) from problem
        super().fork_work_horse(job, queue)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run a job; where Redis goes away meanwhile its test still runs to its end."""
        try:
            super().execute_job(job, queue)
        except RedisError as problem:
            _LOG.warning("Redis went away during a test: %s", type(problem).__name__)
            self._await_horse()

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """Called every second while a test runs."""
        if self._stop_at is not None and time.monotonic() > self._stop_at:
            self._end_horse()
        self._beat_if_due()
        try:
            super().maintain_heartbeats(job, execution)
        except RedisError:
            _LOG.debug("Redis is away; the test goes on")

    def heartbeat(self, *arguments: Any, **options: Any) -> None:
        """Called whenever the worker looks up."""
        self._beat_if_due()
        super().heartbeat(*arguments, **options)

    def _beat_if_due(self) -> None:
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + _BEAT_SECONDS
            self._beat()

    def _await_horse(self) -> None:
        while self._horse_pid and not _has_ended(self._horse_pid):
            if self._stop_at is not None and time.monotonic() > self._stop_at:
                self._end_horse()
            time.sleep(0.1)
        self._horse_pid = 0

    def _end_horse(self) -> None:
        """Ask the test's process to hand the test back, which it does at once."""
        self.kill_horse(signal.SIGTERM)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
