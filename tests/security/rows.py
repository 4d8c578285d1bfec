"""One row of an owner's for each id that a request can name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.json_format import ParseDict
from strategybuilder.builder.v1.node_template_pb2 import CreateNodeTemplateRequest, NodeTemplate
from strategybuilder.builder.v1.session_pb2 import UpsertSessionRequest
from strategybuilder.builder.v1.strategy_pb2 import CreateStrategyRequest
from strategybuilder.codegen.v1.codegen_service_pb2 import GenerateCodeRequest
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow
from strategybuilder.quicktest.v1.quick_test_pb2 import RunQuickTestRequest

from codegen_core.strategies import load
from tests.security.house import House

IDS = ("instance_id", "generation_id", "test_id", "session_id", "template_id")
"""The fields of requests that name a row of somebody's."""

NO_ROWS = frozenset({"request_id", "worker_id"})
"""Fields named like ids that name no row."""

FLOW = ParseDict(load("double_moving_average"), LogicFlow())

TEMPLATE = CreateNodeTemplateRequest(
    name="mine",
    display_name="Mine",
    node_type=NodeTemplate.CUSTOM,
    output_ports=[NodeTemplate.OutputPort(name="value", type="SERIES")],
)


def rows_of(house: House, owner: str) -> Mapping[str, str]:
    """Makes the rows; returns their ids by the fields of ``IDS``."""

    def made(server: str, method: str, request: Any) -> Any:
        return house.suite.call(server, method, request, house.token(owner))

    strategy = made("builder", "CreateStrategy", CreateStrategyRequest(name="mine", logic_flow=FLOW)).strategy
    generated = made("codegen", "GenerateCode", GenerateCodeRequest(instance_id=strategy.id, logic_flow=FLOW))
    return {
        "instance_id": strategy.id,
        "generation_id": generated.generation_id,
        "test_id": made("quicktest", "RunQuickTest", RunQuickTestRequest(instance_id=strategy.id)).test_id,
        "session_id": made("builder", "UpsertSession", UpsertSessionRequest(session_name="mine")).session.id,
        "template_id": made("builder", "CreateNodeTemplate", TEMPLATE).node_template.id,
    }
