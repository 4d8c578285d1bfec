"""Node templates through gRPC."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format
from strategybuilder.builder.v1 import node_template_pb2 as pb

from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.nodes.registry import system_templates
from tests.integration.services.clients import UNKNOWN_ID, Client

SMA = next(template for template in system_templates() if template.name == "sma")


def listed(client: Client, **fields: Any) -> Any:
    return client.call("builder", "ListNodeTemplates", pb.ListNodeTemplatesRequest(**fields))


def get(client: Client, template_id: str, **metadata: str) -> Any:
    request = pb.GetNodeTemplateRequest(template_id=template_id)
    return client.call("builder", "GetNodeTemplate", request, **metadata).node_template


def every_page(client: Client, limit: int = 100, **fields: Any) -> list[Any]:
    total = listed(client, limit=1, **fields).total
    pages = [listed(client, skip=skip, limit=limit, **fields) for skip in range(0, total, limit)]
    assert [(page.total, page.page) for page in pages] == [(total, number + 1) for number in range(len(pages))]
    return [item for page in pages for item in page.items]


def test_all_declarations_are_listed_in_their_order(alice: Client) -> None:
    found = every_page(alice)
    assert [item.name for item in found] == [template.name for template in system_templates()]
    assert all(item.is_system_template and not item.HasField("user_id") for item in found)
    assert listed(alice).page_size == 20


def test_pages_make_up_the_list(alice: Client) -> None:
    names = [item.name for item in every_page(alice, limit=7)]
    assert names == [template.name for template in system_templates()]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"node_type": pb.NodeTemplate.CONDITION}, lambda template: template.node_type.value == "CONDITION"),
        ({"category": "TREND"}, lambda template: template.category == "TREND"),
        ({"category": "trend"}, lambda template: False),
        (
            {"node_type": pb.NodeTemplate.INDICATOR, "category": "PRICE"},
            lambda template: (template.node_type.value, template.category) == ("INDICATOR", "PRICE"),
        ),
        ({"is_system_template": True}, lambda template: True),
        ({"is_system_template": False}, lambda template: False),
    ],
)
def test_filters(alice: Client, filters: dict[str, Any], wanted: Any) -> None:
    def fits(template: NodeTemplate) -> bool:
        return bool(wanted(template))

    found = every_page(alice, **filters)
    assert [item.name for item in found] == [template.name for template in system_templates() if fits(template)]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"skip": -1}, "skip"), ({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"node_type": 77}, "node_type")],
)
def test_a_list_has_bounds(alice: Client, fields: dict[str, Any], wrong: str) -> None:
    found = alice.refused("builder", "ListNodeTemplates", pb.ListNodeTemplatesRequest(**fields))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {wrong})


def test_a_template_tells_its_ports_and_its_schema(alice: Client) -> None:
    found = get(alice, SMA.id)
    assert (found.name, found.version, found.category) == ("sma", SMA.version, "TREND")
    assert [port.name for port in found.output_ports] == ["value"]
    assert json_format.MessageToDict(found.default_parameters) == {"window": 20.0, "field": "close"}
    window = json_format.MessageToDict(found.parameter_schema)["properties"]["window"]
    assert window["type"] == "integer"


def test_texts_are_in_the_callers_language(alice: Client) -> None:
    english, chinese = get(alice, SMA.id), get(alice, SMA.id, accept_language="zh-CN,zh;q=0.9,en;q=0.5")
    assert (english.display_name, chinese.display_name) == (SMA.display_name.en, SMA.display_name.zh)
    assert (english.description, chinese.description) == (SMA.description.en, SMA.description.zh)
    assert english.parameter_schema != chinese.parameter_schema
    request = pb.ListNodeTemplatesRequest(category="TREND")
    items = alice.call("builder", "ListNodeTemplates", request, accept_language="zh").items
    assert items[0].display_name == SMA.display_name.zh


def test_a_template_that_is_not_there(alice: Client) -> None:
    request = pb.GetNodeTemplateRequest(template_id=UNKNOWN_ID)
    assert alice.refused("builder", "GetNodeTemplate", request).status == "NOT_FOUND"
    found = alice.refused("builder", "GetNodeTemplate", pb.GetNodeTemplateRequest(template_id="sma"))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"template_id"})


def test_a_service_that_acts_for_nobody_sees_the_systems(alice: Client) -> None:
    token = alice.suite.service_token("indicator")
    found = alice.suite.call("builder", "ListNodeTemplates", pb.ListNodeTemplatesRequest(limit=1), token)
    assert found.total == len(system_templates())
