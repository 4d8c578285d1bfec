"""The engine alone, in a warm process as a worker's is: no queue, no sandbox, no database.

``python -m tests.bench.engine MARKET`` answers each line of JSON, ``[code, effective settings]``, by a line
``[seconds, total return]``; ``EngineProcess`` is the other end.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_READY = "ready\n"


@dataclass(frozen=True)
class EngineProcess:
    """A running engine."""

    process: subprocess.Popen[str]

    def run(self, code: str, settings: Mapping[str, Any]) -> tuple[float, float]:
        """Returns the seconds that a backtest took inside the process, and its total return."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([code, settings]), file=self.process.stdin, flush=True)
        seconds, total_return = json.loads(self.process.stdout.readline())
        return seconds, total_return


@contextmanager
def running_engine(market: Path) -> Iterator[EngineProcess]:
    """Starts the process, which is warm when the block begins, and ends it with the block."""
    command = [sys.executable, "-m", "tests.bench.engine", str(market)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if process.stdout.readline() != _READY:
            raise RuntimeError("the engine did not start")
        yield EngineProcess(process)


def main() -> None:
    """Answers until its input ends."""
    from workers.qlib_engine import BacktestConfig, initialise, run
    from workers.qlib_engine.setup import forget_cached_values

    initialise(sys.argv[1], "cn")
    sys.stdout.write(_READY)
    sys.stdout.flush()
    for line in sys.stdin:
        code, settings = json.loads(line)
        forget_cached_values()
        began = time.perf_counter()
        outcome = run(code, BacktestConfig.from_json(settings), lambda _: None)
        print(json.dumps([time.perf_counter() - began, outcome.metrics["total_return"]]), flush=True)


if __name__ == "__main__":
    main()
