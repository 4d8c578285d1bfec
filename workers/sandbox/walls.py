"""Puts up the walls around a process that is about to run a strategy."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from workers.sandbox.kernel import die_with_parent, give_up_privileges
from workers.sandbox.landlock import confine_to_reading, landlock_version
from workers.sandbox.seccomp import allow_computing_only

_KEPT_VARIABLES = frozenset({
    "LANG", "LC_ALL", "TZ", "PYTHONHASHSEED", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
})  # fmt: skip
_OPEN_FILES = 64


class SandboxMode(StrEnum):
    """What to do where the kernel lacks a means to confine a process."""

    REQUIRED = "required"
    BEST_EFFORT = "best-effort"
    OFF = "off"


class SandboxError(RuntimeError):
    """The kernel lacks a wall that is required."""


@dataclass(frozen=True, slots=True)
class Walls:
    """How a strategy's process is confined.

    Attributes:
        readable: Folders that may be read beside Python's own: the Qlib data.
        memory: Bytes of address space on top of what the process has when it is forked.
        cpu_seconds: Processor time; the kernel ends the process after it.
    """

    mode: SandboxMode
    readable: tuple[Path, ...]
    memory: int = 2 << 30
    cpu_seconds: int = 600

    def enter(self, parent: int, keep: Sequence[int]) -> None:
        """Confine this process, for good.

        Args:
            parent: The process that this one must not outlive.
            keep: File descriptors that stay open beside the standard ones, which become /dev/null.

        Raises:
            SandboxError: A required wall is missing.
        """
        die_with_parent(parent)
        os.setpgid(0, 0)
        _close_files(keep)
        _forget_environment()
        self._limit_resources()
        give_up_privileges()
        if self.mode is not SandboxMode.OFF:
            self._ask_the_kernel()

    def _ask_the_kernel(self) -> None:
        """Reading is confined by Landlock; where there is none, no file can be opened at all."""
        try:
            confined = landlock_version() > 0
            if confined:
                confine_to_reading([*_python_folders(), *self.readable])
            allow_computing_only(opening_to_read=confined)
        except OSError as problem:
            if self.mode is SandboxMode.REQUIRED:
                raise SandboxError(f"the kernel can't confine a process: {problem.strerror}") from problem

    def _limit_resources(self) -> None:
        limits = {
            resource.RLIMIT_AS: _address_space() + self.memory,
            resource.RLIMIT_CPU: self.cpu_seconds,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NOFILE: _OPEN_FILES,
        }
        for kind, limit in limits.items():
            resource.setrlimit(kind, (limit, limit))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _close_files(keep: Sequence[int]) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    edges = [2, *sorted(keep), os.sysconf("SC_OPEN_MAX")]
    for low, high in pairwise(edges):
        os.closerange(low + 1, high)


def _forget_environment() -> None:
    for name in set(os.environ) - _KEPT_VARIABLES:
        del os.environ[name]
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # should memory run out, this process goes first


def _python_folders() -> list[Path]:
    """Where modules are imported from, and the libraries and time zones that they load."""
    own = Path(__file__).resolve().parents[2]
    packages = [own / "workers", own / "codegen_core"]
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/localtime", "/etc/ld.so.cache"]
    devices = [os.devnull, "/dev/urandom"]
    return [*packages, *(Path(path) for path in (*sorted(paths), sys.base_prefix + "/lib", *system, *devices))]
