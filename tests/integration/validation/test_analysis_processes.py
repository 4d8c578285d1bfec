"""Processes that hang or die are replaced, and the next code is analysed."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import time
from pathlib import Path

import pytest

from services.validation.analyser import Analyser
from services.validation.process import AnalysisDied, AnalysisProcess, AnalysisTimeout


async def ends(pid: int) -> None:
    """Waits until a process is gone."""
    async with asyncio.timeout(20):
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.01)


async def is_valid(analyser: Analyser) -> bool:
    return (await analyser.analyse("x = 1\n", strict=True)).is_valid


async def test_a_stopped_process_is_killed_after_its_time_and_replaced() -> None:
    async with Analyser(workers=1, seconds=0.5) as analyser:
        (first,) = analyser.pids
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(AnalysisTimeout):
            await analyser.analyse("x = 1\n", strict=True)
        await ends(first)
        assert await is_valid(analyser)


async def test_a_process_that_runs_out_of_processor_time_is_replaced() -> None:
    async with Analyser(workers=1, seconds=60) as analyser:
        (first,) = analyser.pids
        resource.prlimit(first, resource.RLIMIT_CPU, (1, 1))
        with pytest.raises(AnalysisDied):
            while True:
                await analyser.analyse("x = 1\n" * 9_000, strict=True)
        assert await is_valid(analyser)


async def test_a_process_that_died_while_idle_costs_nobody_an_answer() -> None:
    async with Analyser(workers=1) as analyser:
        (first,) = analyser.pids
        os.kill(first, signal.SIGKILL)
        await ends_as_child(first)
        assert await is_valid(analyser)


async def ends_as_child(pid: int) -> None:
    """Waits until our child is dead, reaped or not."""
    async with asyncio.timeout(20):
        while True:
            status = Path(f"/proc/{pid}/stat")
            if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
                return
            await asyncio.sleep(0.01)


async def test_health_brings_a_dead_process_back() -> None:
    async with Analyser(workers=1) as analyser:
        (first,) = analyser.pids
        os.kill(first, signal.SIGKILL)
        await ends_as_child(first)
        assert await analyser.is_working()
        assert analyser.pids != [first]


async def test_a_caller_who_goes_away_leaves_the_process_to_the_others() -> None:
    async with Analyser(workers=1) as analyser:
        gone = asyncio.ensure_future(analyser.analyse("x = 1\n" * 2000, strict=True))
        await asyncio.sleep(0)
        gone.cancel()
        assert await is_valid(analyser)


async def test_no_process_outlives_the_analyser() -> None:
    async with Analyser(workers=2) as analyser:
        pids = analyser.pids
        assert len(pids) == 2
    for pid in pids:
        await ends(pid)


def test_limits_hold_in_the_child() -> None:
    process = AnalysisProcess()
    process.start()
    try:
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        memory = next(line for line in limits.splitlines() if line.startswith("Max address space"))
        assert memory.split()[3] == str(1024 * 1024 * 1024)
        started = time.monotonic()
        process.analyse("x = 1\n", strict=True, seconds=20)
        assert time.monotonic() - started < 20
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        processor = next(line for line in limits.splitlines() if line.startswith("Max cpu time"))
        assert processor.split()[3] != "unlimited"
    finally:
        process.stop()
