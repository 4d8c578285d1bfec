"""Analysis of code in a fixed number of processes, for callers that await it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from codegen_core.safety import DEFAULT_LIMITS, Analysis, Limits
from services.runtime.logs import get_logger
from services.validation.process import AnalysisDied, AnalysisProcess, AnalysisTimeout

ANALYSIS_SECONDS = 5.0
"""How long one analysis may take before its process is killed."""

log = get_logger(__name__)


class Analyser:
    """Hands each code to an idle process. Use it as an async context manager."""

    def __init__(self, workers: int, seconds: float = ANALYSIS_SECONDS, limits: Limits = DEFAULT_LIMITS) -> None:
        """Starts nothing yet.

        Args:
            workers: Processes, each of which analyses one code at a time.
            seconds: How long one analysis may take.
            limits: How much code is taken on.
        """
        self._processes = [AnalysisProcess(limits) for _ in range(workers)]
        self._seconds = seconds
        self._idle: asyncio.Queue[AnalysisProcess] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="analysis")
        self._running: set[asyncio.Future[Analysis]] = set()

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that run."""
        return [p.pid for p in self._processes if p.pid is not None]

    async def __aenter__(self) -> Analyser:
        """Starts every process and waits until all can work."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, process.start) for process in self._processes))
        for process in self._processes:
            self._idle.put_nowait(process)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits for what still runs (its time is bounded) and ends every process."""
        if self._running:
            await asyncio.wait(self._running)
        for process in self._processes:
            process.stop()
        self._threads.shutdown()

    async def analyse(self, code: str, *, strict: bool) -> Analysis:
        """Analyses one code.

        Raises:
            AnalysisTimeout: It took too long.
            AnalysisDied: Its process ended; the next code finds a new one.
        """
        process = await self._idle.get()
        job = asyncio.get_running_loop().run_in_executor(self._threads, self._work, process, code, strict)
        self._running.add(job)
        job.add_done_callback(lambda done: self._give_back(process, done))
        # A caller who goes away leaves the process at work: it comes back to the others when it has ended.
        return await asyncio.shield(job)

    async def is_working(self) -> bool:
        """Whether code can be analysed: a process that died while idle is replaced here."""
        if self._idle.empty():
            return True  # All are at work, or being replaced by their threads.
        process = self._idle.get_nowait()
        try:
            if not process.is_alive():
                await asyncio.get_running_loop().run_in_executor(self._threads, process.start)
        except AnalysisDied:
            return False
        finally:
            self._idle.put_nowait(process)
        return True

    def _work(self, process: AnalysisProcess, code: str, strict: bool) -> Analysis:
        try:
            return process.analyse(code, strict=strict, seconds=self._seconds)
        except (AnalysisDied, AnalysisTimeout) as error:
            log.warning("analysis_ended", reason=type(error).__name__, characters=len(code))
            raise

    def _give_back(self, process: AnalysisProcess, job: asyncio.Future[Analysis]) -> None:
        self._running.discard(job)
        self._idle.put_nowait(process)
        if not job.cancelled():
            job.exception()  # Seen, also where the caller has gone.
