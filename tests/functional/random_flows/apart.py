"""Draws flows in a process of their own.

Hypothesis mixes into what it draws the constants of whatever modules are loaded: where other tests have run before, the
same seed would give other flows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence

from tests.functional.random_flows.flows import DrawnFlow
from tests.support.contracts import ROOT


def draw_flows(of: int, numbers: Iterable[int], codes: Sequence[str], days: Sequence[str]) -> list[DrawnFlow]:
    """Returns flows of the seed ``of``, as ``draw_flow`` does, the same in whatever process this is."""
    asked = json.dumps({"of": of, "numbers": list(numbers), "codes": list(codes), "days": list(days)})
    command = [sys.executable, "-m", "tests.functional.random_flows"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=100, check=True, cwd=ROOT)
    return [DrawnFlow(**flow) for flow in json.loads(done.stdout)]
