"""Flows that use what doesn't ship: the owner's templates, and factors that were published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf import json_format
from strategybuilder.builder.v1 import factor_pb2, logic_flow_check_pb2, node_template_pb2, strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2

from codegen_core.nodes.registry import by_name
from repo.engine import create_pool
from repo.tables import node_templates
from tests.integration.services.clients import Client, drawing, flow_message, generation, refusal_of

Json = dict[str, Any]

TEMPLATE: Json = {
    "name": "bounce",
    "display_name": "Bounce",
    "node_type": "INDICATOR",
    "parameter_schema": {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 250}}},
    "default_parameters": {"days": 5},
    "output_ports": [{"name": "value", "type": "SERIES"}],
    "execution_hints": {"expression": "Mean($close,{days})*1.01"},
}


def create(client: Client, **changes: Any) -> Any:
    request = json_format.ParseDict(TEMPLATE | changes, node_template_pb2.CreateNodeTemplateRequest())
    return client.call("builder", "CreateNodeTemplate", request).node_template


def update(client: Client, template_id: str, **changes: Any) -> Any:
    changed = json_format.ParseDict(changes, node_template_pb2.NodeTemplateUpdate())
    request = node_template_pb2.UpdateNodeTemplateRequest(template_id=template_id, node_template=changed)
    return client.call("builder", "UpdateNodeTemplate", request).node_template


def delete(client: Client, template_id: str) -> None:
    request = node_template_pb2.DeleteNodeTemplateRequest(template_id=template_id)
    client.call("builder", "DeleteNodeTemplate", request)


def usage(client: Client, template_id: str) -> int:
    request = node_template_pb2.GetNodeTemplateRequest(template_id=template_id)
    return int(client.call("builder", "GetNodeTemplate", request).node_template.usage_count)


def with_node(template_id: str, parameters: Mapping[str, Any] | None = None) -> Json:
    """Returns the double moving average with another template in the fast average's place."""
    flow = drawing()
    node = next(node for node in flow["nodes"] if node["id"] == "fast_average")
    node |= {"template_id": template_id, "type": "INDICATOR", "data": {"parameters": dict(parameters or {})}}
    return flow


def with_factor(name: str, **parameters: Any) -> Json:
    return with_node(by_name("factor").id, {"source": "CUSTOM", "factor": name, **parameters})


def problems(client: Client, flow: Json, **fields: Any) -> list[tuple[str, str]]:
    """Returns node and code of what is wrong with a flow."""
    request = logic_flow_check_pb2.ValidateLogicFlowRequest(logic_flow=flow_message(flow), **fields)
    answer = client.call("builder", "ValidateLogicFlow", request)
    return [(problem.node_id, problem.code) for problem in answer.problems]


def resolve(client: Client, flow: Json, acting_for: str | None) -> Any:
    request = logic_flow_check_pb2.ResolveLogicFlowRequest(logic_flow=flow_message(flow))
    token = client.suite.service_token("codegen", acting_for)
    return client.suite.call("builder", "ResolveLogicFlow", request, token)


def publish(client: Client, name: str, acting_for: str | None = None, **changes: Any) -> None:
    definition = {"name": name, "display_name": "F", "category": "TREND", "expression": "Mean($close,5)"} | changes
    request = json_format.ParseDict({"factors": [definition]}, factor_pb2.PublishFactorsRequest())
    client.suite.call("builder", "PublishFactors", request, client.suite.service_token("indicator", acting_for))


def retire(client: Client, name: str, acting_for: str | None = None) -> None:
    request = factor_pb2.RetireFactorsRequest(names=[name])
    client.suite.call("builder", "RetireFactors", request, client.suite.service_token("indicator", acting_for))


def new_factor() -> str:
    return f"factor_{uuid4().hex}"


UNKNOWN_TEMPLATE = [("fast_average", "UNKNOWN_TEMPLATE")]
UNKNOWN_FACTOR = [("fast_average", "UNKNOWN_FACTOR")]


def test_an_own_template_becomes_code_and_is_counted(alice: Client) -> None:
    template = create(alice)
    flow = with_node(template.id, {"days": 7})
    strategy = alice.strategy(flow)
    made = alice.generate(strategy.id, flow)
    assert made.validation_result.is_valid
    assert "1.01" in made.generated_code
    assert usage(alice, template.id) == 1
    assert alice.generate(strategy.id, flow).is_duplicate
    assert usage(alice, template.id) == 1
    assert not alice.generate(strategy.id, with_node(template.id, {"days": 8})).is_duplicate
    assert usage(alice, template.id) == 2


