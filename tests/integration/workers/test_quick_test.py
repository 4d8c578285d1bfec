"""Quick tests through a real worker: Redis, SQLite, a synthetic market, stock Qlib in a confined child."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from redis import asyncio as aioredis

from tests.integration.workers.rig import CONFIG, STRATEGY, Rig, is_alive, running_rig, scratch, strategy_that
from tests.support.engine import run_in_engine
from tests.support.processes import wait_until
from workers.progress import TERMINAL_SEQUENCE, read_events
from workers.queue import enqueue


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with scratch() as folder, running_rig(folder) as running:
        yield running


def test_a_test_completes_with_the_engine_s_own_figures(rig: Rig) -> None:
    test_id = rig.submit(STRATEGY)
    record = rig.ended(test_id)
    assert (record.status, record.error_message, record.attempt) == ("COMPLETED", None, 1)
    (outcome,) = run_in_engine(rig.market, [(STRATEGY, CONFIG)])
    assert record.metrics_summary == outcome["metrics"]
    result = rig.result(test_id)
    assert result is not None
    assert result.equity_curve == outcome["equity_curve"]
    assert result.trades == outcome["trades"]
    assert result.positions == outcome["positions"]
    assert result.node_firings == outcome["node_firings"]
    assert outcome["metrics"]["trade_count"] == len(result.trades) > 10


def test_the_result_says_that_the_market_is_synthetic(rig: Rig) -> None:
    test_id = rig.submit(STRATEGY)
    rig.ended(test_id)
    result = rig.result(test_id)
    assert result is not None
    assert any("synthetic" in note for note in result.notes)


async def test_watchers_see_every_day_once_and_then_the_end(rig: Rig) -> None:
    test_id = rig.submit(STRATEGY)
    record = rig.ended(test_id)
    rig.told_end(test_id)
    async with aioredis.Redis.from_url(rig.redis.url) as redis:
        events = await read_events(redis, test_id, 0, 0)
    result = rig.result(test_id)
    assert result is not None
    days = [point.trading_day for event in events for point in event.points]
    assert days == [row["trading_day"] for row in result.equity_curve]
    values = [point.portfolio_value for event in events for point in event.points]
    assert values == [row["portfolio_value"] for row in result.equity_curve]
    assert [event.is_terminal for event in events].index(True) == len(events) - 1
    assert events[-1].sequence == TERMINAL_SEQUENCE
    assert events[-1].metrics == record.metrics_summary


def test_an_exception_of_the_strategy_is_told_with_its_line(rig: Rig) -> None:
    code = strategy_that("price = self.no_such_price / 0")
    test_id = rig.submit(code)
    record = rig.ended(test_id)
    line = code.splitlines().index("        price = self.no_such_price / 0") + 1
    assert record.status == "FAILED"
    assert "AttributeError" in (record.error_message or "")
    assert f"(line {line})" in (record.error_message or "")
    assert "Traceback" not in (record.error_message or "")
    assert rig.validation_status(test_id) == "RUNTIME_ERROR"
    assert rig.result(test_id) is None


def test_paths_in_a_strategy_s_message_are_not_told(rig: Rig) -> None:
    record = rig.ended(rig.submit(strategy_that("raise ValueError('see /opt/data/secret.bin now')")))
    assert record.error_message is not None
    assert "ValueError: see … now" in record.error_message


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("class Other:\n    pass\n", "no class FlowStrategy"),
        ("def broken(:\n", "SyntaxError"),
        ("import no_such_module\n", "ModuleNotFoundError"),
        (strategy_that("raise SystemExit(3)"), "SystemExit: 3"),
        (strategy_that("self.generate_trade_decision()"), "RecursionError"),
    ],
    ids=["no class", "syntax", "import", "exit", "recursion"],
)
def test_other_faults_of_the_strategy_are_told(rig: Rig, code: str, told: str) -> None:
    test_id = rig.submit(code)
    record = rig.ended(test_id)
    assert record.status == "FAILED"
    assert told in (record.error_message or "")
    assert rig.validation_status(test_id) == "RUNTIME_ERROR"


def test_a_strategy_that_ends_its_process_has_failed(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("__import__('os')._exit(0)"))
    record = rig.ended(test_id)
    assert (record.status, record.error_message) == ("FAILED", "The strategy's process ended without a result.")
    assert rig.validation_status(test_id) == "VALID"


def test_a_killed_strategy_has_failed(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("while True: pass"))
    os.kill(rig.strategy_process(test_id), signal.SIGKILL)
    record = rig.ended(test_id)
    assert record.status == "FAILED"
    assert "signal 9" in (record.error_message or "")
    assert rig.validation_status(test_id) == "VALID"


def test_an_endless_strategy_is_stopped_in_time(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("while True: pass"))
    child = rig.strategy_process(test_id)
    record = rig.ended(test_id)
    assert record.status == "FAILED"
    assert "longer than 10 seconds" in (record.error_message or "")
    assert rig.validation_status(test_id) == "VALID"
    assert not is_alive(child)


def test_a_strategy_that_needs_too_much_memory_has_failed(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("self.bomb = [bytes(1 << 28) for _ in range(100)]"))
    record = rig.ended(test_id)
    assert record.status == "FAILED"
    assert "memory" in (record.error_message or "")
    assert rig.validation_status(test_id) == "VALID"


FORGE = """
import contextlib, os
for number in range(3, 64):
    with contextlib.suppress(OSError):
        os.write(number, b"forged!!")
