"""Keeps a worker to one thread, so that it can be forked: a forked child never gets the other threads of its parent.

Imports nothing that may start threads: it has to run before numpy is first imported.
"""

from __future__ import annotations

import os
from pathlib import Path

_POOLS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class ThreadsRunningError(RuntimeError):
    """The process has more than one thread, so a fork of it could hang for ever."""


def limit_library_threads() -> None:
    """Tell the numeric libraries to compute in the calling thread; heard only before numpy is imported."""
    for pool in _POOLS:
        os.environ[pool] = "1"


def require_one_thread() -> None:
    """Raises ThreadsRunningError if the process has other threads, those of C libraries included."""
    count = sum(1 for _ in Path("/proc/self/task").iterdir())
    if count > 1:
        raise ThreadsRunningError(f"the process has {count} threads; it forks from one only")
