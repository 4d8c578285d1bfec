"""What a worker does when what it lives on comes late, goes away, or when it is itself stopped or killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.workers.rig import (
    END_SECONDS,
    STRATEGY,
    Rig,
    descendants,
    is_alive,
    is_ready,
    parts,
    scratch,
    start,
    strategy_that,
)
from tests.support.processes import Process, wait_until
from workers.queue import open_queue

SLOW = strategy_that("import time; time.sleep(0.1)")


@pytest.fixture(scope="module")
def stage() -> Iterator[Rig]:
    with scratch() as folder, parts(folder, timeout=60) as made:
        yield made


@pytest.fixture
def rig(stage: Rig) -> Rig:
    """The parts as a test finds them: an empty queue, a worker that is ready."""
    with stage.redis.client() as client:
        client.flushall()
    if not stage.worker.is_running():
        start(stage)
    return stage


def test_redis_may_come_after_the_worker(stage: Rig) -> None:
    stage.redis.stop()
    stage.worker.start()
    wait_until(lambda: "waiting for Redis" in stage.worker.log.read_text(), END_SECONDS, "the worker to wait")
    stage.redis.start()
    wait_until(lambda: is_ready(stage), END_SECONDS, "the worker to be ready")
    assert stage.ended(stage.submit(STRATEGY)).status == "COMPLETED"


def test_a_test_outlives_redis_and_the_worker_goes_on(rig: Rig) -> None:
    test_id = rig.submit(SLOW)
    rig.strategy_process(test_id)
    rig.redis.stop()
    assert rig.ended(test_id).status == "COMPLETED"
    rig.redis.start()
    assert rig.ended(rig.submit(STRATEGY)).status == "COMPLETED"


def test_a_redis_that_forgot_everything_is_no_obstacle_to_an_idle_worker(rig: Rig) -> None:
    rig.redis.stop()
    rig.redis.start()
    assert rig.ended(rig.submit(STRATEGY)).status == "COMPLETED"


def test_a_stopped_worker_hands_its_test_back(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("while True: pass"))
    child = rig.strategy_process(test_id)
    rig.worker.stop()
    record = rig.record(test_id)
    assert (record.status, record.attempt, record.worker_id) == ("RUNNING", 1, None)
    assert not is_alive(child)
    with rig.redis.client() as client:
        assert open_queue(client, rig.data_version).job_ids == [f"{test_id}-2"]


def test_a_test_handed_back_runs_on_the_next_worker(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("import time; time.sleep(0.1)"))
    rig.strategy_process(test_id)
    rig.worker.stop()
    start(rig)
    record = rig.ended(test_id)
    assert (record.status, record.attempt) == ("COMPLETED", 2)


def test_a_short_test_is_finished_before_the_worker_stops(rig: Rig) -> None:
    test_id = rig.submit(STRATEGY)
    wait_until(lambda: rig.record(test_id).status != "PENDING", END_SECONDS, "the test to be claimed")
    rig.worker.stop()
    record = rig.record(test_id)
    assert record.status == "COMPLETED" or record.worker_id is None
    assert descendants(rig.worker.pid) == []


def test_nothing_outlives_a_killed_worker(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("while True: pass"))
    rig.strategy_process(test_id)
    family = descendants(rig.worker.pid)
    assert len(family) == 2
    rig.worker.kill()
    wait_until(lambda: not any(is_alive(pid) for pid in family), 10, "horse and child to be gone")
    assert rig.record(test_id).status == "RUNNING"


def test_an_idle_worker_stops_at_once_when_told(rig: Rig) -> None:
    pid = rig.worker.pid
    rig.worker.stop()
    assert not is_alive(pid)
    assert '"event": "stopped"' in rig.worker.log.read_text()


def test_a_wrong_setting_stops_the_start_with_one_line(stage: Rig) -> None:
    worker = Process("wrong", "workers", {"SB_QLIB_PROVIDER_URI": "/nowhere"}, stage.folder)
    worker.start()
    wait_until(lambda: not worker.is_running(), END_SECONDS, "the worker to end")
    (line,) = worker.log.read_text().splitlines()
    assert line.startswith("SB_DATABASE_URL is not set")
