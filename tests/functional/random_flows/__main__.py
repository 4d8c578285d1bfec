"""Draws flows: what to draw comes as JSON on standard input, the flows go as JSON to standard output."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from tests.functional.random_flows.flows import draw_flow

asked = json.load(sys.stdin)
flows = [draw_flow(asked["of"], number, asked["codes"], asked["days"]) for number in asked["numbers"]]
json.dump([asdict(flow) for flow in flows], sys.stdout)
