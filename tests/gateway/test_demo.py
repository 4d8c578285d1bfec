"""The demo as somebody runs it who has just cloned the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.gateway.processes import ROOT, WAIT_SECONDS
from tests.gateway.stacks import environment, processes_of
from tests.support.processes import wait_until

IN_ORDER = ("Ready: http://", "class FlowStrategy", "Validation: VALID", "100 %", "total return", "Equity curve: ")


def demo(data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs the demo to its end."""
    return subprocess.run(
        [sys.executable, "-m", "gateway.demo"], cwd=ROOT, env=environment(data_dir, **settings),
        capture_output=True, text=True, check=False, timeout=110,
    )  # fmt: skip


def test_demo_shows_everything_in_order_and_leaves_nothing(tmp_path: Path) -> None:
    done = demo(tmp_path / "state")
    assert done.returncode == 0, done.stderr
    rest = done.stdout
    for text in IN_ORDER:
        before, found, rest = rest.partition(text)
        assert found, f"{text!r} is missing after {before[-300:]!r}"
    assert "SYNTHETIC" in done.stdout
    picture = Path(rest.strip())
    assert picture.read_bytes().startswith(b"\x89PNG")
    wait_until(lambda: not processes_of(tmp_path / "state"), WAIT_SECONDS, "the end of every process")


def test_demo_fails_with_one_line(tmp_path: Path) -> None:
    done = demo(tmp_path / "state", SB_QLIB_PROVIDER_URI=str(tmp_path / "nothing-here"))
    assert done.returncode == 1
    assert done.stderr.startswith("The demo failed: worker ended while the stack was starting")
    assert "Traceback" not in done.stderr
    assert not processes_of(tmp_path / "state")
