"""Users' own node templates through gRPC: made, listed, deleted, and nobody else's business."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from strategybuilder.builder.v1 import node_template_pb2 as pb

from codegen_core.nodes.registry import system_templates
from tests.integration.services.clients import UNKNOWN_ID, Client
from tests.integration.services.own_templates import (
    SCHEMA,
    Kind,
    change,
    create,
    definition,
    get,
    own,
    struct,
)

SYSTEM = system_templates()[0]


def test_a_template_is_read_as_it_was_made(alice: Client) -> None:
    made = create(
        alice, description="几日涨幅", icon="spring", color="#1a2B3c", validation_rules=struct({"any": [1, {}]})
    )
    assert (made.name, made.display_name, made.description) == ("bounce", "反弹", "几日涨幅")
    assert (made.node_type, made.category, made.version) == (Kind.INDICATOR, "CUSTOM", "1.0.0")
    assert (made.is_system_template, made.user_id, made.usage_count) == (False, alice.user, 0)
    assert (made.icon, made.color) == ("spring", "#1a2B3c")
    assert made.validation_rules == struct({"any": [1, {}]})
    assert json_format.MessageToDict(made.parameter_schema) == SCHEMA
    (port,) = made.input_ports
    assert (port.name, port.type, port.required, port.multiple) == ("series", "SERIES", True, False)
    assert get(alice, made.id) == made
    assert own(alice) == [made]


def test_the_least_template_has_a_name_a_kind_and_an_output(alice: Client) -> None:
    request = pb.CreateNodeTemplateRequest(
        name="least",
        display_name="Least",
        node_type=Kind.CUSTOM,
        output_ports=[Kind.OutputPort(name="value", type="BOOL")],
    )
    made = alice.call("builder", "CreateNodeTemplate", request).node_template
    assert (made.category, made.description, len(made.parameter_schema)) == ("CUSTOM", "", 0)
    assert not made.HasField("icon")
    assert not made.HasField("color")
    assert get(alice, made.id) == made


def test_a_name_is_the_users_own(alice: Client, bob: Client) -> None:
    made = create(alice, "sma")  # what the system's are called may be taken
    found = alice.refused("builder", "CreateNodeTemplate", definition("sma"))
    assert (found.status, found.reason, found.fields) == (
        "ALREADY_EXISTS",
        "DUPLICATE_ENTRY",
        {"name": "DUPLICATE_NAME"},
    )
    create(bob, "sma")
    alice.call("builder", "DeleteNodeTemplate", pb.DeleteNodeTemplateRequest(template_id=made.id))
    assert create(alice, "sma").id != made.id


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "capitals in the name": ({"name": "Bounce"}, {"name"}),
    "no name": ({"name": ""}, {"name"}),
    "a long name": ({"name": "a" * 256}, {"name"}),
    "a name with a line": ({"name": "a\n"}, {"name"}),
    "no texts": ({"display_name": "", "description": "x" * 5001}, {"display_name", "description"}),
    "a NUL": ({"display_name": "a\x00b"}, {"display_name"}),
    "a small category": ({"category": "trend"}, {"category"}),
    "a long icon": ({"icon": "x" * 65}, {"icon"}),
    "no colour": ({"color": "red"}, {"color"}),
    "a colour and more": ({"color": "#1234567"}, {"color"}),
    "no kind": ({"node_type": 0}, {"node_type"}),
    "an unknown kind": ({"node_type": 77}, {"node_type"}),
    "a kind that no expression makes": ({"node_type": Kind.STOP_LOSS}, {"node_type"}),
    "no schema": ({"parameter_schema": struct({"type": "no such type"})}, {"parameter_schema"}),
    "a default against the schema": ({"default_parameters": struct({"days": 0})}, {"default_parameters.days"}),
    "an unknown default": ({"default_parameters": struct({"days": 5, "weeks": 1})}, {"default_parameters.weeks"}),
    "an unknown port type": (
        {"input_ports": [Kind.InputPort(name="series", type="FLOAT")]},
        {"input_ports[0].type"},
    ),
    "many ports": (
        {"input_ports": [Kind.InputPort(name=f"input_{number}", type="SERIES") for number in range(33)]},
        {"input_ports"},
    ),
    "no output": ({"output_ports": []}, {"output_ports"}),
    "an unknown language": ({"execution_hints": struct({"language": "R"})}, {"execution_hints.language"}),
    "an unsafe expression": (
        {"execution_hints": struct({"language": "PYTHON", "expression": "__import__('os')"})},
        {"execution_hints.expression"},
    ),
    "a look ahead": (
        {"execution_hints": struct({"expression": "Ref({series},-{days})"})},
        {"execution_hints.expression"},
    ),
    "no number": ({"validation_rules": "NaN"}, {"validation_rules"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_wrong_field_is_named(alice: Client, case: str) -> None:
    changes, wrong = WRONG[case]
    if changes.get("validation_rules") == "NaN":
        rules = struct_pb2.Struct()
        rules["x"] = float("nan")
        changes = {"validation_rules": rules}
    found = alice.refused("builder", "CreateNodeTemplate", definition(**({"name": "bounce"} | changes)))
    assert (found.status, found.reason) == ("INVALID_ARGUMENT", "VALIDATION_ERROR")
    assert set(found.fields) >= wrong
    assert {field.partition(".")[0].partition("[")[0] for field in found.fields} == {
        field.partition(".")[0].partition("[")[0] for field in wrong
    }
    assert own(alice) == []


def test_wrong_fields_of_every_kind_are_named_at_once(alice: Client) -> None:
    request = definition("Bounce", color="red", default_parameters=struct({"days": 0}))
    found = alice.refused("builder", "CreateNodeTemplate", request)
    assert set(found.fields) == {"name", "color", "default_parameters.days"}


def nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(levels - 1):
        inner = {"a": inner}
    return inner


def test_a_template_has_a_size(alice: Client) -> None:
    large = struct({"text": "x" * 40_000})
    found = alice.refused("builder", "CreateNodeTemplate", definition(validation_rules=large))
    assert found.fields == {"validation_rules": "TOO_LARGE"}
    found = alice.refused("builder", "CreateNodeTemplate", definition(validation_rules=struct(nested(34))))
    assert found.fields == {"validation_rules": "TOO_DEEP"}
    create(alice, validation_rules=struct(nested(30)))


def test_a_full_page_of_the_largest_templates_fits_a_message(alice: Client) -> None:
    rules = struct({"text": "x" * 24_000})
    for number in range(100):
        create(alice, f"large_{number}", description="均" * 5000, validation_rules=rules)
    request = pb.ListNodeTemplatesRequest(is_system_template=False, limit=100)
    found = alice.call("builder", "ListNodeTemplates", request)
    assert len(found.items) == found.total == 100
    assert found.ByteSize() > 3_900_000


def test_messages_are_in_the_callers_language(alice: Client) -> None:
    request = definition(default_parameters=struct({"days": 0}))
    told = {"en": "Received 0", "zh-CN": "收到 0"}
    for language, received in told.items():
        (text,) = alice.refused("builder", "CreateNodeTemplate", request, accept_language=language).texts.values()
        assert received in text
        assert text.isascii() == (language == "en")


def test_a_deleted_template_is_gone(alice: Client) -> None:
    made = create(alice)
    request = pb.DeleteNodeTemplateRequest(template_id=made.id)
    assert alice.call("builder", "DeleteNodeTemplate", request).message
    for method in REQUESTS:
        assert alice.refused("builder", method, REQUESTS[method](made.id)).status == "NOT_FOUND"
    assert own(alice) == []


REQUESTS: dict[str, Callable[[str], Any]] = {
    "GetNodeTemplate": lambda template_id: pb.GetNodeTemplateRequest(template_id=template_id),
    "UpdateNodeTemplate": lambda template_id: change(template_id, description="Stolen"),
    "DeleteNodeTemplate": lambda template_id: pb.DeleteNodeTemplateRequest(template_id=template_id),
}


@pytest.mark.parametrize("method", REQUESTS)
def test_another_users_template_is_not_found(alice: Client, bob: Client, method: str) -> None:
    made = create(alice)
    capital = Client(alice.suite, alice.user.replace("alice", "Alice"))
    for stranger in (bob, capital):
        found = stranger.refused("builder", method, REQUESTS[method](made.id))
        assert (found.status, found.reason) == ("NOT_FOUND", "RESOURCE_NOT_FOUND")
        assert own(stranger) == []
    assert get(alice, made.id) == made


@pytest.mark.parametrize("method", ["UpdateNodeTemplate", "DeleteNodeTemplate"])
def test_the_systems_templates_are_nobodys_to_change(alice: Client, method: str) -> None:
    found = alice.refused("builder", method, REQUESTS[method](SYSTEM.id))
    assert (found.status, found.reason) == ("PERMISSION_DENIED", "FORBIDDEN")
    assert alice.refused("builder", method, REQUESTS[method](UNKNOWN_ID)).status == "NOT_FOUND"


@pytest.mark.parametrize("method", REQUESTS)
@pytest.mark.parametrize("template_id", ["", "sma", "../x"])
def test_an_id_has_one_form(alice: Client, method: str, template_id: str) -> None:
    found = alice.refused("builder", method, REQUESTS[method](template_id))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"template_id"})


def test_a_service_acts_for_an_owner_or_not_at_all(alice: Client) -> None:
    token = alice.suite.service_token("indicator", alice.user)
    made = alice.suite.call("builder", "CreateNodeTemplate", definition(), token).node_template
    assert made.user_id == alice.user
    assert own(alice) == [made]


def test_lists_hold_the_systems_templates_and_the_own_last(alice: Client) -> None:
    made = [create(alice, f"number_{number}").id for number in range(3)]
    total = len(system_templates()) + 3
    request = pb.ListNodeTemplatesRequest(skip=total - 4, limit=10)
    found = alice.call("builder", "ListNodeTemplates", request)
    assert [item.id for item in found.items] == [system_templates()[-1].id, *made]
    assert found.total == total
    filtered = pb.ListNodeTemplatesRequest(
        category="CUSTOM", node_type=Kind.INDICATOR, is_system_template=False, limit=2
    )
    page = alice.call("builder", "ListNodeTemplates", filtered)
    assert ([item.id for item in page.items], page.total) == (made[:2], 3)
