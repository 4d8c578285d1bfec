"""What stands before the first call: the synthetic market, and the stack's start."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.engine import running_engine
from tests.bench.stack import Stack, started_stack
from tests.bench.table import Comparisons, Figure
from tests.bench.timing import Sample, timed
from workers.market import create_market

_MARKET_ROUNDS, _ENGINE_ROUNDS = 3, 2
_MARKET, _COPY = "synthetic market made", "copy of its files"
_START = "embedded stack, start to ready"
_ENGINE = "one Python process that loads Qlib and the market"


def measure_market(folder: Path) -> list[Figure]:
    """Returns what the default market costs to make."""
    made: list[float] = []
    copied: list[float] = []
    for number in range(_MARKET_ROUNDS):
        market, copy = folder / f"market{number}", folder / f"copy{number}"
        began = time.perf_counter()
        create_market(market)
        made.append(time.perf_counter() - began)
        began = time.perf_counter()
        shutil.copytree(market, copy)
        copied.append(time.perf_counter() - began)
    return [Comparisons({_MARKET: Sample.of(made), _COPY: Sample.of(copied)}).figure(_MARKET, _COPY)]


def start_and_stop(data_dir: Path) -> Stack:
    """Starts the stack and stops it; returns it as it was."""
    with started_stack(data_dir) as stack:
        return stack


def start_figures(stacks: Sequence[Stack]) -> list[Figure]:
    """Returns the figures of stacks that were started one after the other, their state and bytecode being there."""
    market = stacks[0].market
    engine = [timed(lambda: _start_engine(market)) for _ in range(_ENGINE_ROUNDS)]
    samples = {_START: Sample.of([stack.seconds for stack in stacks]), _ENGINE: Sample.of(engine)}
    return [Comparisons(samples).figure(_START, _ENGINE)]


def _start_engine(market: Path) -> None:
    with running_engine(market):
        pass
