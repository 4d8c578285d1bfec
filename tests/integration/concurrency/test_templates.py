"""Custom node templates made, changed and deleted at the same moment."""

from __future__ import annotations

import asyncio
from typing import Any

from google.protobuf.json_format import ParseDict
from strategybuilder.builder.v1.node_template_pb2 import (
    CreateNodeTemplateRequest,
    DeleteNodeTemplateRequest,
    GetNodeTemplateRequest,
    ListNodeTemplatesRequest,
    NodeTemplate,
    NodeTemplateUpdate,
    UpdateNodeTemplateRequest,
)
from strategybuilder.builder.v1.strategy_pb2 import CreateStrategyRequest
from strategybuilder.codegen.v1.codegen_service_pb2 import GenerateCodeRequest
from strategybuilder.common.v1.logic_flow_pb2 import FlowNode, LogicFlow

from codegen_core.strategies import load
from tests.integration.concurrency.twins import Crowd, Refused, refusals

RIVALS = 30


def creation(name: str) -> CreateNodeTemplateRequest:
    """Returns a template of that name."""
    return CreateNodeTemplateRequest(
        name=name,
        display_name="Mine",
        node_type=NodeTemplate.INDICATOR,
        output_ports=[NodeTemplate.OutputPort(name="value", type="SERIES")],
    )


def change(template_id: str, **fields: Any) -> UpdateNodeTemplateRequest:
    """Returns a change that can be told from the others."""
    return UpdateNodeTemplateRequest(template_id=template_id, node_template=NodeTemplateUpdate(**fields))


async def a_template(alice: Crowd) -> Any:
    """Makes a template."""
    return (await alice.call("builder", "CreateNodeTemplate", creation("mine"))).node_template


async def own(alice: Crowd) -> list[Any]:
    """Returns the user's templates."""
    request = ListNodeTemplatesRequest(is_system_template=False, limit=100)
    return list((await alice.call("builder", "ListNodeTemplates", request)).items)


async def test_of_creations_of_one_name_one_wins(alice: Crowd, bob: Crowd) -> None:
    rivals = [creation("same")] * RIVALS
    answers, others = await asyncio.gather(
        alice.at_once("builder", "CreateNodeTemplate", rivals),
        bob.at_once("builder", "CreateNodeTemplate", rivals),
    )
    for user, told in ((alice, answers), (bob, others)):
        (winner,) = [answer.node_template for answer in told if not isinstance(answer, Refused)]
        assert [lost.code for lost in refusals(told)] == ["DUPLICATE_ENTRY"] * (RIVALS - 1)
        assert await own(user) == [winner]


async def test_creations_of_many_names_all_win(alice: Crowd) -> None:
    names = [f"name_{number}" for number in range(RIVALS)]
    answers = await alice.at_once("builder", "CreateNodeTemplate", map(creation, names))
    assert refusals(answers) == []
    assert sorted(template.name for template in await own(alice)) == sorted(names)


async def test_changes_of_one_template_all_win_in_turn(alice: Crowd) -> None:
    template = await a_template(alice)
    changes = [change(template.id, description=f"text {number}") for number in range(RIVALS)]
    answers = await alice.at_once("builder", "UpdateNodeTemplate", changes)
    assert refusals(answers) == []
    changed = [answer.node_template for answer in answers]
    assert sorted(int(one.version.rpartition(".")[2]) for one in changed) == list(range(1, RIVALS + 1))
    assert [one.description for one in changed] == [f"text {number}" for number in range(RIVALS)]
    last = max(changed, key=lambda one: int(one.version.rpartition(".")[2]))
    stored = await alice.call("builder", "GetNodeTemplate", GetNodeTemplateRequest(template_id=template.id))
    assert stored.node_template == last


async def test_changes_of_parts_that_belong_together_leave_a_sound_template(alice: Crowd) -> None:
    """Each alone is fine on what was there at first; not all of them can be, one on another."""
    template = await a_template(alice)
    whole = change(template.id)
    ParseDict(
        {
            "parameter_schema": {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1}}},
            "default_parameters": {"days": 5},
            "execution_hints": {"expression": "Ref($close,{days})"},
        },
        whole.node_template,
    )
    assert not isinstance(await alice.call("builder", "UpdateNodeTemplate", whole), Refused)
    narrower, longer = change(template.id), change(template.id)
    narrow = {"parameter_schema": {"type": "object", "properties": {"days": {"type": "integer", "maximum": 5}}}}
    ParseDict(narrow, narrower.node_template)
    ParseDict({"default_parameters": {"days": 250}}, longer.node_template)
    answers = await alice.at_once("builder", "UpdateNodeTemplate", [narrower, longer])
    assert [lost.code for lost in refusals(answers)] == ["VALIDATION_ERROR"]
    (stored,) = await own(alice)
    narrowed = "maximum" in stored.parameter_schema["properties"]["days"]
    assert (narrowed, stored.default_parameters["days"]) in {(True, 5), (False, 250)}


async def test_a_template_is_deleted_once(alice: Crowd) -> None:
    template = await a_template(alice)
    deletions = [DeleteNodeTemplateRequest(template_id=template.id)] * RIVALS
    changes = [change(template.id, description=f"text {number}") for number in range(RIVALS)]
    deleted, changed = await asyncio.gather(
        alice.at_once("builder", "DeleteNodeTemplate", deletions),
        alice.at_once("builder", "UpdateNodeTemplate", changes),
    )
    assert [lost.code for lost in refusals(deleted)] == ["RESOURCE_NOT_FOUND"] * (RIVALS - 1)
    assert {lost.code for lost in refusals(changed)} <= {"RESOURCE_NOT_FOUND"}
    assert await own(alice) == []
    assert not isinstance(await alice.call("builder", "CreateNodeTemplate", creation("mine")), Refused)


async def test_every_generation_counts_once_while_the_template_changes(alice: Crowd) -> None:
    whole = creation("mine")
    whole.execution_hints.update({"expression": "Mean($close,{days})"})
    ParseDict({"properties": {"days": {"type": "integer"}}, "type": "object"}, whole.parameter_schema)
    whole.default_parameters.update({"days": 5})
    template = (await alice.call("builder", "CreateNodeTemplate", whole)).node_template
    flow = ParseDict(load("double_moving_average"), LogicFlow())
    flow.nodes[0].MergeFrom(FlowNode(type="INDICATOR", template_id=template.id))
    flow.nodes[0].data.Clear()
    strategy = (
        await alice.call("builder", "CreateStrategy", CreateStrategyRequest(name="x", logic_flow=flow))
    ).strategy
    requests = [GenerateCodeRequest(instance_id=strategy.id, logic_flow=flow) for _ in range(RIVALS)]
    for days, request in enumerate(requests, start=1):
        request.parameters.update({flow.nodes[0].id: {"days": days}})
    changes = [change(template.id, description=f"text {number}") for number in range(RIVALS)]
    made, changed = await asyncio.gather(
        alice.at_once("codegen", "GenerateCode", requests), alice.at_once("builder", "UpdateNodeTemplate", changes)
    )
    assert refusals(made) == refusals(changed) == []
    assert not any(answer.is_duplicate for answer in made)
    (stored,) = await own(alice)
    assert (stored.usage_count, stored.version) == (RIVALS, f"1.0.{RIVALS}")
