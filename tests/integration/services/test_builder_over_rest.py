"""Every row of the contract's table that Builder serves, as a browser asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest
from strategybuilder.builder.v1 import factor_pb2

from codegen_core.factors import built_in_factors
from codegen_core.nodes.registry import system_templates
from codegen_core.strategies import load, ready_strategies
from tests.gateway.processes import Gateway
from tests.gateway.test_envelope import assert_failure, assert_success
from tests.integration.services.clients import UNKNOWN_ID, Client

Json = dict[str, Any]

TEMPLATE: Json = {
    "name": "bounce",
    "display_name": "反弹",
    "description": "几日涨幅",
    "node_type": "INDICATOR",
    "category": "MOMENTUM",
    "parameter_schema": {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 250}}},
    "default_parameters": {"days": 5},
    "input_ports": [{"name": "series", "type": "SERIES"}],
    "output_ports": [{"name": "value", "type": "SERIES"}],
    "validation_rules": {},
    "execution_hints": {"language": "QLIB", "expression": "{series}/Ref({series},{days})-1"},
    "icon": "spring",
    "color": "#1a2B3c",
}
TEMPLATE_FIELDS = {
    *TEMPLATE,
    *("id", "is_system_template", "user_id", "usage_count", "version", "created_at", "updated_at"),
}
FACTOR_FIELDS = {
    *("id", "name", "display_name", "description", "category"),
    *("parameters", "output_type", "source", "expression"),
}
SESSION_FIELDS = {
    *("id", "user_id", "session_type", "session_name", "draft_logic_flow", "draft_parameters", "draft_metadata"),
    *("is_active", "revision", "last_activity_at", "expires_at", "created_at", "updated_at"),
}
STRATEGY_FIELDS = {
    *("id", "name", "description", "logic_flow", "parameters"),
    *("status", "revision", "created_at", "updated_at"),
}
FLOW = load("double_moving_average")
DRAFT: Json = {"nodes": [{"id": "一", "data": {"list": [], "object": {}, "none": None}}], "viewport": {"zoom": 1.5}}


def fields_of(error: Mapping[str, Any]) -> dict[str, str]:
    """Returns the violated fields of an error with their codes; each has a text."""
    assert all(detail["message"] for detail in error["details"])
    return {detail["field"]: detail["code"] for detail in error["details"]}


def created(client: httpx.Client, **changes: Any) -> Json:
    made: Json = assert_success(client.post("/node-templates", json=TEMPLATE | changes), 201)
    return made


def test_list_of_node_templates(alice_online: httpx.Client) -> None:
    own = created(alice_online)
    first = assert_success(alice_online.get("/node-templates"))
    assert set(first) == {"items", "total", "page", "page_size"}
    assert (first["total"], first["page"], first["page_size"]) == (len(system_templates()) + 1, 1, 20)
    assert [item["name"] for item in first["items"]] == [template.name for template in system_templates()[:20]]
    last = assert_success(alice_online.get("/node-templates", params={"skip": len(system_templates()), "limit": 1}))
    assert last["items"] == [own]
    query = {"node_type": "INDICATOR", "category": "MOMENTUM", "is_system_template": "false"}
    assert assert_success(alice_online.get("/node-templates", params=query))["items"] == [own]
    for wrong in ({"skip": -1}, {"limit": 0}, {"limit": 101}):
        error = assert_failure(alice_online.get("/node-templates", params=wrong), 400, "VALIDATION_ERROR")
        assert set(fields_of(error)) == set(wrong)
    assert_failure(alice_online.get("/node-templates", params={"node_type": "CLOUD"}), 400, "VALIDATION_ERROR")


def test_a_node_template_is_made(alice: Client, alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    made = created(alice_online)
    assert set(made) == TEMPLATE_FIELDS
    port = TEMPLATE["input_ports"][0] | {"required": True, "multiple": False}
    assert {name: made[name] for name in TEMPLATE} == TEMPLATE | {"input_ports": [port]}
    assert (made["user_id"], made["usage_count"], made["version"]) == (alice.user, 0, "1.0.0")
    error = assert_failure(alice_online.post("/node-templates", json=TEMPLATE), 409, "DUPLICATE_ENTRY")
    assert fields_of(error) == {"name": "DUPLICATE_NAME"}
    created(bob_online)
    bad = TEMPLATE | {"name": "Other", "color": "red", "default_parameters": {"days": 0}}
    error = assert_failure(alice_online.post("/node-templates", json=bad), 400, "VALIDATION_ERROR")
    assert set(fields_of(error)) == {"name", "color", "default_parameters.days"}


def test_a_node_template_is_read(alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    made = created(alice_online)
    path = f"/node-templates/{made['id']}"
    assert assert_success(alice_online.get(path)) == made
    assert_failure(bob_online.get(path), 404, "RESOURCE_NOT_FOUND")
    system = system_templates()[0]
    for language, name in (("en", system.display_name.en), ("zh-CN", system.display_name.zh)):
        found = assert_success(bob_online.get(f"/node-templates/{system.id}", headers={"accept-language": language}))
        assert found["display_name"] == name
    error = assert_failure(alice_online.get("/node-templates/sma"), 400, "VALIDATION_ERROR")
    assert set(fields_of(error)) == {"template_id"}


def test_a_node_template_is_changed(alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    made = created(alice_online)
    path = f"/node-templates/{made['id']}"
    changed = assert_success(alice_online.put(path, json={"description": "other"}))
    rest = set(made) - {"description", "version", "updated_at"}
    assert (changed["description"], changed["version"]) == ("other", "1.0.1")
    assert {name: changed[name] for name in rest} == {name: made[name] for name in rest}
    whole = assert_success(alice_online.put(path, json=changed | {"input_ports": changed["input_ports"]}))
    assert whole["version"] == "1.0.2"
    for wrong in ({"name": "other"}, {"node_type": "CUSTOM"}, {"id": UNKNOWN_ID}):
        error = assert_failure(alice_online.put(path, json=wrong), 400, "VALIDATION_ERROR")
        assert set(fields_of(error)) == set(wrong)
    assert_failure(bob_online.put(path, json={"description": "x"}), 404, "RESOURCE_NOT_FOUND")
    system = f"/node-templates/{system_templates()[0].id}"
    assert_failure(alice_online.put(system, json={"description": "x"}), 403, "FORBIDDEN")


def test_a_list_of_ports_is_emptied_by_an_empty_list(alice_online: httpx.Client) -> None:
    path = f"/node-templates/{created(alice_online)['id']}"
    body = {"input_ports": [], "execution_hints": {"expression": "$close/Ref($close,{days})"}}
    assert assert_success(alice_online.put(path, json=body))["input_ports"] == []
    error = assert_failure(alice_online.put(path, json={"output_ports": []}), 400, "VALIDATION_ERROR")
    assert set(fields_of(error)) == {"output_ports"}


def test_a_node_template_is_deleted(alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    path = f"/node-templates/{created(alice_online)['id']}"
    assert_failure(bob_online.delete(path), 404, "RESOURCE_NOT_FOUND")
    assert set(assert_success(alice_online.delete(path))) == {"message"}
    assert_failure(alice_online.delete(path), 404, "RESOURCE_NOT_FOUND")
    assert_failure(alice_online.delete(f"/node-templates/{system_templates()[0].id}"), 403, "FORBIDDEN")


def test_factors(alice: Client, alice_online: httpx.Client) -> None:
    first = assert_success(alice_online.get("/factors"))
    assert set(first) == {"items", "total"}
    assert (len(first["items"]), set(first["items"][0])) == (50, FACTOR_FIELDS)
    assert first["total"] >= len(built_in_factors())
    query: dict[str, str | int] = {"source": "ALPHA158", "search": "kmid2", "skip": 0, "limit": 1}
    (found,) = assert_success(alice_online.get("/factors", params=query))["items"]
    assert (found["name"], found["parameters"], found["output_type"]) == ("KMID2", {}, "SERIES")
    by_category = assert_success(alice_online.get("/factors", params={"category": found["category"], "limit": 100}))
    assert {item["category"] for item in by_category["items"]} == {found["category"]}
    for wrong in ({"skip": -1}, {"limit": 101}, {"search": "x" * 256}):
        error = assert_failure(alice_online.get("/factors", params=wrong), 400, "VALIDATION_ERROR")
        assert set(fields_of(error)) == set(wrong)
    definition = factor_pb2.FactorDefinition(
        name=f"f_{uuid4().hex}", display_name="F", category="TREND", expression="$close"
    )
    token = alice.suite.service_token("indicator", alice.user)
    request = factor_pb2.PublishFactorsRequest(factors=[definition])
    alice.suite.call("builder", "PublishFactors", request, token)
    found = assert_success(alice_online.get("/factors", params={"search": definition.name.upper()}))
    assert [item["source"] for item in found["items"]] == ["CUSTOM"]


@pytest.mark.parametrize("method", ["PublishFactors", "RetireFactors", "ResolveLogicFlow"])
def test_what_is_for_services_is_closed_here(gateway: Gateway, alice: Client, method: str) -> None:
    path = f"/strategybuilder.builder.v1.BuilderService/{method}"
    for token in (alice.suite.token(alice.user), alice.suite.service_token("indicator")):
        with gateway.client(token) as client:
            assert_failure(client.post(path, json={}), 403, "FORBIDDEN")


def test_a_logic_flow_is_checked(alice_online: httpx.Client) -> None:
    good = assert_success(alice_online.post("/logic-flow/validate", json={"logic_flow": FLOW}))
    assert (good["is_valid"], good["problems"]) == (True, [])
    assert (len(good["order"]), good["warmup_bars"]) == (len(FLOW["nodes"]), 20)  # type: ignore[arg-type]  # a list
    unfinished = {"logic_flow": {"nodes": FLOW["nodes"][:1], "edges": []}}  # type: ignore[index]  # a list
    assert assert_success(alice_online.post("/logic-flow/validate", json=unfinished))["is_valid"] is False
    draft = assert_success(alice_online.post("/logic-flow/validate", json=unfinished | {"level": "DRAFT"}))
    assert draft["is_valid"] is True
    bad = {"logic_flow": FLOW, "parameters": {"fast_average": {"window": 0}}}
    found = assert_success(alice_online.post("/logic-flow/validate", json=bad, headers={"accept-language": "zh"}))
    (problem,) = found["problems"]
    assert (problem["severity"], problem["layer"], problem["node_id"]) == ("ERROR", "PARAMETER", "fast_average")
    assert {"code", "message", "field", "expected", "received"} <= set(problem)
    assert not problem["message"].isascii()
    assert_failure(alice_online.post("/logic-flow/validate", json={}), 400, "VALIDATION_ERROR")


def test_a_session_is_saved_read_listed_and_deleted(
    alice: Client, alice_online: httpx.Client, bob_online: httpx.Client
) -> None:
    body = {"session_name": "草稿", "draft_logic_flow": DRAFT, "draft_parameters": {}, "draft_metadata": {"tab": [1]}}
    made = assert_success(alice_online.post("/sessions", json=body))
    assert set(made) == SESSION_FIELDS
    assert {name: made[name] for name in body} == body
    assert (made["user_id"], made["session_type"], made["revision"]) == (alice.user, "AUTOSAVE", 1)
    path = f"/sessions/{made['id']}"
    assert assert_success(alice_online.get(path)) == made
    again = {"session_id": made["id"], "base_revision": 1, "session_type": "DRAFT"}
    saved = assert_success(alice_online.post("/sessions", json=again))
    assert (saved["revision"], saved["session_type"], saved["draft_logic_flow"]) == (2, "DRAFT", DRAFT)
    error = assert_failure(alice_online.post("/sessions", json=again), 409, "CONFLICT")
    (detail,) = error["details"]
    assert detail == {"field": "base_revision", "message": "expected 2, received 1", "code": "STALE_REVISION"}
    listed = assert_success(alice_online.get("/sessions"))
    assert set(listed) == {"items", "total", "page", "page_size"}
    assert [(item["id"], "draft_logic_flow" in item) for item in listed["items"]] == [(made["id"], False)]
    for verb in ("GET", "DELETE"):
        assert_failure(bob_online.request(verb, path), 404, "RESOURCE_NOT_FOUND")
    assert assert_success(bob_online.get("/sessions"))["total"] == 0
    assert set(assert_success(alice_online.delete(path))) == {"message"}
    assert_failure(alice_online.get(path), 404, "RESOURCE_NOT_FOUND")


def test_the_session_of_a_strategy(alice: Client, alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    body = {"instance_id": alice.strategy().id, "draft_metadata": {"tab": 1}}
    first, second = (assert_success(alice_online.post("/sessions", json=body)) for _ in range(2))
    assert (first["id"], first["instance_id"]) == (second["id"], body["instance_id"])
    listed = assert_success(alice_online.get("/sessions", params={"instance_id": body["instance_id"]}))
    assert [item["id"] for item in listed["items"]] == [first["id"]]
    assert_failure(bob_online.post("/sessions", json=body), 404, "RESOURCE_NOT_FOUND")


def test_a_draft_may_not_be_too_large(alice_online: httpx.Client) -> None:
    body = {"draft_metadata": {"text": "x" * 1024 * 1024}}
    error = assert_failure(alice_online.post("/sessions", json=body), 400, "VALIDATION_ERROR")
    assert fields_of(error) == {"draft_metadata": "TOO_LARGE"}
    larger = {"draft_metadata": {"text": "x" * 2 * 1024 * 1024}}
    assert_failure(alice_online.post("/sessions", json=larger), 413, "PAYLOAD_TOO_LARGE")


def test_strategy_templates(alice_online: httpx.Client) -> None:
    listed = assert_success(alice_online.get("/strategy-templates"))
    assert set(listed) == {"items", "total"}
    assert {item["name"] for item in listed["items"]} == {ready.name for ready in ready_strategies()}
    one = listed["items"][0]
    assert {"id", "name", "display_name", "description", "category", "logic_flow", "parameters"} <= set(one)
    found = assert_success(alice_online.get(f"/strategy-templates/{one['id']}", headers={"accept-language": "zh"}))
    assert found["logic_flow"] == one["logic_flow"]
    assert found["display_name"] != one["display_name"]
    assert_failure(alice_online.get(f"/strategy-templates/{UNKNOWN_ID}"), 404, "RESOURCE_NOT_FOUND")
    made = assert_success(alice_online.post("/strategies", json={"template_id": one["id"]}), 201)
    assert (made["name"], made["logic_flow"]) == (one["display_name"], one["logic_flow"])


def test_a_strategy_is_made_read_listed_changed_and_deleted(
    alice_online: httpx.Client, bob_online: httpx.Client
) -> None:
    body = {"name": "均线", "description": "两条", "logic_flow": FLOW, "parameters": {"fast_average": {"window": 7}}}
    made = assert_success(alice_online.post("/strategies", json=body), 201)
    assert set(made) == STRATEGY_FIELDS
    assert {name: made[name] for name in body} == body
    assert (made["status"], made["revision"]) == ("DRAFT", 1)
    path = f"/strategies/{made['id']}"
    assert assert_success(alice_online.get(path)) == made
    listed = assert_success(alice_online.get("/strategies", params={"status": "DRAFT", "limit": 1}))
    assert set(listed) == {"items", "total", "page", "page_size"}
    assert [(item["id"], "logic_flow" in item) for item in listed["items"]] == [(made["id"], False)]
    changed = assert_success(alice_online.put(path, json={"status": "ACTIVE", "revision": 1}))
    assert (changed["status"], changed["revision"], changed["name"]) == ("ACTIVE", 2, "均线")
    error = assert_failure(alice_online.put(path, json={"name": "late", "revision": 1}), 409, "CONFLICT")
    (detail,) = error["details"]
    assert detail == {"field": "revision", "message": "expected 2, received 1", "code": "STALE_REVISION"}
    unfinished: Json = {"logic_flow": {"nodes": [], "edges": []}}
    error = assert_failure(alice_online.put(path, json=unfinished), 422, "LOGIC_FLOW_INVALID")
    assert error["details"]
    whole = assert_success(alice_online.put(path, json=changed))
    assert (whole["revision"], whole["logic_flow"]) == (3, made["logic_flow"])
    for verb, sent in (("GET", None), ("PUT", {"name": "stolen"}), ("DELETE", None)):
        assert_failure(bob_online.request(verb, path, json=sent), 404, "RESOURCE_NOT_FOUND")
    assert assert_success(bob_online.get("/strategies"))["total"] == 0
    assert set(assert_success(alice_online.delete(path))) == {"message"}
    assert_failure(alice_online.get(path), 404, "RESOURCE_NOT_FOUND")


def test_a_strategy_is_saved_from_a_session(alice_online: httpx.Client) -> None:
    session = assert_success(alice_online.post("/sessions", json={"session_name": "Sketch", "draft_logic_flow": FLOW}))
    made = assert_success(alice_online.post("/strategies", json={"session_id": session["id"]}), 201)
    assert (made["name"], made["logic_flow"]) == ("Sketch", FLOW)
    assert_failure(alice_online.get(f"/sessions/{session['id']}"), 404, "RESOURCE_NOT_FOUND")
    assert_failure(alice_online.post("/strategies", json={"session_id": session["id"]}), 404, "RESOURCE_NOT_FOUND")
    assert assert_success(alice_online.get("/sessions"))["total"] == 0
