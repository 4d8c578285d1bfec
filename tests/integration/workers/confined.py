"""Runs one case behind the walls, in a process of one thread: pytest's own may have more.

python -m tests.integration.workers.confined CASE FOLDER [MISSING WALL]
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workers.sandbox import Report, SandboxError, SandboxMode, Walls, check_walls, seccomp, start_child
from workers.sandbox import walls as walls_module

FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()
SECRET = FOLDER / "secret.txt"

PROBES: dict[str, Callable[[], Any]] = {
    "read": lambda: (FOLDER / "data.txt").read_text(),
    "write": lambda: (FOLDER / "new.txt").write_text("x"),
    "append": lambda: (FOLDER / "data.txt").open("a"),
    "remove": lambda: (FOLDER / "data.txt").unlink(),
    "rename": lambda: (FOLDER / "data.txt").rename(FOLDER / "other.txt"),
    "read elsewhere": lambda: Path("/etc/hostname").read_text(),
    "fork": lambda: os.fork(),
    "execute": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(os.getppid(), 0),
}


def probe(report: Report) -> None:
    """Tries what a strategy must not do, and the one thing that it may."""
    for name, attempt in PROBES.items():
        try:
            attempt()
            report({name: "done"})
        except OSError as problem:
            report({name: type(problem).__name__})


def allocate(report: Report) -> None:
    """Asks for a gibibyte."""
    try:
        report({"size": len(bytes(1 << 30))})
    except MemoryError:
        report({"size": None})


def spin(_report: Report) -> None:
    """Computes for ever."""
    while True:
        pass


def fail(_report: Report) -> None:
    """Raises."""
    raise ValueError("no")


def close_and_spin(_report: Report) -> None:
    """Hangs up and computes for ever."""
    os.closerange(3, 64)
    while True:
        pass


def look_at_files(report: Report) -> None:
    """Tells which of its parent's files are open."""
    inherited = [number for number in range(64) if _is_open(number)]
    report({"open": len(inherited)})


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


CASES = {work.__name__: work for work in (probe, allocate, spin, fail, close_and_spin, look_at_files)}


def main() -> None:
    """Prints the child's messages and its exit code, or why the walls could not be put up."""
    case, missing = sys.argv[1], sys.argv[3:]
    if "landlock" in missing:
        setattr(walls_module, "landlock_version", lambda: 0)  # noqa: B010  mypy knows that it is imported there
    if "seccomp" in missing:
        seccomp.seccomp_supported = lambda: False
    mode = SandboxMode.BEST_EFFORT if "best-effort" in missing else SandboxMode.REQUIRED
    confined = Walls(mode, (FOLDER,), memory=1 << 28, cpu_seconds=1 if case == "spin" else 20)
    with SECRET.open("w") as secret:
        os.dup(secret.fileno())
        print(json.dumps(check(confined) if case == "check" else run(confined, CASES[case])))


def check(confined: Walls) -> str | None:
    """Returns why the walls can't be put up."""
    try:
        check_walls(confined)
    except SandboxError as problem:
        return str(problem)
    return None


def run(confined: Walls, work: Callable[[Report], None]) -> tuple[list[dict[str, Any]], int]:
    """Returns the messages and the exit code of a child."""
    child = start_child(confined, work)
    messages: list[dict[str, Any]] = []
    while not child.receiver.at_end:
        messages += child.receiver.receive()
    return messages, child.end(kill=False)


if __name__ == "__main__":
    main()
