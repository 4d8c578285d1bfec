"""From nothing to a stack that works, and back to nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping

from gateway.stack.layout import Layout, prepare_layout
from gateway.stack.logs import last_lines
from gateway.stack.preparation import prepare
from gateway.stack.programs import REDIS, Group, program_groups, supervisor_conf
from gateway.stack.readiness import gateway_is_healthy, redis_answers, worker_is_registered
from gateway.stack.settings import StackSettings, stack_settings
from gateway.stack.supervisor import ProcessState, Supervisor
from services.runtime import variables as v
from services.runtime.variables import StartError

START_SECONDS = 120.0
_POLL_SECONDS = 0.1
_STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def running_stack(environ: Mapping[str, str]) -> Iterator[tuple[StackSettings, Supervisor]]:
    """Runs the stack while the block runs; when the block begins, the stack works.

    Raises:
        StartError: if another stack has the data directory, or a process does not start; nothing is left running.
    """
    layout = prepare_layout(v.DATA_DIR.read(environ))
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(layout.remove_temporary)
        cleanup.enter_context(_locked(layout))
        settings = stack_settings(environ, layout)
        _describe(layout, settings)
        prepare(settings, layout)
        yield settings, cleanup.enter_context(_supervised(settings, layout))


@contextlib.contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    """Holds the data directory; the lock ends with this process, however that ends."""
    with layout.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StartError(f"a stack is already running in {layout.root}: {lock.read().strip()}") from None
        yield


def _describe(layout: Layout, settings: StackSettings) -> None:
    layout.lock.write_text(f"{settings.url}, process {os.getpid()}\n")


@contextlib.contextmanager
def _supervised(settings: StackSettings, layout: Layout) -> Iterator[Supervisor]:
    """Starts everything in order, and stops it in the reverse order, undisturbed by a second Ctrl-C."""
    groups = program_groups(settings, layout)
    layout.supervisor_conf.write_text(supervisor_conf(groups, layout))
    supervisor = Supervisor(layout, settings.environment)
    try:
        _start_in_order(supervisor, settings, layout, groups)
        yield supervisor
    finally:
        with _undisturbed():
            supervisor.stop()


def _start_in_order(supervisor: Supervisor, settings: StackSettings, layout: Layout, groups: list[Group]) -> None:
    """Redis first, for quick tests and worker speak to it at once; the rest wait for each other by themselves."""
    watch = _Watch(supervisor, layout)
    watch.wait(supervisor.answers, "supervisord")
    for group in groups:
        supervisor.start(group.name)
        if group.name == REDIS:
            watch.wait(lambda: redis_answers(settings), "Redis")
    watch.wait(lambda: gateway_is_healthy(settings), "the gateway's health")
    watch.wait(lambda: worker_is_registered(settings, supervisor), "the worker")


class _Watch:
    """Waits for conditions while no process ends; supervisord would start it again and again."""

    def __init__(self, supervisor: Supervisor, layout: Layout) -> None:
        self._supervisor = supervisor
        self._layout = layout
        self._pids: dict[str, int] = {}
        self._end = time.monotonic() + START_SECONDS

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Waits. Raises StartError with the end of the log that matters."""
        while not condition():
            self._check()
            if time.monotonic() > self._end:
                raise StartError(f"{what} did not get ready within {START_SECONDS:.0f} s; see {self._layout.logs}")
            time.sleep(_POLL_SECONDS)

    def _check(self) -> None:
        if self._supervisor.process.poll() is not None:
            raise StartError(f"supervisord ended; its log ends:\n{last_lines(self._layout.log('supervisord.out'))}")
        if not self._supervisor.answers():
            return
        for state in self._supervisor.states():
            if self._has_ended(state):
                log = last_lines(self._layout.log(state.name))
                raise StartError(f"{state.name} ended while the stack was starting; its log ends:\n{log}")

    def _has_ended(self, state: ProcessState) -> bool:
        if state.state in ("BACKOFF", "EXITED", "FATAL", "UNKNOWN"):
            return True
        return bool(state.pid) and self._pids.setdefault(state.name, state.pid) != state.pid


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
