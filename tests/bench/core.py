"""The core in this process: checks, rendering, analysis."""

from __future__ import annotations

import ast
import json

from codegen_core.nodes.registry import system_templates_by_id
from codegen_core.render import generate
from codegen_core.resolve import check_flow
from codegen_core.safety import analyse
from tests.bench import flows
from tests.bench.table import Comparisons, Figure
from tests.bench.timing import interleaved
from tests.unit.core.drawing import Json

_ROUNDS = 15
_LARGEST = "check_flow, 500 nodes and 1,000 edges"
_TWENTY = "check_flow, 20 nodes"


def measure_core() -> list[Figure]:
    """Returns the figures of pure functions; no server takes part."""
    return [*_checks(), *_rendering(), *_analysis()]


def _checks() -> list[Figure]:
    twenty, largest = flows.twenty_nodes(), flows.largest()
    templates = system_templates_by_id()
    samples = interleaved(
        {
            _TWENTY: lambda: check_flow(twenty, None, templates),
            "its JSON written and read": lambda: _copied(twenty),
            _LARGEST: lambda: check_flow(largest, None, templates),
            "the large one's JSON written and read": lambda: _copied(largest),
        },
        _ROUNDS,
    )
    compare = Comparisons(samples)
    return [
        compare.figure(_TWENTY, "its JSON written and read"),
        compare.figure(_LARGEST, "the large one's JSON written and read"),
        compare.figure(_LARGEST, _TWENTY),
    ]


def _rendering() -> list[Figure]:
    average, twenty = flows.resolved(flows.double_moving_average()), flows.resolved(flows.twenty_nodes())
    written = generate(average).code, generate(twenty).code
    samples = interleaved(
        {
            "generate to hash, double moving average": lambda: generate(average),
            "ast.parse of that code": lambda: ast.parse(written[0]),
            "generate to hash, 20 nodes": lambda: generate(twenty),
            "ast.parse of the 20 nodes' code": lambda: ast.parse(written[1]),
        },
        _ROUNDS,
    )
    compare = Comparisons(samples)
    return [
        compare.figure("generate to hash, double moving average", "ast.parse of that code", goal=0.005),
        compare.figure("generate to hash, 20 nodes", "ast.parse of the 20 nodes' code", goal=0.005),
    ]


def _analysis() -> list[Figure]:
    by_hand, exported = flows.hand_written(200), generate(flows.resolved(flows.double_moving_average())).code
    analysis, file = f"analyse, {_lines(by_hand)} lines by hand", f"analyse, exported file of {_lines(exported)} lines"
    samples = interleaved(
        {
            analysis: lambda: analyse(by_hand),
            "ast.parse of the same text": lambda: ast.parse(by_hand),
            file: lambda: analyse(exported),
            "ast.parse of the file": lambda: ast.parse(exported),
        },
        _ROUNDS,
    )
    compare = Comparisons(samples)
    return [
        compare.figure(analysis, "ast.parse of the same text", goal=0.010),
        compare.figure(file, "ast.parse of the file"),
    ]


def _copied(drawn: Json) -> Json:
    copy: Json = json.loads(json.dumps(drawn))
    return copy


def _lines(code: str) -> int:
    return code.count("\n")
