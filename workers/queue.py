"""The queue of quick tests: one for each version of the data. A job holds the test's id and nothing else.

Free of numpy and Qlib: servers import it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from redis import Redis
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer

_FUNCTION = "quick_test"
_NO_TIMEOUT = -1  # the job itself ends its test in time
_KEEP_FAILED_SECONDS = 3600


class QuickTestJob(Job):
    """A job that runs one function, whatever its record in Redis names.

    RQ's own job imports the function, and the callbacks, by the names that it finds in Redis; this one never does.
    """

    runner: ClassVar[Callable[[str], None] | None] = None
    """What a worker does with a test's id; a worker process sets it on a subclass of its own."""

    @property
    def func(self) -> None:
        """Nothing is imported by name."""
        return

    success_callback = failure_callback = stopped_callback = func

    def send_webhooks(self, *_arguments: Any, **_options: Any) -> None:
        """Calls no address that Redis names."""

    def perform(self) -> None:
        """Run the test. Raises ValueError if the job holds anything but a test's id."""
        runner = type(self).runner
        if runner is None:
            raise RuntimeError("this process runs no tests")
        runner(_test_id(self.args))


def _test_id(arguments: Any) -> str:
    if not isinstance(arguments, list) or len(arguments) != 1:
        raise ValueError("the job does not hold exactly one test id")
    return str(UUID(arguments[0]))


def queue_name(data_version: str) -> str:
    """Returns the name of the queue whose workers serve this data."""
    return f"quick-tests:{data_version}"


def open_queue(redis: Redis, data_version: str, job_class: type[Job] = QuickTestJob) -> Queue:
    """Returns the queue of a data version."""
    return Queue(queue_name(data_version), connection=redis, job_class=job_class, serializer=JSONSerializer)


def enqueue(redis: Redis, test_id: str, data_version: str, attempt: int = 1) -> bool:
    """Put a test on the queue of its data; blocking.

    The same test and attempt is queued once, however often this is called; one whose job was lost on its way to a
    worker is queued again. Should a job run twice all the same, the database lets one of them claim the test.

    Args:
        attempt: Number of the run that this queues, from 1.

    Returns:
        Whether the test was put on the queue now.

    Raises:
        redis.RedisError: Redis can't be reached.
    """
    queue = open_queue(redis, data_version)
    job_id = f"{test_id}-{attempt}"
    if queue.get_job_position(job_id) is not None:
        return False
    if _enqueue_once(queue, job_id, test_id):
        return True
    if queue.get_job_position(job_id) is not None:
        return False
    redis.delete(QuickTestJob.key_for(job_id))
    return _enqueue_once(queue, job_id, test_id)


def _enqueue_once(queue: Queue, job_id: str, test_id: str) -> bool:
    """Returns whether the job was made; False where there is one of this id, queued or not."""
    try:
        queue.enqueue_call(
            _FUNCTION,
            args=[test_id],
            job_id=job_id,
            unique=True,
            timeout=_NO_TIMEOUT,
            result_ttl=0,
            failure_ttl=_KEEP_FAILED_SECONDS,
            description=f"quick test {test_id}",
        )
    except DuplicateJobError:
        return False
    return True
