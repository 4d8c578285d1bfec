"""A quick test from the call to the terminal event, beside the same backtest without the suite around it."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from strategybuilder.quicktest.v1 import progress_pb2, quick_test_pb2

from tests.bench import flows
from tests.bench.engine import EngineProcess, running_engine
from tests.bench.stack import Clients, Stack
from tests.bench.table import Comparisons, Figure, Unit
from tests.bench.timing import Sample

_ROUNDS, _BARE_EVERY = 5, 2
_WATCH_SECONDS = 60.0
_SUITE = "quick test, call to terminal event (1 year, 300 instruments)"
_BARE = "python strategy.py, whole process"
_ENGINE = "the engine's run alone, warm"
_PROGRESS = "quick test, call to first progress event"
_DAY = "quick test, call to first finished day"
_WORKER, _BARE_MEMORY = "worker, resident memory", "python strategy.py, peak"


@dataclass
class _Measured:
    """Values by name, one a round."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)

    def compare(self) -> Comparisons:
        return Comparisons({name: Sample.of(values) for name, values in self.values.items()})


@dataclass(frozen=True)
class _Case:
    """The strategy that all three run."""

    instance_id: str
    code: str
    file: Path


def measure_quick_tests(stack: Stack, clients: Clients, folder: Path) -> list[Figure]:
    """Returns the figures of the main job's last part; all three ways must give the same return."""
    case = _case(clients, folder)
    measured = _Measured()
    with running_engine(stack.market) as engine:
        _round(case, stack, clients, engine, _Measured())  # Reads every file once, so that none is slower for that.
        for number in range(_ROUNDS):
            ended = _round(case, stack, clients, engine, measured)
            if number % _BARE_EVERY == 0:
                _require_same_return(ended, _bare(case, stack.market, _settings(ended), measured))
    compare = measured.compare()
    return [
        compare.figure(_SUITE, _BARE),
        compare.figure(_SUITE, _ENGINE),
        compare.figure(_BARE, _ENGINE),
        compare.figure(_PROGRESS, _SUITE),
        compare.figure(_DAY, _SUITE),
        compare.figure(_WORKER, _BARE_MEMORY, unit=Unit.MEBIBYTES),
    ]


def _case(clients: Clients, folder: Path) -> _Case:
    drawn = flows.double_moving_average()
    instance_id = clients.create_strategy("quick test", drawn)
    code = clients.generate(instance_id, drawn, {}).generated_code
    file = folder / "strategy.py"
    file.write_text(code)
    return _Case(instance_id, code, file)


def _round(case: _Case, stack: Stack, clients: Clients, engine: EngineProcess, measured: _Measured) -> Any:
    """Runs the quick test, then the engine alone; returns the ended test."""
    ended = _quick_test(case, clients, measured)
    seconds, total_return = engine.run(case.code, _settings(ended))
    _require_same_return(ended, total_return)
    measured.add(_ENGINE, seconds)
    measured.add(_WORKER, stack.worker_mebibytes())
    return ended


def _settings(ended: Any) -> dict[str, Any]:
    """Returns the settings that a test ran with, every default filled in."""
    settings: dict[str, Any] = json_format.MessageToDict(ended.test_config, preserving_proto_field_name=True)
    return settings


def _require_same_return(ended: Any, other: float) -> None:
    if not math.isclose(ended.metrics_summary.total_return, other, rel_tol=1e-9):
        raise ValueError("not the same backtest: the returns differ")


def _quick_test(case: _Case, clients: Clients, measured: _Measured) -> Any:
    """Runs one over gRPC, watched from the answer on; returns the ended test."""
    config = quick_test_pb2.TestConfig(date_range="1Y", stock_pool="ALL_A_SHARES")
    began = time.perf_counter()
    request = quick_test_pb2.RunQuickTestRequest(instance_id=case.instance_id, test_config=config)
    test_id = clients.call(clients.stubs["quicktest"].RunQuickTest, request).test_id
    events = clients.stubs["quicktest"].WatchQuickTest(
        progress_pb2.WatchQuickTestRequest(test_id=test_id), metadata=clients.metadata, timeout=_WATCH_SECONDS
    )
    first: dict[str, float] = {}
    for event in events:
        now = time.perf_counter() - began
        if event.sequence:
            first.setdefault(_PROGRESS, now)
        if event.points:
            first.setdefault(_DAY, now)
    measured.add(_SUITE, time.perf_counter() - began)
    for name, seconds in first.items():
        measured.add(name, seconds)
    return clients.call(
        clients.stubs["quicktest"].GetQuickTest, quick_test_pb2.GetQuickTestRequest(test_id=test_id)
    ).quick_test


def _bare(case: _Case, market: Path, settings: dict[str, Any], measured: _Measured) -> float:
    """Runs the exported file where nothing of this project can be imported; returns its total return."""
    options = [
        "--provider-uri", str(market), "--pool", "all", "--json",
        "--start", settings["start_date"], "--end", settings["end_date"],
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    output = case.file.with_suffix(".json")
    began = time.perf_counter()
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-P", str(case.file), *options],
            cwd=case.file.parent,
            env=environment,
            stdout=written,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
    measured.add(_BARE, time.perf_counter() - began)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError("python strategy.py failed")
    measured.add(_BARE_MEMORY, usage.ru_maxrss / 1024)
    return float(json.loads(output.read_text())["total_return"])
