"""Runs a program that the kernel kills when supervisord ends, however that ends: nobody would be left to stop it.

``python -m gateway.stack.bound PIDFILE COMMAND…``, where PIDFILE names the supervisord that starts it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def signal_when_parent_ends(number: signal.Signals) -> None:
    """Asks the kernel to signal this process when its parent ends; holds for the program that it becomes, too."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def main(arguments: Sequence[str]) -> None:
    """Becomes the program; ends where supervisord is gone already, for the kernel tells only of a later end.

    The signal is SIGKILL: a supervisord that is told to stop lets its programs drain first, this is for the other ends.
    """
    pid_file, *command = arguments
    signal_when_parent_ends(signal.SIGKILL)
    if os.getppid() != int(Path(pid_file).read_text()):
        sys.exit(f"{command[0]} is not started: supervisord is gone")
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
