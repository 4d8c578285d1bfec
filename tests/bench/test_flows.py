"""What the benchmarks measure is what they say they measure."""

from __future__ import annotations

from codegen_core.flow.parse import MAX_EDGES, MAX_NODES
from codegen_core.safety import Verdict, analyse
from tests.bench import flows


def test_flows_are_sound_and_as_large_as_they_are_called() -> None:
    twenty, largest = flows.twenty_nodes(), flows.largest()
    assert (len(twenty["nodes"]), len(largest["nodes"]), len(largest["edges"])) == (20, MAX_NODES, MAX_EDGES)
    assert len(flows.resolved(twenty).nodes) == 20
    assert len(flows.resolved(largest).nodes) == MAX_NODES


def test_code_by_hand_has_the_lines_asked_for_and_is_accepted() -> None:
    code = flows.hand_written(200)
    assert 200 <= code.count("\n") < 250
    assert analyse(code).verdict is Verdict.VALID
