"""Which published factors a flow names, told before it is checked, so that only those need to be loaded."""

from __future__ import annotations

from codegen_core.factors.factor import USUAL_FACTOR, FactorKey, FactorSource
from codegen_core.flow.model import Node
from codegen_core.flow.parse import NodeParameters, parse_flow, parse_parameters
from codegen_core.nodes.declaration import system_template_id

FACTOR_TEMPLATE_ID = system_template_id("factor")


def referenced_factors(raw_flow: object, raw_parameters: object) -> frozenset[FactorKey]:
    """Returns source and name of the factors that a flow's nodes name, but for those that are built in.

    Args:
        raw_flow: The JSON of ``logic_flow``; anything at all, what is wrong with it is left to the checks.
        raw_parameters: The JSON of ``parameters``.
    """
    request, _ = parse_parameters(raw_parameters)
    nodes = (node for node in parse_flow(raw_flow).flow.nodes if node.template_id == FACTOR_TEMPLATE_ID)
    keys = (_key(node, request) for node in nodes)
    return frozenset((source, name) for source, name in keys if source == FactorSource.CUSTOM)


def _key(node: Node, request: NodeParameters) -> FactorKey:
    source, name = USUAL_FACTOR
    values = {"source": source, "factor": name, **node.parameters, **request.get(node.id, {})}
    return str(values["source"]), str(values["factor"])