def test_a_template_that_changed_makes_other_code(alice: Client) -> None:
    template = create(alice)
    flow = with_node(template.id)
    strategy = alice.strategy(flow)
    first = alice.generate(strategy.id, flow)
    update(alice, template.id, execution_hints={"expression": "Mean($close,{days})*1.02"})
    second = alice.generate(strategy.id, flow)
    assert not second.is_duplicate
    assert ("1.02" in second.generated_code, "1.02" in first.generated_code) == (True, False)
    read = codegen_service_pb2.GetGeneratedCodeRequest(generation_id=first.generation_id)
    assert alice.call("codegen", "GetGeneratedCode", read).code.generated_code == first.generated_code


def test_another_users_template_is_unknown(alice: Client, bob: Client) -> None:
    template = create(alice)
    flow = with_node(template.id)
    assert problems(alice, flow) == []
    assert problems(bob, flow) == UNKNOWN_TEMPLATE
    request = strategy_pb2.CreateStrategyRequest(name="x", logic_flow=flow_message(flow))
    assert set(bob.refused("builder", "CreateStrategy", request).fields.values()) == {"UNKNOWN_TEMPLATE"}
    found = bob.refused("codegen", "GenerateCode", generation(bob.strategy().id, flow))
    assert (found.reason, set(found.fields.values())) == ("LOGIC_FLOW_INVALID", {"UNKNOWN_TEMPLATE"})
    assert usage(alice, template.id) == 0


def test_a_service_sees_the_templates_of_whom_it_acts_for(alice: Client, bob: Client) -> None:
    template = create(alice)
    flow = with_node(template.id, {"days": 7})
    answer = resolve(alice, flow, alice.user)
    (node,) = [node for node in answer.nodes if node.node_id == "fast_average"]
    assert (node.template.id, node.template.user_id, node.template.is_system_template) == (
        template.id,
        alice.user,
        False,
    )
    assert json_format.MessageToDict(node.parameters) == {"days": 7}
    for stranger in (None, bob.user, alice.user.upper()):
        answer = resolve(alice, flow, stranger)
        assert [(problem.node_id, problem.code) for problem in answer.problems] == UNKNOWN_TEMPLATE


def test_a_deleted_template_stays_in_old_flows_and_is_unknown_there(alice: Client) -> None:
    template = create(alice)
    flow = with_node(template.id)
    strategy = alice.strategy(flow)
    made = alice.generate(strategy.id, flow)
    delete(alice, template.id)
    read = strategy_pb2.GetStrategyRequest(instance_id=strategy.id)
    stored = alice.call("builder", "GetStrategy", read).strategy
    assert stored.logic_flow == strategy.logic_flow
    assert problems(alice, flow) == UNKNOWN_TEMPLATE
    assert alice.refused("codegen", "GenerateCode", generation(strategy.id, flow)).reason == "LOGIC_FLOW_INVALID"
    request = codegen_service_pb2.GetGeneratedCodeRequest(generation_id=made.generation_id)
    assert alice.call("codegen", "GetGeneratedCode", request).code.generated_code == made.generated_code


def test_a_strategy_whose_template_is_gone_is_still_renamed_and_put_away(alice: Client) -> None:
    template = create(alice)
    strategy = alice.strategy(with_node(template.id))

    def changed(**fields: Any) -> Any:
        change = strategy_pb2.StrategyUpdate(**fields)
        request = strategy_pb2.UpdateStrategyRequest(instance_id=strategy.id, strategy=change)
        return alice.call("builder", "UpdateStrategy", request).strategy

    changed(status=strategy_pb2.Strategy.ACTIVE)
    delete(alice, template.id)
    assert changed(name="Renamed").name == "Renamed"
    assert changed(status=strategy_pb2.Strategy.ARCHIVED).status == strategy_pb2.Strategy.ARCHIVED
    with pytest.raises(grpc.RpcError) as caught:
        changed(status=strategy_pb2.Strategy.ACTIVE)
    assert refusal_of(caught.value).reason == "LOGIC_FLOW_INVALID"


