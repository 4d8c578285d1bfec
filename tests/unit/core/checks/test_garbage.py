"""Whatever JSON comes in, the checks answer with problems and never raise."""

from __future__ import annotations

from typing import Any

import talib  # noqa: F401  # the first node that asks it for a look-back would load it, within an example's deadline
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_core.checks.codes import Code
from codegen_core.nodes.registry import system_templates
from codegen_core.problems import Layer
from codegen_core.resolve import FlowReport, Level
from tests.unit.core.drawing import check

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
garbage = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
)

ids = st.sampled_from(["a", "b", "c", "d", "e"])
templates = st.sampled_from(system_templates())
inputs = {port.name for template in system_templates() for port in template.inputs}
outputs = {port.name for template in system_templates() for port in template.outputs}
handles = st.sampled_from(sorted(inputs | outputs))
parameters = st.dictionaries(
    st.sampled_from(["window", "field", "value", "operator", "percent", "max_positions", "rebalance_days"]),
    st.sampled_from([1, 5, 5.0, 0.5, "close", ">", "<"]) | scalars,
    max_size=3,
)


@st.composite
def likely_nodes(draw: st.DrawFn) -> dict[str, Any]:
    """Draws a node that is mostly right."""
    template = draw(templates)
    drawn = {
        "id": draw(ids | st.text(min_size=1, max_size=3)),
        "type": template.node_type.value,
        "template_id": template.id,
        "data": {"parameters": draw(parameters)},
    }
    return {**drawn, **draw(st.dictionaries(st.sampled_from(sorted(drawn)), garbage, max_size=1))}


likely_edges = st.fixed_dictionaries(
    {"id": st.text(min_size=1, max_size=3), "source": ids | garbage, "target": ids | garbage},
    optional={"source_handle": handles | garbage, "targetHandle": handles | garbage},
)
likely_flows = st.fixed_dictionaries(
    {
        "nodes": st.lists(likely_nodes(), max_size=6) | garbage,
        "edges": st.lists(likely_edges | garbage, max_size=8) | garbage,
    }
)
levels = st.sampled_from(Level)
languages = st.sampled_from(["en", "zh"])


def _holds(report: FlowReport) -> None:
    """Asserts what every report promises."""
    layers = [list(Layer).index(problem.layer) for problem in report.problems]
    assert layers == sorted(layers)
    for problem in report.problems:
        facts = Code[problem.code].value
        assert (problem.layer, problem.severity) == (facts.layer, facts.severity)
        assert problem.message
        assert len(problem.received or "") <= 2000
    if report.resolved is not None:
        place = {node.id: number for number, node in enumerate(report.resolved.nodes)}
        for node in report.resolved.nodes:
            sources = [source for each in node.inputs.values() for source in each]
            assert all(place[source.node_id] < place[node.id] for source in sources)
            assert all(port.name in node.inputs for port in node.template.inputs if port.required)
    assert report.is_valid or report.resolved is None


@given(garbage, garbage, levels, languages)
def test_garbage(raw: Any, raw_parameters: Any, level: Level, language: str) -> None:
    _holds(check(raw, raw_parameters, level, language))


@settings(max_examples=300)
@given(likely_flows, st.dictionaries(ids, parameters | garbage, max_size=3) | garbage, levels, languages)
def test_likely_flows(raw: Any, raw_parameters: Any, level: Level, language: str) -> None:
    _holds(check(raw, raw_parameters, level, language))
