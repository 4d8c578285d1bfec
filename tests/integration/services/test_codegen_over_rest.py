"""Every row of the contract's table that CodeGen serves, as a browser asks for it."""

from __future__ import annotations

from typing import Any

import httpx

from codegen_core.strategies import load
from tests.gateway.processes import Gateway
from tests.gateway.test_envelope import assert_failure, assert_success
from tests.integration.services.clients import UNKNOWN_ID, Client, drawing

FLOW = load("double_moving_average")
GENERATED_FIELDS = {
    *("generation_id", "generated_code", "code_hash", "validation_status", "validation_result", "syntax_check_passed"),
    *("security_check_passed", "line_count", "complexity_score", "generation_time", "is_duplicate", "node_lines"),
    "warmup_bars",
}
SUMMARY_FIELDS = {
    *("generation_id", "instance_id", "code_hash", "validation_status", "syntax_check_passed"),
    *("security_check_passed", "line_count", "complexity_score", "generation_time", "is_current", "created_at"),
}


def generated(client: httpx.Client, instance_id: str, flow: Any = FLOW) -> Any:
    return assert_success(client.post("/generate-code", json={"instance_id": instance_id, "logic_flow": flow}))


def test_code_is_generated(alice: Client, alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    instance_id = alice.strategy().id
    first, again = (generated(alice_online, instance_id) for _ in range(2))
    assert set(first) == GENERATED_FIELDS
    assert set(again) == GENERATED_FIELDS | {"duplicate_of_created_at"}
    assert (first["validation_status"], first["is_duplicate"], again["is_duplicate"]) == ("VALID", False, True)
    assert first["node_lines"]["fast_average"]["first"] >= 1
    bad = {"instance_id": instance_id, "logic_flow": FLOW, "parameters": {"fast_average": {"window": 0}}}
    error = assert_failure(alice_online.post("/generate-code", json=bad), 422, "LOGIC_FLOW_INVALID")
    assert [detail["field"] for detail in error["details"]] == ["parameters.fast_average.window"]
    error = assert_failure(alice_online.post("/generate-code", json={"language": "de"}), 400, "VALIDATION_ERROR")
    assert {detail["field"] for detail in error["details"]} == {"instance_id", "logic_flow", "language"}
    body = {"instance_id": instance_id, "logic_flow": FLOW}
    assert_failure(bob_online.post("/generate-code", json=body), 404, "RESOURCE_NOT_FOUND")


def test_code_history(alice: Client, alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    instance_id = alice.strategy().id
    made = [generated(alice_online, instance_id, drawing(fast_average={"window": window})) for window in (3, 4)]
    path = f"/code-history/{instance_id}"
    found = assert_success(alice_online.get(path))
    assert set(found) == {"items", "total", "page", "page_size"}
    assert (found["total"], found["page"], found["page_size"]) == (2, 1, 10)
    assert [item["generation_id"] for item in found["items"]] == [one["generation_id"] for one in reversed(made)]
    assert [item["is_current"] for item in found["items"]] == [True, False]
    assert set(found["items"][0]) == SUMMARY_FIELDS
    page = assert_success(alice_online.get(path, params={"skip": 1, "limit": 1}))
    assert ([item["generation_id"] for item in page["items"]], page["page"]) == ([made[0]["generation_id"]], 2)
    for wrong in ({"skip": -1}, {"limit": 0}, {"limit": 51}):
        assert_failure(alice_online.get(path, params=wrong), 400, "VALIDATION_ERROR")
    assert_failure(bob_online.get(path), 404, "RESOURCE_NOT_FOUND")
    assert_failure(alice_online.get(f"/code-history/{UNKNOWN_ID}"), 404, "RESOURCE_NOT_FOUND")


def test_code_by_its_id(alice: Client, alice_online: httpx.Client, bob_online: httpx.Client) -> None:
    made = generated(alice_online, alice.strategy().id)
    path = f"/code/{made['generation_id']}"
    found = assert_success(alice_online.get(path))
    shared = GENERATED_FIELDS - {"is_duplicate", "generation_time"}
    assert {name: found[name] for name in shared} == {name: made[name] for name in shared}
    assert_failure(bob_online.get(path), 404, "RESOURCE_NOT_FOUND")
    assert_failure(alice_online.get("/code/x"), 400, "VALIDATION_ERROR")


def test_the_latest_valid_code_is_for_services_only(gateway: Gateway, alice: Client) -> None:
    path = "/strategybuilder.codegen.v1.CodeGenService/GetLatestValidCode"
    for token in (alice.suite.token(alice.user), alice.suite.service_token("backtest")):
        with gateway.client(token) as client:
            assert_failure(client.post(path, json={}), 403, "FORBIDDEN")
