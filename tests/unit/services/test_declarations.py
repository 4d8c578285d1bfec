"""What CodeGen rebuilds of a resolved node is what Builder had: the same code comes of both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from strategybuilder.builder.v1 import node_template_pb2 as pb

from codegen_core.flow.model import ResolvedFlow, ResolvedNode
from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.render import generate
from codegen_core.render.canonical import canonical_flow
from services.builder.template_messages import declared_template
from services.codegen.declarations import declaration
from services.runtime.errors import Internal
from services.runtime.json_messages import to_json, to_struct
from tests.functional.general.cases import (
    FACTORS,
    INPUTS,
    OWN_TEMPLATES,
    PYTHON,
    PYTHON_CONDITIONS,
    QLIB,
    QLIB_CONDITIONS,
)
from tests.golden.flows import general, resolved
from tests.unit.core.gathering import Gathering


def _every_case() -> ResolvedFlow:
    gathering = Gathering()
    for node_id, template, parameters in INPUTS:
        gathering.add(node_id, template, label=node_id, **parameters)
    for case in (*QLIB, *QLIB_CONDITIONS, *PYTHON, *PYTHON_CONDITIONS):
        gathering.add(case.node_id, case.template, connect=case.connect, label=case.node_id, **case.parameters)
    return resolved(gathering.finished(), OWN_TEMPLATES, FACTORS)


def _sent(template: NodeTemplate) -> pb.NodeTemplate:
    return pb.NodeTemplate.FromString(declared_template(template, "en").SerializeToString())


def _rebuilt(node: ResolvedNode) -> ResolvedNode:
    parameters = to_json(to_struct(node.parameters), "parameters")
    return replace(node, template=declaration(_sent(node.template), parameters))


@pytest.mark.parametrize("flow", [_every_case(), resolved(general())], ids=["cases", "general"])
def test_the_same_code_comes_of_what_was_sent(flow: ResolvedFlow) -> None:
    rebuilt = replace(flow, nodes=tuple(map(_rebuilt, flow.nodes)))
    assert canonical_flow(rebuilt) == canonical_flow(flow)
    assert generate(rebuilt).code == generate(flow).code


def test_both_must_be_of_one_version() -> None:
    flow = resolved(general())
    for node in flow.nodes:
        sent = _sent(node.template)
        sent.version = "99.0.0"
        with pytest.raises(Internal):
            declaration(sent, dict(node.parameters))


def test_a_function_that_is_not_known_here() -> None:
    node = next(each for each in resolved(general()).nodes if each.template.name == "factor")
    with pytest.raises(Internal):
        declaration(_sent(replace(node.template, execution_hints={})), {"source": "CUSTOM", "factor": "Nobody"})
