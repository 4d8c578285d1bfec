"""Forks the process that runs a strategy."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workers.sandbox.messages import Receiver, send
from workers.sandbox.walls import SandboxError, Walls
from workers.single_thread import require_one_thread

Report = Callable[[dict[str, Any]], None]
"""Sends a JSON message to the supervisor."""

_LAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Child:
    """A running child.

    Attributes:
        descriptor: The pipe's end to read from; at its end once the child has ended.
    """

    pid: int
    descriptor: int
    receiver: Receiver

    def kill(self) -> None:
        """Kill it with all of its process group; harmless once it has ended but is not waited for yet."""
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(self.pid, signal.SIGKILL)

    def end(self, *, kill: bool) -> int:
        """Close the pipe, wait until the child is gone and, then, end what is left of its process group.

        Args:
            kill: Whether to kill the child first; else it has ended, or closed its end of the pipe, by itself.

        Returns:
            Its exit code, negative for a signal.
        """
        os.close(self.descriptor)
        if kill or not self._ended_within(_LAST_SECONDS):
            self.kill()
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _ended_within(self, seconds: float) -> bool:
        ends = time.monotonic() + seconds
        while os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > ends:
                return False
            time.sleep(0.005)
        return True


def start_child(walls: Walls, work: Callable[[Report], None]) -> Child:
    """Run ``work`` in a forked child behind ``walls``; it ends with exit code 0 when ``work`` returns.

    Raises:
        ThreadsRunningError: This process has more than one thread.
    """
    require_one_thread()
    readable, writable = os.pipe()
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _run(walls, work, parent, writable)
    os.close(writable)
    return Child(pid, readable, Receiver(readable))


def check_walls(walls: Walls) -> None:
    """Put the walls up around a child that does nothing. Raises SandboxError where that fails."""
    child = start_child(walls, lambda report: report({}))
    messages: list[dict[str, Any]] = []
    while not child.receiver.at_end:
        messages += child.receiver.receive()
    child.end(kill=False)
    if messages != [{}]:
        raise SandboxError(messages[0]["sandbox"] if messages else "a confined process ends before it can do anything")


def _run(walls: Walls, work: Callable[[Report], None], parent: int, descriptor: int) -> None:
    """The child's whole life; never returns."""
    code = 1
    try:
        gc.freeze()  # a collection would copy the pages that are shared with the parent
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        walls.enter(parent, keep=[descriptor])
        work(lambda message: send(descriptor, message))
        code = 0
    except SandboxError as problem:
        send(descriptor, {"sandbox": str(problem)})
    except BaseException:  # noqa: BLE001  the edge of the process: it has no one else to tell
        code = 1
    finally:
        os._exit(code)
