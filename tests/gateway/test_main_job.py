"""The main job through the gateway, with the real services, and what goes wrong in it as a REST client sees it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from httpx_sse import connect_sse

from codegen_core.strategies import load
from tests.gateway.stacks import Stack
from tests.gateway.test_envelope import assert_failure, assert_success
from tests.gateway.test_native_grpc import GRPCURL


@pytest.fixture(scope="module")
def alice_at_home(stack: Stack) -> Iterator[httpx.Client]:
    """Alice's client of the real stack."""
    with stack.client() as client:
        yield client


@pytest.fixture(scope="module")
def strategy(alice_at_home: httpx.Client) -> dict[str, Any]:
    """A strategy of alice's with the double moving average."""
    body = {"name": f"Double moving average {uuid4()}", "logic_flow": load("double_moving_average")}
    created: dict[str, Any] = assert_success(alice_at_home.post("/strategies", json=body), 201)
    return created


@pytest.fixture(scope="module")
def ended_test(alice_at_home: httpx.Client, strategy: dict[str, Any]) -> str:
    """The id of a quick test, watched to its end."""
    config = {"date_range": "3M", "stock_pool": "CSI300"}
    body = {"instance_id": strategy["id"], "test_config": config}
    accepted = assert_success(alice_at_home.post("/quick-test", json=body), 202)
    events = watched(alice_at_home, accepted["test_id"])
    assert events[-1]["status"] == "COMPLETED", events[-1]
    test_id: str = accepted["test_id"]
    return test_id


def watched(client: httpx.Client, test_id: str, **headers: str) -> list[dict[str, Any]]:
    """Reads the progress stream to its end; each event with its id."""
    with connect_sse(client, "GET", f"/quick-test/{test_id}/progress", headers=headers, timeout=60) as source:
        return [{**json.loads(event.data), "id": event.id} for event in source.iter_sse()]


def test_flow_becomes_valid_code_and_the_same_flow_a_duplicate(
    alice_at_home: httpx.Client, strategy: dict[str, Any]
) -> None:
    body = {"instance_id": strategy["id"], "logic_flow": load("double_moving_average")}
    first = assert_success(alice_at_home.post("/generate-code", json=body))
    again = assert_success(alice_at_home.post("/generate-code", json=body))
    assert first["validation_status"] == "VALID"
    assert (again["is_duplicate"], again["generation_id"]) == (True, first["generation_id"])
    verdict = assert_success(alice_at_home.post("/validate-code", json={"code": first["generated_code"]}))
    assert verdict["is_valid"] is True


def test_progress_is_a_stream_of_events_that_only_grow(alice_at_home: httpx.Client, ended_test: str) -> None:
    events = watched(alice_at_home, ended_test)
    sequences = [event["sequence"] for event in events]
    assert sequences == sorted(set(sequences))
    assert [int(event["id"]) for event in events] == sequences
    later = watched(alice_at_home, ended_test, **{"last-event-id": events[0]["id"]})
    assert [event["id"] for event in later] == [event["id"] for event in events[1:]]
    past = alice_at_home.get(f"/quick-test/{ended_test}/progress", headers={"last-event-id": events[-1]["id"]})
    assert (past.status_code, past.content) == (204, b"")


def test_metrics_and_equity_curve_stand_at_the_end(alice_at_home: httpx.Client, ended_test: str) -> None:
    test = assert_success(alice_at_home.get(f"/quick-test/{ended_test}"))
    assert test["status"] == "COMPLETED"
    assert test["metrics_summary"]["total_return"] > -1
    result = assert_success(alice_at_home.get(f"/quick-test/{ended_test}/result"))
    assert result["is_synthetic"] is True
    assert len(result["equity_curve"]) > 40
    listed = assert_success(alice_at_home.get("/quick-test/history", params={"instance_id": test["instance_id"]}))
    assert ended_test in [item["id"] for item in listed["items"]]


def test_another_users_rows_are_not_found(stack: Stack, strategy: dict[str, Any], ended_test: str) -> None:
    with stack.client("mallory") as mallory:
        for path in (
            f"/strategies/{strategy['id']}",
            f"/code-history/{strategy['id']}",
            f"/quick-test/{ended_test}",
            f"/quick-test/{ended_test}/result",
            f"/quick-test/{ended_test}/progress",
        ):
            assert_failure(mallory.get(path), 404, "RESOURCE_NOT_FOUND")


