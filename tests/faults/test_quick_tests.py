"""kill -9 in the middle of quick tests: each ends once, its status never goes back, and who watches is told the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.quicktest.reconciling import LOST
from tests.faults.onlookers import looking_on
from tests.faults.scene import LONG, Scene, resume, wait_until_gone
from tests.integration.services.clients import status_name
from tests.support.processes import Process, wait_until


@pytest.fixture
def instance(scene: Scene) -> str:
    """A strategy whose code is generated."""
    return scene.strategy()


@contextmanager
def one_more(process: Process) -> Iterator[Process]:
    """Runs a process for the time of the block."""
    process.start()
    try:
        yield process
    finally:
        process.stop()


def is_ready(worker: Process) -> bool:
    worker.require_running()
    return '"event": "ready"' in worker.log.read_text()


def test_a_killed_strategy_fails_its_test_alone(scene: Scene, instance: str) -> None:
    with looking_on(scene.alice, scene.alice.run(instance, **LONG)) as (onlooker,):
        horse, child = scene.hold(onlooker)
        os.kill(child, signal.SIGKILL)
        test = onlooker.end()
    assert status_name(test) == "FAILED"
    assert test.error_message == "The strategy's process was ended by signal 9 before it had a result."
    assert scene.record(test.id).attempt == 1
    wait_until_gone(horse, child)
    scene.alice.wait_for(scene.alice.run(instance), "COMPLETED")


def test_a_test_whose_process_was_killed_runs_again(scene: Scene, instance: str) -> None:
    with looking_on(scene.alice, scene.alice.run(instance, **LONG)) as (onlooker,):
        horse, child = scene.hold(onlooker)
        os.kill(horse, signal.SIGKILL)
        wait_until_gone(horse, child)
        test = onlooker.end()
    assert status_name(test) == "COMPLETED"
    assert scene.record(test.id).attempt == 2
    assert onlooker.days == scene.result_days(test.id)
    assert scene.worker.is_running()


@pytest.mark.timeout(240)  # two leases run out in it
def test_another_worker_takes_over_and_a_second_loss_is_the_end(scene: Scene, instance: str) -> None:
    second = scene.another("worker", "workers")
    first_test, next_test = scene.alice.run(instance, **LONG), scene.alice.run(instance)
    with looking_on(scene.alice, first_test, next_test) as (onlooker, waiting), one_more(second):
        family = scene.hold(onlooker)
        wait_until(lambda: is_ready(second), 60, "the second worker to be ready")
        scene.worker.kill()
        wait_until_gone(*family)
        assert status_name(waiting.end()) == "COMPLETED"
        wait_until(lambda: scene.record(first_test).attempt == 2, 60, "the second worker to take the test")
        family = scene.hold_strategy(second.pid)
        second.kill()
        wait_until_gone(*family)
        test = onlooker.end()
    scene.worker.start()
    assert (status_name(test), test.error_message) == ("FAILED", LOST)
    assert onlooker.statuses[-2:] == ["RUNNING", "FAILED"]
    assert scene.record(next_test).attempt == 1
    scene.alice.wait_for(scene.alice.run(instance), "COMPLETED")


def test_a_killed_server_is_missed_by_its_watchers_only(scene: Scene, instance: str) -> None:
    server = scene.suite.processes["quicktest"]
    with looking_on(scene.alice, scene.alice.run(instance, **LONG)) as (onlooker,):
        _, child = scene.hold(onlooker)
        server.kill()
        resume(child)
        server.start()
        test = onlooker.end()
    assert status_name(test) == "COMPLETED"
    assert scene.record(test.id).attempt == 1
    assert onlooker.days == scene.result_days(test.id)


def test_a_redis_that_forgot_everything_costs_nothing(scene: Scene, instance: str) -> None:
    tests = [scene.alice.run(instance, **LONG), scene.alice.run(instance), scene.alice.run(instance)]
    with looking_on(scene.alice, *tests) as onlookers:
        _, child = scene.hold(onlookers[0])
        scene.redis.stop()
        scene.redis.start()
        resume(child)
        ended = [onlooker.end() for onlooker in onlookers]
    assert [status_name(test) for test in ended] == ["COMPLETED"] * 3
    assert [scene.record(test.id).attempt for test in ended] == [1, 1, 1]
    for onlooker in onlookers:
        assert set(onlooker.days) == set(scene.result_days(onlooker.test_id))


def test_a_redis_that_hangs_keeps_no_caller_waiting(scene: Scene, instance: str) -> None:
    os.kill(scene.redis.pid, signal.SIGSTOP)
    try:
        tests = [scene.alice.run(instance) for _ in range(3)]  # a call has ten seconds
        assert [status_name(scene.alice.test(test_id)) for test_id in tests] == ["PENDING"] * 3
        assert status_name(scene.alice.cancel(tests[0])) == "CANCELLED"
    finally:
        os.kill(scene.redis.pid, signal.SIGCONT)
    with looking_on(scene.alice, *tests) as onlookers:
        ended = [status_name(onlooker.end()) for onlooker in onlookers]
    assert ended == ["CANCELLED", "COMPLETED", "COMPLETED"]
