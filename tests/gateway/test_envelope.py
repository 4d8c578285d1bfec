"""Every JSON answer is in the envelope, whoever made it, with the contract's status and code."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.gateway.processes import API, Gateway
from tests.gateway.upstream import BIG_CODE, PNG, SECRET_TEXT

UPSTREAM_ERRORS = [
    ("INVALID_ARGUMENT", 400, "VALIDATION_ERROR"),
    ("OUT_OF_RANGE", 400, "VALIDATION_ERROR"),
    ("UNAUTHENTICATED", 401, "UNAUTHORIZED"),
    ("PERMISSION_DENIED", 403, "FORBIDDEN"),
    ("NOT_FOUND", 404, "RESOURCE_NOT_FOUND"),
    ("ALREADY_EXISTS", 409, "DUPLICATE_ENTRY"),
    ("ABORTED", 409, "CONFLICT"),
    ("FAILED_PRECONDITION.LOGIC_FLOW_INVALID", 422, "LOGIC_FLOW_INVALID"),
    ("FAILED_PRECONDITION.QUICK_TEST_ENDED", 409, "QUICK_TEST_ENDED"),
    ("RESOURCE_EXHAUSTED.RATE_LIMITED", 429, "RATE_LIMITED"),
    ("RESOURCE_EXHAUSTED.QUOTA_EXCEEDED", 429, "QUOTA_EXCEEDED"),
    ("CANCELLED", 499, "CANCELLED"),
    ("UNIMPLEMENTED", 501, "NOT_IMPLEMENTED"),
    ("UNAVAILABLE", 503, "SERVICE_UNAVAILABLE"),
    ("DEADLINE_EXCEEDED", 504, "DEADLINE_EXCEEDED"),
]


def assert_success(response: httpx.Response, status: int = 200) -> Any:
    """Checks the envelope of a success and returns its data."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"success", "data", "error", "timestamp"}
    assert body["success"] is True
    assert body["error"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["timestamp"])
    return body["data"]


def assert_failure(response: httpx.Response, status: int, code: str) -> Any:
    """Checks the envelope of an error and returns the error."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert "x-sb-enveloped" not in response.headers
    body = response.json()
    assert set(body) == {"success", "data", "error", "timestamp"}
    assert body["success"] is False
    assert body["data"] is None
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["timestamp"])
    return body["error"]


@pytest.mark.parametrize(("told", "status", "code"), UPSTREAM_ERRORS)
def test_upstream_error_has_the_contracts_status_code_and_details(
    alice: httpx.Client, told: str, status: int, code: str
) -> None:
    error = assert_failure(alice.get(f"{API}/strategies/{told}"), status, code)
    assert error["message"].endswith(told.partition(".")[0])
    assert error["details"] == [{"field": "nodes[0].id", "message": 'a "bad" 值', "code": "BAD_ID"}]


@pytest.mark.parametrize("told", ["INTERNAL", "UNKNOWN", "DATA_LOSS", "raise"])
def test_internal_error_tells_a_request_id_and_nothing_else(alice: httpx.Client, told: str) -> None:
    response = alice.get(f"{API}/strategies/{told}", headers={"x-request-id": "find-me-7"})
    error = assert_failure(response, 500, "INTERNAL_ERROR")
    assert "find-me-7" in error["message"]
    assert error["details"] == []
    assert SECRET_TEXT not in response.text


def test_success_shows_the_resource_bare_and_its_text_as_sent(alice: httpx.Client) -> None:
    data = assert_success(alice.get(f"{API}/strategies/some-id"))
    assert (data["id"], data["name"], data["revision"]) == ("some-id", "均线", 0)
    assert "created_at" not in data, "unset times are left out, never null"


def test_list_stays_whole_and_prints_empty_fields(alice: httpx.Client) -> None:
    data = assert_success(alice.get(f"{API}/strategies", params={"limit": 7}))
    assert data == {"items": [], "total": 0, "page": 1, "page_size": 7}


def test_a_service_names_the_status_of_a_success(alice: httpx.Client) -> None:
    response = alice.post(f"{API}/strategies", json={"name": "mine"})
    assert assert_success(response, 201)["name"] == "mine"
    assert "x-http-status" not in response.headers


def test_large_answer_passes_whole(alice: httpx.Client) -> None:
    assert len(assert_success(alice.get(f"{API}/code/big"))["generated_code"]) == BIG_CODE


def test_a_picture_is_not_enveloped(alice: httpx.Client) -> None:
    response = alice.get(f"{API}/quick-test/one/chart")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert response.content == PNG


def test_what_a_service_does_not_implement_is_501(alice: httpx.Client) -> None:
    assert_failure(alice.post(f"{API}/validate-code", json={"code": "x = 1"}), 501, "NOT_IMPLEMENTED")


@pytest.mark.parametrize("body", ["{", '{"name":}', '{"name":["not a text"]}', "[1]", '{"name":"\\ud800"', "\xff"])
def test_body_that_is_no_json_of_the_request_is_400(alice: httpx.Client, body: str) -> None:
    response = alice.post(
        f"{API}/strategies", content=body.encode("latin-1"), headers={"content-type": "application/json"}
    )
    assert assert_failure(response, 400, "VALIDATION_ERROR")["details"] == []


@pytest.mark.parametrize("query", ["bad=1", "limit=many", "status=NO_SUCH_STATUS", "access_token=abc"])
def test_query_that_the_contract_lacks_is_400(alice: httpx.Client, query: str) -> None:
    assert_failure(alice.get(f"{API}/strategies?{query}"), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{API}/nothing-here"),
        ("PATCH", f"{API}/strategies"),
        ("GET", "/"),
        ("GET", "/api/other"),
        ("POST", "/strategybuilder.builder.v1.BuilderService/GetStrategy"),
        ("GET", f"{API}/strategies/../../../etc/passwd"),
    ],
)
def test_unknown_method_or_path_is_404(alice: httpx.Client, method: str, path: str) -> None:
    assert_failure(alice.request(method, path, content=b""), 404, "RESOURCE_NOT_FOUND")


def test_escaped_slash_is_refused(alice: httpx.Client) -> None:
    assert_failure(alice.get(f"{API}/strategies/a%2Fb"), 400, "VALIDATION_ERROR")


def test_health_is_in_the_envelope_and_needs_no_token(gateway: Gateway) -> None:
    with gateway.client(token="") as nobody:
        assert assert_success(nobody.get("/healthz")) == {"status": "SERVING"}


def test_answers_tell_nothing_of_the_inside(alice: httpx.Client) -> None:
    for path in ("/healthz", f"{API}/strategies", f"{API}/strategies/raise", f"{API}/nothing-here"):
        headers = alice.get(path).headers
        assert not [name for name in headers if name.startswith(("x-envoy", "grpc-", "x-sb-"))], path
        assert headers["server"] == "strategy-builder"
