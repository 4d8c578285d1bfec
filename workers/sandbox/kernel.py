"""Calls of the Linux kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import signal

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38


def prctl(option: int, *arguments: int | ctypes.Structure) -> None:
    """Change an attribute of this process. Raises OSError."""
    values = [
        ctypes.byref(value) if isinstance(value, ctypes.Structure) else ctypes.c_ulong(value) for value in arguments
    ]
    padding = [ctypes.c_ulong(0)] * (4 - len(values))
    if _libc.prctl(ctypes.c_int(option), *values, *padding) != 0:
        raise _last_error("prctl")


def system_call(number: int, *arguments: int | ctypes.Structure | None) -> int:
    """Make a system call by number; returns its result. Raises OSError."""
    values = [ctypes.byref(value) if isinstance(value, ctypes.Structure) else _word(value) for value in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *values))
    if result < 0:
        raise _last_error(f"system call {number}")
    return result


def _word(value: int | None) -> ctypes.c_void_p | ctypes.c_long:
    return ctypes.c_void_p(None) if value is None else ctypes.c_long(value)


def _last_error(name: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{name}: {os.strerror(number)}")


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; ends at once where the parent is gone already."""
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def give_up_privileges() -> None:
    """No program that is executed from here on gains rights; no other process of the user may look inside."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    prctl(_PR_SET_DUMPABLE, 0)
