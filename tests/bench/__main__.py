"""``python -m tests.bench``: measures, prints the table; ``--write`` also puts it into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.calls import measure_calls
from tests.bench.core import measure_core
from tests.bench.quick_tests import measure_quick_tests
from tests.bench.stack import started_stack
from tests.bench.starts import measure_market, start_and_stop, start_figures
from tests.bench.table import Figure, markdown, replace_table

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    """Runs everything once and shows it."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description="The suite's benchmarks.")
    arguments.add_argument("--write", action="store_true", help=f"rewrite the table in docs/{DOCUMENT.name}")
    chosen = arguments.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sb-bench-") as folder:
        table = markdown(_measure(Path(folder)))
    print(table)
    _tell(f"took {time.monotonic() - began:.0f} s")
    if chosen.write:
        DOCUMENT.write_text(replace_table(DOCUMENT.read_text(), table))
        _tell(f"written to docs/{DOCUMENT.name}")


def _measure(folder: Path) -> list[Figure]:
    data_dir = folder / "state"
    _keep_bytecode(folder / "bytecode")
    _tell("checks, rendering, analysis ...")
    figures = measure_core()
    _tell("market and start of the stack ...")
    market = measure_market(folder)
    start_and_stop(data_dir)  # Makes the state and the bytecode of every module.
    earlier = start_and_stop(data_dir)
    with started_stack(data_dir) as stack, stack.clients() as clients:
        _tell("calls ...")
        figures += measure_calls(clients)
        _tell("quick tests ...")
        figures += measure_quick_tests(stack, clients, folder)
    return [*figures, *market, *start_figures([earlier, stack])]


def _keep_bytecode(folder: Path) -> None:
    """Lets every process find compiled modules from its second start on, whatever the caller's environment says.

    Without them each start compiles thousands of files, which is half of what it takes then.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
