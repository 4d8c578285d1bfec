"""Changes of users' own node templates through gRPC."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format
from strategybuilder.builder.v1 import node_template_pb2 as pb

from tests.integration.services.clients import UNKNOWN_ID, Client
from tests.integration.services.own_templates import (
    Kind,
    change,
    create,
    get,
    struct,
    update,
    values,
)


def test_an_update_changes_what_it_names(alice: Client) -> None:
    made = create(alice, description="before", icon="spring")
    changed = update(alice, made.id, description="after", display_name="Bounce", category="MOMENTUM", color="#000000")
    assert (changed.description, changed.display_name, changed.category) == ("after", "Bounce", "MOMENTUM")
    assert (changed.color, changed.icon, changed.version) == ("#000000", "spring", "1.0.1")
    assert changed.parameter_schema == made.parameter_schema
    assert list(changed.input_ports) == list(made.input_ports)
    assert changed.updated_at.ToNanoseconds() > made.updated_at.ToNanoseconds()
    assert changed.created_at == made.created_at
    assert get(alice, made.id) == changed


def test_what_computes_something_else_gets_a_minor_version(alice: Client) -> None:
    made = create(alice)
    assert update(alice, made.id, description="text").version == "1.0.1"
    assert update(alice, made.id, default_parameters=struct({"days": 7})).version == "1.1.0"
    assert update(alice, made.id, description="other text").version == "1.1.1"
    assert update(alice, made.id).version == "1.1.2"


def test_an_update_can_empty_things(alice: Client) -> None:
    made = create(alice, description="before", validation_rules=struct({"a": 1}))
    hints, schema = struct({"expression": "$close"}), struct({})
    changed = update(
        alice,
        made.id,
        description="",
        validation_rules=struct({}),
        input_ports=values([]),
        parameter_schema=schema,
        default_parameters=struct({}),
        execution_hints=hints,
    )
    assert (changed.description, len(changed.validation_rules), len(changed.parameter_schema)) == ("", 0, 0)
    assert list(changed.input_ports) == []
    assert changed.execution_hints == hints


def test_a_whole_template_may_be_sent_back(alice: Client) -> None:
    made = create(alice)
    whole = json_format.ParseDict(
        json_format.MessageToDict(made, preserving_proto_field_name=True),
        pb.NodeTemplateUpdate(),
        ignore_unknown_fields=True,
    )
    request = pb.UpdateNodeTemplateRequest(template_id=made.id, node_template=whole)
    changed = alice.call("builder", "UpdateNodeTemplate", request).node_template
    assert changed.version == "1.0.1"
    assert list(changed.input_ports) == list(made.input_ports)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"id": UNKNOWN_ID}, {"id"}),
        ({"template_id": UNKNOWN_ID}, {"template_id"}),
        ({"name": "other"}, {"name"}),
        ({"node_type": Kind.CUSTOM}, {"node_type"}),
        ({"node_type": 77}, {"node_type"}),
        ({"display_name": ""}, {"display_name"}),
        ({"description": "x" * 5001, "icon": "y" * 65}, {"description", "icon"}),
        ({"color": "red"}, {"color"}),
        ({"default_parameters": struct({"days": 1000})}, {"default_parameters.days"}),
        ({"input_ports": values(["series"])}, {"input_ports[0]"}),
        (
            {"input_ports": values([{"name": "series", "type": "SERIES", "required": "yes"}])},
            {"input_ports[0].required"},
        ),
        ({"output_ports": values([{"name": 1, "type": {}}])}, {"output_ports[0].name", "output_ports[0].type"}),
        ({"execution_hints": struct({"expression": "Ref({series},-1)*{days}"})}, {"execution_hints.expression"}),
    ],
)
def test_each_wrong_field_of_an_update_is_named(alice: Client, fields: dict[str, Any], wrong: set[str]) -> None:
    made = create(alice)
    found = alice.refused("builder", "UpdateNodeTemplate", change(made.id, **fields))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", wrong)
    assert get(alice, made.id) == made


def test_an_update_says_what_changes(alice: Client) -> None:
    found = alice.refused("builder", "UpdateNodeTemplate", pb.UpdateNodeTemplateRequest(template_id=create(alice).id))
    assert (found.status, found.fields) == ("INVALID_ARGUMENT", {"node_template": "REQUIRED"})