def test_broken_flow_is_422_with_every_problem(alice_at_home: httpx.Client, strategy: dict[str, Any]) -> None:
    flow: Any = load("double_moving_average")
    flow["nodes"][0]["template_id"] = str(uuid4())
    flow["nodes"][1]["template_id"] = str(uuid4())
    body = {"instance_id": strategy["id"], "logic_flow": flow}
    error = assert_failure(alice_at_home.post("/generate-code", json=body), 422, "LOGIC_FLOW_INVALID")
    assert len(error["details"]) >= 2
    assert all(set(detail) == {"field", "message", "code"} and detail["code"] for detail in error["details"])


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"date_range": "7Y"}, "date_range"),
        ({"initial_capital": 1.0}, "initial_capital"),
        ({"stock_pool": "NASDAQ"}, "stock_pool"),
        ({"start_date": "1990-01-01", "end_date": "1990-02-01"}, "date"),
    ],
)
def test_wrong_test_settings_are_400_with_their_field(
    alice_at_home: httpx.Client, strategy: dict[str, Any], config: dict[str, Any], field: str
) -> None:
    response = alice_at_home.post("/quick-test", json={"instance_id": strategy["id"], "test_config": config})
    error = assert_failure(response, 400, "VALIDATION_ERROR")
    assert any(field in detail["field"] for detail in error["details"]), error


def test_what_has_ended_cannot_be_cancelled(alice_at_home: httpx.Client, ended_test: str) -> None:
    error = alice_at_home.post(f"/quick-test/{ended_test}:cancel", json={})
    assert_failure(error, 409, "QUICK_TEST_ENDED")


def test_request_id_with_another_body_is_409(alice_at_home: httpx.Client, strategy: dict[str, Any]) -> None:
    body = {"instance_id": strategy["id"], "request_id": str(uuid4()), "test_config": {"date_range": "1M"}}
    first = assert_success(alice_at_home.post("/quick-test", json=body), 202)
    assert assert_success(alice_at_home.post("/quick-test", json=body), 202)["test_id"] == first["test_id"]
    other = {**body, "test_config": {"date_range": "3M"}}
    assert_failure(alice_at_home.post("/quick-test", json=other), 409, "DUPLICATE_ENTRY")
    assert watched(alice_at_home, first["test_id"])[-1]["status"] == "COMPLETED"


def test_ids_of_a_wrong_form_are_400(alice_at_home: httpx.Client) -> None:
    assert_failure(alice_at_home.get("/strategies/not-an-id"), 400, "VALIDATION_ERROR")


def test_an_id_in_the_body_must_be_that_of_the_path(alice_at_home: httpx.Client, strategy: dict[str, Any]) -> None:
    path = f"/strategies/{strategy['id']}"
    assert_failure(alice_at_home.put(path, json={"id": str(uuid4()), "name": "x"}), 400, "VALIDATION_ERROR")
    assert_success(alice_at_home.put(path, json={"id": strategy["id"], "description": "mine"}))


def test_stale_revision_is_409_conflict(alice_at_home: httpx.Client, strategy: dict[str, Any]) -> None:
    stale = {"description": "older", "revision": 0}
    assert_failure(alice_at_home.put(f"/strategies/{strategy['id']}", json=stale), 409, "CONFLICT")


@pytest.mark.parametrize("door", ["gateway", "server"])
def test_the_same_flow_by_grpcurl(stack: Stack, strategy: dict[str, Any], door: str) -> None:
    """Through the gateway's port, and straight at the server's own."""
    address = stack.settings["SB_CODEGEN_ADDR"] if door == "server" else stack.url.removeprefix("http://")
    with stack.client() as client:
        authorization = client.headers["authorization"]
    body = json.dumps({"instance_id": strategy["id"], "logic_flow": load("double_moving_average")})
    done = subprocess.run(
        [str(GRPCURL), "-plaintext", "-H", f"authorization: {authorization}", "-H", "x-sb-server: codegen",
         "-d", body, address, "strategybuilder.codegen.v1.CodeGenService/GenerateCode"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["validationStatus"] == "VALID"
