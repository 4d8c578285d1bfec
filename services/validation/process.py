"""A process that analyses code under limits; what hangs or dies is replaced.

The child is spawned, so that it has nothing of the server's: no sockets, no tokens, no threads.
"""

from __future__ import annotations

import gc
import math
import multiprocessing
import resource
import signal
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from codegen_core.safety import DEFAULT_LIMITS, Analysis, Limits, analyse

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 5
START_SECONDS = 30.0

_SPAWN = multiprocessing.get_context("spawn")


class AnalysisTimeout(Exception):  # noqa: N818 - named for what happened
    """The analysis didn't end in time; its process was killed."""


class AnalysisDied(Exception):  # noqa: N818 - named for what happened
    """The process ended during the analysis: out of memory, of stack or of processor time."""


class AnalysisProcess:
    """One child and the pipe to it. Not safe for use by two threads at once."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        """Starts nothing yet; ``limits`` says how much code is taken on."""
        self._limits = limits
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, or None where there is none."""
        return self._child.pid if self._child else None

    def is_alive(self) -> bool:
        """Whether the child runs."""
        return self._child is not None and self._child.is_alive()

    def start(self) -> None:
        """Replaces a dead child, or starts the first, and waits until it can work.

        Raises:
            AnalysisDied: Where it doesn't come up.
        """
        self.stop()
        ours, theirs = _SPAWN.Pipe()
        self._child = _SPAWN.Process(target=_serve, args=(theirs, self._limits), name="analysis", daemon=True)
        self._child.start()
        theirs.close()
        self._pipe = ours
        try:
            ready = ours.poll(START_SECONDS) and ours.recv() == "ready"
        except EOFError:
            ready = False
        if not ready:
            self.stop()
            raise AnalysisDied

    def analyse(self, code: str, *, strict: bool, seconds: float) -> Analysis:
        """Analyses in the child.

        Raises:
            AnalysisTimeout: After ``seconds``.
            AnalysisDied: Where the child ended.
        """
        if not self.is_alive():
            self.start()
        try:
            return self._ask(code, strict, seconds)
        except (EOFError, OSError):
            self.stop()
            raise AnalysisDied from None

    def stop(self) -> None:
        """Ends the child, whatever it does."""
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child.close()
        self._child = self._pipe = None

    def _ask(self, code: str, strict: bool, seconds: float) -> Analysis:
        assert self._pipe is not None
        self._pipe.send((code, strict))
        if not self._pipe.poll(seconds):
            self.stop()
            raise AnalysisTimeout
        answer: Analysis = self._pipe.recv()
        return answer


def _serve(pipe: Connection, limits: Limits) -> None:
    """The child: answers one code after another until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its children itself.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    analyse("import numpy as np\n")  # Reads the allow-lists, so that the first caller needn't wait.
    gc.freeze()
    gc.disable()
    pipe.send("ready")
    while True:
        try:
            code, strict = pipe.recv()
            _limit_processor_time()
            pipe.send(analyse(code, strict=strict, limits=limits))
            gc.collect()  # Between two codes, so that it never lengthens an analysis.
        except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
            return


def _limit_processor_time() -> None:
    """Grants CPU_SECONDS more than have been used; past them the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