def test_a_template_without_an_expression_is_drawn_but_not_generated(alice: Client) -> None:
    template = create(alice, parameter_schema={}, default_parameters={}, execution_hints={})
    flow = with_node(template.id)
    strategy = alice.strategy(flow)
    found = alice.refused("codegen", "GenerateCode", generation(strategy.id, flow))
    assert set(found.fields.values()) == {"NO_EXPRESSION"}


def rewrite(client: Client, template_id: str, **values: Any) -> None:
    """Writes what no RPC would."""
    engine = create_pool(client.suite.database_url, 1)
    with engine.begin() as connection:
        connection.execute(node_templates.update().where(node_templates.c.id == template_id).values(**values))
    engine.dispose()


def test_a_stored_template_that_breaks_a_later_rule_is_unknown(alice: Client) -> None:
    template = create(alice)
    rewrite(alice, template.id, execution_hints={"expression": "Ref($close,-1)"})
    assert problems(alice, with_node(template.id)) == UNKNOWN_TEMPLATE


def test_a_system_template_of_another_version_is_unknown(alice: Client) -> None:
    template = create(alice)
    rewrite(alice, template.id, user_id=None, is_system_template=True)
    assert problems(alice, with_node(template.id)) == UNKNOWN_TEMPLATE
    rewrite(alice, template.id, is_deleted=True)


def test_wrong_parameters_of_an_own_template_are_told(alice: Client) -> None:
    template = create(alice)
    assert [code for _, code in problems(alice, with_node(template.id, {"days": 0}))] == ["PARAMETER_RANGE"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_published_factor_becomes_code(alice: Client, language: str) -> None:
    name = new_factor()
    schema = {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 99, "default": 5}}}
    publish(alice, name, expression="Mean($open,{days})*1.03", parameters=schema)
    flow = with_factor(name, days=9)
    made = alice.generate(alice.strategy(flow).id, flow, language=language)
    assert made.validation_result.is_valid
    assert "1.03" in made.generated_code


def test_an_own_factor_goes_before_everybodys(alice: Client, bob: Client) -> None:
    name = new_factor()
    publish(alice, name, expression="$open*1.04")
    publish(alice, name, alice.user, expression="$open*1.05")
    flow = with_factor(name)

    def code(client: Client) -> str:
        return str(client.generate(client.strategy(flow).id, flow).generated_code)

    assert ("1.05" in code(alice), "1.04" in code(bob)) == (True, True)
    retire(alice, name)
    assert problems(bob, flow) == UNKNOWN_FACTOR
    assert problems(alice, flow) == []
    retire(alice, name, alice.user)
    assert problems(alice, flow) == UNKNOWN_FACTOR


def any_of(template_id: str, count: int) -> Json:
    """Returns the double moving average that enters where any of so many own conditions holds."""
    flow = drawing()
    flow["nodes"].append({"id": "either", "type": "CONDITION", "template_id": by_name("any_of").id})
    for number in range(count):
        data = {"parameters": {"days": number + 1}}
        flow["nodes"].append({"id": f"is_{number}", "type": "CONDITION", "template_id": template_id, "data": data})
        flow["edges"].append({"id": f"{number}", "source": f"is_{number}", "target": "either"})
    enter = next(edge for edge in flow["edges"] if edge["target"] == "enter")
    enter |= {"source": "either", "source_handle": "result"}
    return flow


CONDITION: Json = {
    "node_type": "CONDITION",
    "output_ports": [{"name": "result", "type": "BOOL"}],
    "execution_hints": {"expression": "$close>Mean($close,{days})"},
    "description": "均" * 5000,
    "parameter_schema": {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 999}}},
}


def test_a_large_flow_of_large_templates_is_resolved(alice: Client) -> None:
    flow = any_of(create(alice, **CONDITION).id, 480)
    made = alice.refused("codegen", "GenerateCode", generation(alice.strategy(flow).id, flow))
    assert (made.status, made.reason) == ("FAILED_PRECONDITION", "LOGIC_FLOW_INVALID")
    assert made.fields == {"logic_flow": "TOO_LARGE"}, "it was resolved and generated, but it is more than is analysed"


def test_a_flow_of_many_own_nodes_becomes_code(alice: Client) -> None:
    flow = any_of(create(alice, **CONDITION).id, 60)
    assert alice.generate(alice.strategy(flow).id, flow).validation_result.is_valid
