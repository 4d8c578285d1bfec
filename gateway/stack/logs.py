"""What the end of a log says."""

from __future__ import annotations

from pathlib import Path

_LINES = 15
_BYTES = 16_384


def last_lines(log: Path) -> str:
    """Returns the last lines of a log, indented, or a remark that it is empty."""
    if not log.exists():
        return "  (no log)"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _BYTES))
        lines = file.read().decode(errors="replace").splitlines()[-_LINES:]
    return "\n".join(f"  {line}" for line in lines) or "  (its log is empty)"