while True: pass
"""


def test_a_strategy_that_forges_messages_has_failed(rig: Rig) -> None:
    record = rig.ended(rig.submit(strategy_that(FORGE)))
    assert record.status == "FAILED"
    assert record.error_message == "The strategy's process sent something that is not a result."


def test_a_cancelled_test_is_stopped(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("while True: pass"))
    child = rig.strategy_process(test_id)
    rig.cancel(test_id)
    wait_until(lambda: not is_alive(child), 5, "the strategy to be gone")
    assert rig.record(test_id).status == "CANCELLED"


def test_a_cancelled_test_is_stopped_also_where_redis_does_not_tell(rig: Rig) -> None:
    test_id = rig.submit(strategy_that("while True: pass"))
    child = rig.strategy_process(test_id)
    rig.cancel(test_id, tell_redis=False)
    wait_until(lambda: not is_alive(child), 9, "the strategy to be gone before its time is up")
    assert rig.record(test_id).status == "CANCELLED"


def test_a_test_cancelled_before_it_runs_never_runs(rig: Rig) -> None:
    test_id = rig.store(STRATEGY)
    rig.cancel(test_id)
    with rig.redis.client() as client:
        enqueue(client, test_id, rig.data_version)
    following = rig.submit(STRATEGY)
    rig.ended(following)
    record = rig.record(test_id)
    assert (record.status, record.attempt) == ("CANCELLED", 0)


def test_a_test_queued_twice_runs_once(rig: Rig) -> None:
    test_id = rig.store(STRATEGY)
    with rig.redis.client() as client:
        for attempt in (1, 2):
            assert enqueue(client, test_id, rig.data_version, attempt)
    following = rig.submit(STRATEGY)
    rig.ended(following)
    record = rig.record(test_id)
    assert (record.status, record.attempt) == ("COMPLETED", 1)


def test_a_range_without_trading_days_is_told(rig: Rig) -> None:
    test_id = rig.submit(STRATEGY, start_date="2031-01-01", end_date="2031-02-01")
    record = rig.ended(test_id)
    assert (record.status, record.error_message) == ("FAILED", "The data has no day to trade in this range.")
    assert rig.validation_status(test_id) == "VALID"


def test_a_list_of_instruments_is_a_pool(rig: Rig) -> None:
    test_id = rig.submit(STRATEGY, instruments=["SH600001", "SZ000002", "SH600003"])
    record = rig.ended(test_id)
    result = rig.result(test_id)
    assert record.status == "COMPLETED"
    assert result is not None
    assert {trade["instrument"] for trade in result.trades} <= {"SH600001", "SZ000002", "SH600003"}


PROBE = """
import os, socket, threading
seen = []
for probe in {probes}:
    try:
        eval(probe)
        seen.append("done")
    except Exception as problem:
        seen.append(type(problem).__name__)
raise RuntimeError(" ".join(seen))
"""


def test_a_strategy_sees_no_files_no_network_and_no_secrets(rig: Rig) -> None:
    probes = {
        "open('/etc/passwd')": "PermissionError",
        f"open({str(rig.folder / 'test.db')!r})": "PermissionError",
        f"open({str(rig.market / 'new')!r}, 'w')": "PermissionError",
        "open('/proc/self/environ')": "PermissionError",
        "os.environ['A_SECRET']": "KeyError",
        "os.environ['SB_DATABASE_URL']": "KeyError",
        "socket.socket()": "PermissionError",
        "os.fork()": "PermissionError",
        "os.kill(os.getppid(), 0)": "PermissionError",
        "threading.Thread(target=print).start()": "RuntimeError",
    }
    record = rig.ended(rig.submit(strategy_that(PROBE.format(probes=list(probes)))))
    assert record.error_message is not None
    assert record.error_message.startswith("The strategy failed: RuntimeError: " + " ".join(probes.values()) + " (line")
