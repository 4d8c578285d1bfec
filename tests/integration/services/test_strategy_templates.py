"""Strategy templates through gRPC."""

from __future__ import annotations

from typing import Any

import pytest
from strategybuilder.builder.v1 import logic_flow_check_pb2, strategy_pb2
from strategybuilder.builder.v1 import strategy_pb2 as pb

from codegen_core.strategies import ready_strategies
from codegen_core.strategies.drawing import ReadyStrategy
from tests.integration.services.clients import UNKNOWN_ID, Client, flow_message

IN_ORDER = sorted(ready_strategies(), key=lambda strategy: (strategy.category, strategy.name))


def listed(client: Client, language: str = "en", **fields: Any) -> Any:
    request = pb.ListStrategyTemplatesRequest(**fields)
    return client.call("builder", "ListStrategyTemplates", request, accept_language=language)


def get(client: Client, template_id: str, language: str = "en") -> Any:
    request = pb.GetStrategyTemplateRequest(template_id=template_id)
    return client.call("builder", "GetStrategyTemplate", request, accept_language=language).strategy_template


def test_all_are_listed_by_category_and_name(alice: Client) -> None:
    found = listed(alice, limit=100)
    assert [(item.category, item.name) for item in found.items] == [(ready.category, ready.name) for ready in IN_ORDER]
    assert found.total == len(IN_ORDER)


def test_pages_make_up_the_list(alice: Client) -> None:
    pages = [listed(alice, skip=skip, limit=1) for skip in range(len(IN_ORDER))]
    assert [item.name for page in pages for item in page.items] == [ready.name for ready in IN_ORDER]
    assert {page.total for page in pages} == {len(IN_ORDER)}


def test_a_category_is_exact(alice: Client) -> None:
    category = IN_ORDER[0].category
    wanted = [ready.name for ready in IN_ORDER if ready.category == category]
    assert [item.name for item in listed(alice, category=category).items] == wanted
    assert listed(alice, category=category.lower()).total == 0


@pytest.mark.parametrize("ready", IN_ORDER, ids=lambda ready: ready.name)
def test_each_is_read_as_it_ships_and_makes_a_strategy_in_one_call(alice: Client, ready: ReadyStrategy) -> None:
    found = get(alice, ready.id)
    assert (found.name, found.display_name, found.description) == (
        ready.name,
        ready.display_name.en,
        ready.description.en,
    )
    assert found.logic_flow == flow_message(ready.logic_flow)
    made = alice.call("builder", "CreateStrategy", strategy_pb2.CreateStrategyRequest(template_id=ready.id)).strategy
    assert (made.name, made.description) == (ready.display_name.en, ready.description.en)
    assert made.logic_flow == found.logic_flow
    request = logic_flow_check_pb2.ValidateLogicFlowRequest(logic_flow=made.logic_flow, parameters=made.parameters)
    assert alice.call("builder", "ValidateLogicFlow", request).is_valid
    active = strategy_pb2.StrategyUpdate(status=strategy_pb2.Strategy.ACTIVE)
    update = strategy_pb2.UpdateStrategyRequest(instance_id=made.id, strategy=active)
    assert alice.call("builder", "UpdateStrategy", update).strategy.status == strategy_pb2.Strategy.ACTIVE


def test_texts_are_in_the_callers_language(alice: Client) -> None:
    ready = IN_ORDER[0]
    found = get(alice, ready.id, "zh-CN")
    assert (found.display_name, found.description) == (ready.display_name.zh, ready.description.zh)
    assert listed(alice, "zh").items[0].display_name == ready.display_name.zh


def test_a_service_reads_them_too(alice: Client) -> None:
    token = alice.suite.service_token("backtest")
    found = alice.suite.call("builder", "ListStrategyTemplates", pb.ListStrategyTemplatesRequest(), token)
    assert found.total == len(IN_ORDER)


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"skip": -1}, "skip"), ({"limit": 0}, "limit"), ({"limit": 101}, "limit")]
)
def test_a_list_has_bounds(alice: Client, fields: dict[str, Any], wrong: str) -> None:
    found = alice.refused("builder", "ListStrategyTemplates", pb.ListStrategyTemplatesRequest(**fields))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {wrong})


def test_one_that_is_not_there(alice: Client) -> None:
    request = pb.GetStrategyTemplateRequest(template_id=UNKNOWN_ID)
    assert alice.refused("builder", "GetStrategyTemplate", request).status == "NOT_FOUND"
    found = alice.refused("builder", "GetStrategyTemplate", pb.GetStrategyTemplateRequest(template_id="macd"))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"template_id"})
