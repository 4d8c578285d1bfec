"""The progress stream as a browser's EventSource reads it: ids, bare events, coming back, the end."""

from __future__ import annotations

import json

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from tests.gateway.processes import API, WAIT_SECONDS, Gateway, user_token
from tests.gateway.test_envelope import assert_failure, assert_success
from tests.gateway.upstream import LAST_SEQUENCE
from tests.support.processes import wait_until

PATH = f"{API}/quick-test/three/progress"


def events_of(client: httpx.Client, path: str, **options: object) -> list[ServerSentEvent]:
    """Reads a stream to its end."""
    with connect_sse(client, "GET", path, **options) as source:
        return list(source.iter_sse())


def test_each_event_has_its_sequence_as_id_and_is_bare(alice: httpx.Client) -> None:
    events = events_of(alice, PATH)
    told = [json.loads(event.data) for event in events]
    assert [event.id for event in events] == ["1", "2", "3"]
    assert [event["sequence"] for event in told] == [1, 2, 3]
    assert told[0]["message"] == 'line one\n\nid: 99\ndata: {"sequence":99}'
    assert "success" not in told[0]


@pytest.mark.parametrize(
    ("query", "headers", "left"),
    [
        ({}, {"last-event-id": "1"}, ["2", "3"]),
        ({"after_sequence": "2"}, {}, ["3"]),
        ({"after_sequence": "1"}, {"last-event-id": "2"}, ["3"]),
        ({}, {"last-event-id": "not-a-number"}, ["1", "2", "3"]),
        ({}, {"last-event-id": ""}, ["1", "2", "3"]),
    ],
)
def test_a_watcher_that_comes_back_misses_nothing(
    alice: httpx.Client, query: dict[str, str], headers: dict[str, str], left: list[str]
) -> None:
    assert [event.id for event in events_of(alice, PATH, params=query, headers=headers)] == left


def test_past_the_end_is_204_so_that_a_browser_stops(alice: httpx.Client) -> None:
    response = alice.get(PATH, headers={"last-event-id": str(LAST_SEQUENCE)})
    assert (response.status_code, response.content) == (204, b"")
    assert "content-type" not in response.headers


def test_error_before_the_first_event_is_enveloped(alice: httpx.Client) -> None:
    assert_failure(alice.get(f"{API}/quick-test/NOT_FOUND/progress"), 404, "RESOURCE_NOT_FOUND")


def test_event_arrives_while_the_stream_is_open_and_leaving_reaches_the_service(alice: httpx.Client) -> None:
    with connect_sse(alice, "GET", f"{API}/quick-test/endless-1/progress") as source:
        assert source.response.headers["cache-control"] == "no-cache"
        assert next(source.iter_sse()).id == "1"
    wait_until(
        lambda: assert_success(alice.get(f"{API}/quick-test/endless-1"))["status"] == "CANCELLED",
        WAIT_SECONDS,
        "the end of the stream at the service",
    )


def test_the_token_of_the_query_never_reaches_a_log(gateway: Gateway) -> None:
    token = user_token("eve")
    with gateway.client(token="") as nobody:
        nobody.get(PATH, params={"access_token": token, "after_sequence": "2"}, headers={"x-request-id": "stream-1"})
        nobody.get(f"{API}/strategies", params={"access_token": token}, headers={"x-request-id": "stream-2"})
    wait_until(lambda: "stream-2" in gateway.log.read_text(), WAIT_SECONDS, "the line in the access log")
    log = gateway.log.read_text()
    assert token not in log
    assert token.rpartition(".")[2] not in log
    line = next(json.loads(line) for line in log.splitlines() if '"stream-1"' in line)
    assert (line["path"], line["user"], line["status"]) == (PATH, "eve", 200)
