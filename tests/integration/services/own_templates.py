"""A custom node template, and the calls that make and change one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
from strategybuilder.builder.v1 import node_template_pb2 as pb

from tests.integration.services.clients import Client

SCHEMA = {
    "type": "object",
    "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 250, "title": "天数"}},
}
Kind = pb.NodeTemplate


def struct(value: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(dict(value), struct_pb2.Struct())


def values(items: list[Any]) -> struct_pb2.ListValue:
    return json_format.ParseDict(items, struct_pb2.ListValue())  # type: ignore[arg-type]  # a list is its JSON


def definition(name: str = "bounce", **changes: Any) -> pb.CreateNodeTemplateRequest:
    """A template that computes how far a series has moved in some days."""
    fields: dict[str, Any] = {
        "display_name": "反弹",
        "node_type": Kind.INDICATOR,
        "parameter_schema": struct(SCHEMA),
        "default_parameters": struct({"days": 5}),
        "input_ports": [Kind.InputPort(name="series", type="SERIES")],
        "output_ports": [Kind.OutputPort(name="value", type="SERIES")],
        "execution_hints": struct({"expression": "{series}/Ref({series},{days})-1"}),
    }
    return pb.CreateNodeTemplateRequest(name=name, **(fields | changes))


def create(client: Client, name: str = "bounce", **changes: Any) -> Any:
    return client.call("builder", "CreateNodeTemplate", definition(name, **changes)).node_template


def change(template_id: str, /, **fields: Any) -> pb.UpdateNodeTemplateRequest:
    return pb.UpdateNodeTemplateRequest(template_id=template_id, node_template=pb.NodeTemplateUpdate(**fields))


def update(client: Client, template_id: str, /, **fields: Any) -> Any:
    return client.call("builder", "UpdateNodeTemplate", change(template_id, **fields)).node_template


def get(client: Client, template_id: str) -> Any:
    request = pb.GetNodeTemplateRequest(template_id=template_id)
    return client.call("builder", "GetNodeTemplate", request).node_template


def own(client: Client) -> list[Any]:
    request = pb.ListNodeTemplatesRequest(is_system_template=False)
    return list(client.call("builder", "ListNodeTemplates", request).items)
