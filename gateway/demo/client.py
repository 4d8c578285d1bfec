"""A REST client of the suite that knows nothing but its contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx
from httpx_sse import connect_sse

from gateway.contracts import BASE_PATH

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
_SILENCE_SECONDS = 40.0  # a heartbeat comes every 15
_RECONNECTS = 5


class DemoError(Exception):
    """The demo can't go on; the text is one line."""


class RestClient:
    """Calls through the gateway; returns the data of the envelope."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=f"{url}{BASE_PATH}", headers=headers, timeout=30, trust_env=False)

    def __enter__(self) -> RestClient:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connections."""
        self._http.close()

    def get(self, path: str) -> dict[str, Any]:
        """Reads a resource."""
        return _data(self._http.get(path))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Sends a request's fields."""
        return _data(self._http.post(path, json=body))

    def progress(self, test_id: str) -> Iterator[dict[str, Any]]:
        """Yields a test's events up to the final one; comes back where a connection breaks, as a browser does."""
        last = ""
        for _ in range(_RECONNECTS):
            try:
                for identifier, event in self._events(test_id, last):
                    last = identifier or last
                    yield event
                    if event.get("status") in ENDED:
                        return
            except httpx.TransportError:
                continue
        raise DemoError("the progress stream broke off again and again")

    def _events(self, test_id: str, last: str) -> Iterator[tuple[str, dict[str, Any]]]:
        headers = {"last-event-id": last} if last else {}
        timeout = httpx.Timeout(30, read=_SILENCE_SECONDS)
        with connect_sse(
            self._http, "GET", f"/quick-test/{test_id}/progress", headers=headers, timeout=timeout
        ) as source:
            if source.response.status_code != httpx.codes.OK:
                source.response.read()
                _data(source.response)
            for event in source.iter_sse():
                yield event.id, json.loads(event.data)


def _data(response: httpx.Response) -> dict[str, Any]:
    """Opens the envelope. Raises DemoError with the error's own words."""
    try:
        body = response.json()
    except ValueError:
        raise DemoError(f"{response.request.url.path} answered {response.status_code} without JSON") from None
    if body["success"]:
        data: dict[str, Any] = body["data"]
        return data
    error = body["error"]
    details = "; ".join(f"{detail['field']}: {detail['message']}" for detail in error["details"])
    told = f"{error['code']}: {error['message']}" + (f" ({details})" if details else "")
    raise DemoError(f"{response.request.url.path} answered {response.status_code} {told}")
