"""Processes that hang or die are replaced, and the next code is analysed."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import time
from pathlib import Path

import pytest

from codegen_core.safety import Limits
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


async def test_the_limit_of_complexity_reaches_the_process() -> None:
    code = "def f(a):\n    return 1 if a else 2\n"
    async with Analyser(workers=1, limits=Limits(function_complexity=1)) as strict, Analyser(workers=1) as usual:
        assert not (await strict.analyse(code, strict=True)).is_valid
        assert (await usual.analyse(code, strict=True)).is_valid


HOSTILE_TO_PARSE = {
    "brackets in an f-string": "x = f'" + "{(" * 60 + "1" + ")}" * 60 + "'",
    "100,000 brackets": "x = " + "(" * 100_000 + ")" * 100_000,
    "chained calls": "x = a" + ".b()" * 50_000,
    "chained powers": "x = " + "1 ** " * 40_000 + "1",
    "chained nots": "x = " + "not " * 60_000 + "1",
    "conditions in each other": "x = " + "1 if a else " * 20_000 + "2",
    "subscripts in each other": "x = a" + "[0]" * 80_000,
    "f-strings in each other": "x = " + "f'{" * 40 + "1" + "}'" * 40,
    "a lone surrogate": "x = '\ud800'",
    "nothing but line ends": "\n" * 250_000,
    "backslashes": "x = 1" + "\\\n" * 100_000,
    "an open text": "x = '''" + "a" * 200_000,
    "tabs and spaces": "if a:\n\tb\n        c\n" * 10,
    "deep blocks": "".join(" " * i + "while a:\n" for i in range(300)),
    "dictionaries in each other": "x = " + "{1:" * 70 + "1" + "}" * 70,
    "annotations in texts": "x: '" + "list[" * 79 + "int" + "]" * 79 + "' = 1\n",
    "a query in each other": "def f(d):\n    d.query('" + "(" * 400 + "a" + ")" * 400 + "')\n",
}


@pytest.mark.parametrize("name", HOSTILE_TO_PARSE)
async def test_what_is_hostile_to_the_parser_gets_an_answer_and_leaves_the_process_at_work(name: str) -> None:
    async with Analyser(workers=1) as analyser:
        try:
            await analyser.analyse(HOSTILE_TO_PARSE[name], strict=True)
        except (AnalysisDied, AnalysisTimeout) as refusal:
            pytest.fail(f"{type(refusal).__name__} where the limits should have refused it")
        assert await is_valid(analyser)
