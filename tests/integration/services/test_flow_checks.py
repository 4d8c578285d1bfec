"""ValidateLogicFlow and ResolveLogicFlow through gRPC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from strategybuilder.builder.v1 import logic_flow_check_pb2 as pb
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow
from strategybuilder.common.v1.problem_pb2 import Problem

from tests.integration.services.clients import Client, Refusal, drawing, flow_message, refused

Drawing = dict[str, Any]


def node_of(flow: Drawing, node_id: str) -> Drawing:
    return next(node for node in flow["nodes"] if node["id"] == node_id)


def unknown_template(flow: Drawing) -> None:
    node_of(flow, "enter")["template_id"] = "no-such-template"


def cycle(flow: Drawing) -> None:
    flow["edges"].append(
        {
            "id": "back",
            "source": "fast_average",
            "source_handle": "value",
            "target": "slow_average",
            "target_handle": "input",
        }
    )
    flow["edges"].append(
        {
            "id": "forth",
            "source": "slow_average",
            "source_handle": "value",
            "target": "fast_average",
            "target_handle": "input",
        }
    )


def missing_port(flow: Drawing) -> None:
    flow["edges"] = [edge for edge in flow["edges"] if edge["target"] != "enter"]


def wrong_type(flow: Drawing) -> None:
    edge = next(edge for edge in flow["edges"] if edge["target"] == "enter")
    edge |= {"source": "fast_average", "source_handle": "value"}


def wrong_parameter(flow: Drawing) -> None:
    node_of(flow, "fast_average")["data"]["parameters"]["window"] = 0


def no_position(flow: Drawing) -> None:
    flow["nodes"] = [node for node in flow["nodes"] if node["id"] in ("fast_average", "slow_average", "golden_cross")]
    kept = {node["id"] for node in flow["nodes"]}
    flow["edges"] = [edge for edge in flow["edges"] if {edge["source"], edge["target"]} <= kept]


def check(client: Client, flow: Drawing, **fields: Any) -> Any:
    request = pb.ValidateLogicFlowRequest(logic_flow=flow_message(flow), **fields)
    return client.call("builder", "ValidateLogicFlow", request)


def test_a_sound_flow(alice: Client) -> None:
    found = check(alice, drawing())
    assert found.is_valid
    assert not [problem for problem in found.problems if problem.severity == Problem.ERROR]
    assert set(found.order) == {node["id"] for node in drawing()["nodes"]}
    order = list(found.order)
    assert order.index("fast_average") < order.index("golden_cross") < order.index("enter")
    assert found.warmup_bars == 20


@pytest.mark.parametrize(
    ("break_it", "layer", "code", "node_id"),
    [
        (unknown_template, Problem.SCHEMA, "UNKNOWN_TEMPLATE", "enter"),
        (cycle, Problem.GRAPH, "CYCLE", None),
        (missing_port, Problem.GRAPH, "MISSING_INPUT", "enter"),
        (wrong_type, Problem.TYPE, "TYPE_MISMATCH", None),
        (wrong_parameter, Problem.PARAMETER, None, "fast_average"),
        (no_position, Problem.SEMANTIC, None, None),
    ],
)
def test_each_layer_tells_its_problem(
    alice: Client, break_it: Callable[[Drawing], None], layer: int, code: str | None, node_id: str | None
) -> None:
    flow = drawing()
    break_it(flow)
    found = check(alice, flow)
    assert not found.is_valid
    assert not found.HasField("warmup_bars")
    errors = [problem for problem in found.problems if problem.severity == Problem.ERROR]
    assert {problem.layer for problem in errors} == {layer}
    assert code is None or code in {problem.code for problem in errors}
    assert node_id is None or node_id in {problem.node_id for problem in errors}
    chinese = alice.call(
        "builder", "ValidateLogicFlow", pb.ValidateLogicFlowRequest(logic_flow=flow_message(flow)), accept_language="zh"
    )
    assert [problem.code for problem in chinese.problems] == [problem.code for problem in found.problems]
    assert [problem.message for problem in chinese.problems] != [problem.message for problem in found.problems]


def test_a_draft_may_lack_what_a_complete_flow_needs(alice: Client) -> None:
    flow = drawing()
    no_position(flow)
    assert check(alice, flow, level=LogicFlow.DRAFT).is_valid
    assert not check(alice, flow, level=LogicFlow.COMPLETE).is_valid
    assert not check(alice, flow).is_valid
    cycle(flow)
    assert not check(alice, flow, level=LogicFlow.DRAFT).is_valid


def test_parameters_of_the_request_go_first(alice: Client) -> None:
    parameters = json_format.ParseDict({"slow_average": {"window": 60}}, struct_pb2.Struct())
    assert check(alice, drawing(), parameters=parameters).warmup_bars == 60


def test_react_flows_own_json_goes_in_as_it_is(alice: Client) -> None:
    plain, drawn = drawing(), drawing()
    for edge in drawn["edges"]:
        edge["sourceHandle"], edge["targetHandle"] = edge.pop("source_handle"), edge.pop("target_handle")
    for node in drawn["nodes"]:
        node["data"] |= {"template_id": node.pop("template_id"), "label": node.pop("label"), "color": "#123456"}
    for handle in ("source_handle", "target_handle"):
        plain["edges"][-1][handle] = ""
    assert check(alice, drawn) == check(alice, drawing())
    assert check(alice, plain) == check(alice, drawing())


def test_what_is_no_request_is_refused(alice: Client) -> None:
    missing = alice.refused("builder", "ValidateLogicFlow", pb.ValidateLogicFlowRequest())
    assert (missing.status, missing.fields) == ("INVALID_ARGUMENT", {"logic_flow": "REQUIRED"})
    request = pb.ValidateLogicFlowRequest(logic_flow=flow_message())
    request.level = 7  # type: ignore[assignment]  # enums are open on the wire
    unknown = alice.refused("builder", "ValidateLogicFlow", request)
    assert (unknown.status, set(unknown.fields)) == ("INVALID_ARGUMENT", {"level"})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_lacks_are_refused(alice: Client, number: float) -> None:
    flow = flow_message()
    flow.nodes[0].data["window"] = number
    found = alice.refused("builder", "ValidateLogicFlow", pb.ValidateLogicFlowRequest(logic_flow=flow))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"logic_flow"})
    parameters = struct_pb2.Struct()
    parameters["x"] = number
    request = pb.ValidateLogicFlowRequest(logic_flow=flow_message(), parameters=parameters)
    found = alice.refused("builder", "ValidateLogicFlow", request)
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"parameters"})


def resolve(client: Client, token: str, flow: Drawing) -> Any:
    request = pb.ResolveLogicFlowRequest(logic_flow=flow_message(flow))
    return client.suite.call("builder", "ResolveLogicFlow", request, token)


def test_a_service_gets_every_node_resolved(alice: Client) -> None:
    token = alice.suite.service_token("codegen", alice.user)
    found = resolve(alice, token, drawing())
    assert found.is_valid
    assert [node.node_id for node in found.nodes] == list(found.order)
    nodes = {node.node_id: node for node in found.nodes}
    assert json_format.MessageToDict(nodes["fast_average"].parameters) == {"window": 5.0, "field": "close"}
    assert nodes["golden_cross"].template.name == "crosses_above"
    given = {
        each.port: [(source.node_id, source.port) for source in each.sources] for each in nodes["golden_cross"].inputs
    }
    assert given == {"left": [("fast_average", "value")], "right": [("slow_average", "value")]}


def test_an_unsound_flow_is_not_resolved(alice: Client) -> None:
    flow = drawing()
    wrong_parameter(flow)
    found = resolve(alice, alice.suite.service_token("codegen"), flow)
    assert not found.is_valid
    assert found.problems
    assert not found.nodes


def test_users_may_not_resolve(alice: Client) -> None:
    found: Refusal = refused(lambda: resolve(alice, alice.suite.token(alice.user), drawing()))
    assert (found.status, found.reason) == ("PERMISSION_DENIED", "FORBIDDEN")
