"""A job runs one function with one test id, whatever its record in Redis says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from tests.support.redis import RedisServer, running_redis
from workers.queue import QuickTestJob, enqueue, open_queue, queue_name

VERSION = "synthetic-0"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with running_redis() as running:
        yield running


@pytest.fixture
def redis(server: RedisServer) -> Iterator[Redis]:
    with server.client() as client:
        client.flushall()
        yield client


def recording_job() -> tuple[type[QuickTestJob], list[str]]:
    seen: list[str] = []
    return type("RecordingJob", (QuickTestJob,), {"runner": staticmethod(seen.append)}), seen


def fetched(redis: Redis, job_id: str, job_class: type[QuickTestJob]) -> Job:
    return job_class.fetch(job_id, connection=redis, serializer=JSONSerializer)


def forged(redis: Redis, function: str, arguments: Any) -> str:
    queue = Queue(queue_name(VERSION), connection=redis, serializer=JSONSerializer)
    return str(queue.enqueue_call(function, args=arguments).id)


def test_each_data_version_has_its_queue() -> None:
    assert queue_name("synthetic-1") == "quick-tests:synthetic-1"


def test_a_job_holds_the_test_id_alone(redis: Redis) -> None:
    test_id = str(uuid4())
    assert enqueue(redis, test_id, VERSION)
    job_class, seen = recording_job()
    (job_id,) = open_queue(redis, VERSION).job_ids
    job = fetched(redis, job_id, job_class)
    assert (job.args, job.kwargs) == ([test_id], {})
    job.perform()
    assert seen == [test_id]


def test_an_attempt_is_queued_once(redis: Redis) -> None:
    test_id = str(uuid4())
    assert enqueue(redis, test_id, VERSION)
    assert not enqueue(redis, test_id, VERSION)
    assert len(open_queue(redis, VERSION)) == 1


def test_another_attempt_is_another_job(redis: Redis) -> None:
    test_id = str(uuid4())
    assert enqueue(redis, test_id, VERSION, 1)
    assert enqueue(redis, test_id, VERSION, 2)
    assert len(open_queue(redis, VERSION)) == 2


def test_a_job_lost_on_its_way_is_queued_again(redis: Redis) -> None:
    test_id = str(uuid4())
    enqueue(redis, test_id, VERSION)
    redis.delete(open_queue(redis, VERSION).key)
    assert enqueue(redis, test_id, VERSION)
    assert len(open_queue(redis, VERSION)) == 1


def test_a_function_named_in_redis_is_never_imported(redis: Redis) -> None:
    test_id = str(uuid4())
    job_id = forged(redis, "os.getpid", [test_id])
    job_class, seen = recording_job()
    job = fetched(redis, job_id, job_class)
    assert job.func is None
    job.perform()
    assert seen == [test_id]


@pytest.mark.parametrize(
    "arguments", [[], ["x"], ["../../etc/passwd"], [1], [str(uuid4()), "more"], {"test_id": str(uuid4())}]
)
def test_anything_but_one_test_id_is_refused(redis: Redis, arguments: Any) -> None:
    job_class, seen = recording_job()
    job = fetched(redis, forged(redis, "quick_test", arguments), job_class)
    with pytest.raises((ValueError, AttributeError)):
        job.perform()
    assert seen == []


def test_callbacks_named_in_redis_are_never_imported(redis: Redis) -> None:
    job_id = forged(redis, "quick_test", [str(uuid4())])
    for outcome in ("success", "failure", "stopped"):
        redis.hset(Job.key_for(job_id), f"{outcome}_callback_name", "os.abort")
    job = fetched(redis, job_id, QuickTestJob)
    assert (job.success_callback, job.failure_callback, job.stopped_callback) == (None, None, None)


def test_a_server_can_run_no_job(redis: Redis) -> None:
    job = fetched(redis, forged(redis, "quick_test", [str(uuid4())]), QuickTestJob)
    with pytest.raises(RuntimeError, match="runs no tests"):
        job.perform()


def test_what_servers_import_is_free_of_numpy_and_qlib() -> None:
    probe = "import sys, workers.queue, workers.progress; print({'numpy', 'qlib', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
