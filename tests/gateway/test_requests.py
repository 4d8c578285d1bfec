"""What belongs to every request: its id, its line in the access log, its origin."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.gateway.processes import API, ORIGIN, WAIT_SECONDS, Gateway
from tests.gateway.test_envelope import assert_success
from tests.support.processes import wait_until

UUID_OF_OURS = "9c2e7f6a-1111-4222-8333-444455556666"


@pytest.mark.parametrize("request_id", ["my-request-1", UUID_OF_OURS, "A.b_c-9"])
def test_request_id_comes_back_as_sent_and_reaches_the_service(alice: httpx.Client, request_id: str) -> None:
    response = alice.get(f"{API}/sessions/echo", headers={"x-request-id": request_id})
    assert response.headers.get_list("x-request-id") == [request_id]
    assert assert_success(response)["draft_metadata"]["x-request-id"] == request_id


def test_request_id_is_made_where_there_is_none(alice: httpx.Client) -> None:
    response = alice.get(f"{API}/sessions/echo")
    made = response.headers["x-request-id"]
    assert len(made) == 36
    assert assert_success(response)["draft_metadata"]["x-request-id"] == made
    assert alice.get(f"{API}/sessions/echo").headers["x-request-id"] != made


def test_request_id_loses_what_has_no_place_in_a_log(alice: httpx.Client) -> None:
    response = alice.get(f"{API}/sessions/echo", headers={"x-request-id": 'a b"<c>' + "d" * 100})
    assert response.headers["x-request-id"] == ("abc" + "d" * 100)[:64]


@pytest.mark.parametrize(
    "path", ["/healthz", f"{API}/nothing", "/elsewhere", f"{API}/strategies/raise", f"{API}/strategies?x=1"]
)
def test_every_answer_has_a_request_id(gateway: Gateway, path: str) -> None:
    for token in (None, ""):
        with gateway.client(token) as client:
            assert client.get(path).headers["x-request-id"]


def logged(gateway: Gateway, request_id: str) -> dict[str, Any]:
    """Waits for a request's line in the access log and returns it."""
    wait_until(lambda: f'"{request_id}"' in gateway.log.read_text(), WAIT_SECONDS, "the line in the access log")
    lines = (line for line in gateway.log.read_text().splitlines() if f'"{request_id}"' in line)
    line: dict[str, Any] = json.loads(next(lines))
    return line


def test_access_log_tells_who_asked_what_without_the_query(gateway: Gateway, alice: httpx.Client) -> None:
    alice.get(f"{API}/strategies?limit=3", headers={"x-request-id": "log-1", "x-envoy-original-path": "/forged"})
    line = logged(gateway, "log-1")
    assert (line["method"], line["path"], line["status"]) == ("GET", f"{API}/strategies", 200)
    assert (line["user"], line["upstream"], line["client"]) == ("alice", "builder", "127.0.0.1")
    assert "limit" not in json.dumps(line)
    assert alice.headers["authorization"] not in gateway.log.read_text()


def test_a_browser_of_a_known_origin_may_call_and_read_errors_too(gateway: Gateway) -> None:
    with gateway.client(token="", origin=ORIGIN) as browser:
        preflight = browser.options(
            f"{API}/strategies",
            headers={"access-control-request-method": "PUT", "access-control-request-headers": "authorization"},
        )
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == ORIGIN
        assert "PUT" in preflight.headers["access-control-allow-methods"]
        assert "authorization" in preflight.headers["access-control-allow-headers"]
        refused = browser.get(f"{API}/strategies")
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, ORIGIN)
        assert "x-request-id" in refused.headers["access-control-expose-headers"]
    with gateway.client(origin=ORIGIN) as browser:
        for path in (
            f"{API}/strategies",
            f"{API}/strategies/NOT_FOUND",
            f"{API}/nothing",
            f"{API}/quick-test/three/progress",
        ):
            assert browser.get(path).headers["access-control-allow-origin"] == ORIGIN, path


def test_a_browser_of_another_origin_may_not(gateway: Gateway) -> None:
    with gateway.client(origin="http://evil.example") as browser:
        preflight = browser.options(f"{API}/strategies", headers={"access-control-request-method": "PUT"})
        assert "access-control-allow-origin" not in preflight.headers
        assert "access-control-allow-origin" not in browser.get(f"{API}/strategies").headers
