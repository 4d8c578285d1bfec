"""A seccomp filter: the list of system calls that a computation needs; every other one fails. x86-64 only."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from workers.sandbox.kernel import prctl

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X86_64, _X32_BIT = 0xC000003E, 0x40000000
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _THIRD_ARGUMENT_OFFSET = 0, 4, 32
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_OPENAT = 257
_O_TMPFILE = 0o20000000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | _O_TMPFILE

_COMPUTING = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "pread64": 17, "readv": 19,
    "writev": 20, "access": 21, "select": 23, "sched_yield": 24, "mremap": 25, "mincore": 27, "madvise": 28, "dup": 32,
    "dup2": 33, "nanosleep": 35, "getpid": 39, "exit": 60, "uname": 63, "fcntl": 72, "getcwd": 79, "readlink": 89,
    "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104,
    "geteuid": 107, "getegid": 108, "getppid": 110, "sigaltstack": 131, "arch_prctl": 158, "gettid": 186, "time": 201,
    "futex": 202, "sched_getaffinity": 204, "getdents64": 217, "set_tid_address": 218, "restart_syscall": 219,
    "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "newfstatat": 262,
    "readlinkat": 267, "faccessat": 269, "pselect6": 270, "ppoll": 271, "dup3": 292, "getcpu": 309, "getrandom": 318,
    "statx": 332, "rseq": 334, "faccessat2": 439,
}  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def seccomp_supported() -> bool:
    """Returns whether this machine is one that the filter is written for."""
    return platform.machine() == "x86_64" and platform.system() == "Linux"


def allow_computing_only(*, opening_to_read: bool) -> None:
    """Let only the listed system calls through from here on; all others fail with EPERM.

    So there are no sockets, no other processes or threads, no files to write, no changed limits. Needs no_new_privs.

    Args:
        opening_to_read: Whether files may be opened at all; what may be read is another wall's matter.

    Raises:
        OSError: The kernel takes no filters, or the machine is another one.
    """
    if not seccomp_supported():
        raise OSError(errno.ENOSYS, "the filter of system calls is written for x86-64 Linux")
    program = _filter(opening_to_read)
    prctl(_PR_SET_SECCOMP, _MODE_FILTER, _Program(len(program) // 8, program))


def _filter(opening_to_read: bool) -> bytes:
    refuse = _instruction(_RETURN, _ERRNO | errno.EPERM)
    allow = _instruction(_RETURN, _ALLOW)
    start = [
        _instruction(_LOAD, _ARCHITECTURE_OFFSET),
        _instruction(_JUMP_EQUAL, _X86_64, 1, 0),
        _instruction(_RETURN, _KILL_PROCESS),
        _instruction(_LOAD, _NUMBER_OFFSET),
        _instruction(_JUMP_GREATER_EQUAL, _X32_BIT, 0, 1),
        refuse,
    ]
    listed = [step for number in _COMPUTING.values() for step in (_instruction(_JUMP_EQUAL, number, 0, 1), allow)]
    opening = [
        _instruction(_JUMP_EQUAL, _OPENAT, 0, 3),
        _instruction(_LOAD, _THIRD_ARGUMENT_OFFSET),
        _instruction(_JUMP_SET, _WRITING, 1, 0),
        allow,
    ]
    return b"".join([*start, *listed, *(opening if opening_to_read else []), refuse])


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One step of a BPF program: operation, jumps, constant."""
    return struct.pack("<HBBI", code, if_true, if_false, value)
