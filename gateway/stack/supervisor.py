"""supervisord as a child process, and the orders it takes.

It restarts what crashes and stops everything in the reverse order of the start. Two things it does not do are done
around it: it starts by priority without waiting for readiness, so groups are started one by one through its own
interface; and it knows nothing of its parent, so the kernel is asked to stop it when the launcher dies, as it is asked
to end the programs when supervisord itself is killed.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]  # supervisor has no types

from gateway.stack.bound import signal_when_parent_ends
from gateway.stack.layout import Layout


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A program as supervisord sees it: ``pid`` is 0 unless it runs."""

    name: str
    state: str
    pid: int


class Supervisor:
    """A supervisord that runs."""

    def __init__(self, layout: Layout, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(layout.supervisor_conf)]
        output = layout.log("supervisord.out").open("wb")
        with output:
            self.process = subprocess.Popen(  # noqa: S603
                command,
                env=dict(environment),
                cwd=layout.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_stop_with_parent,
            )
        self._url = f"unix://{layout.supervisor_socket}"

    @property
    def _orders(self) -> Any:
        """The interface, over a connection of its own: the transport never recovers from one that failed."""
        transport = SupervisorTransport(None, None, self._url)
        return xmlrpc.client.ServerProxy("http://localhost", transport=transport).supervisor

    def answers(self) -> bool:
        """Returns whether it takes orders yet."""
        try:
            return bool(self._orders.getState()["statename"] == "RUNNING")
        except (OSError, HTTPException):
            return False

    def start(self, group: str) -> None:
        """Starts a group of programs and does not wait for them."""
        self._orders.startProcessGroup(group, False)

    def states(self) -> list[ProcessState]:
        """Returns every program's state."""
        found = self._orders.getAllProcessInfo()
        return [ProcessState(info["name"], info["statename"], int(info["pid"])) for info in found]

    def stop(self) -> None:
        """Stops every program in the reverse order of the start, then supervisord; waits for the end."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def _stop_with_parent() -> None:
    """In the child: asks the kernel for SIGTERM when the parent ends, however it ends."""
    signal_when_parent_ends(signal.SIGTERM)
