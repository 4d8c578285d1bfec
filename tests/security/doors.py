"""The ways in: gRPC to a server, gRPC through Envoy, REST through Envoy; one form of answer for all three."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2

from services.runtime.errors import ERROR_BY_STATUS, rule_of
from tests.security.house import House
from tests.support.rpcs import Rest, Rpc

DOORS = ("server", "gateway", "rest")
_SECONDS = 20.0
_LEAKS = re.compile(
    r"Traceback|File \"|\.py\b|/home/|/tmp/|/opt/|/usr/|SELECT |INSERT |UPDATE |sqlite|pymysql|sqlalchemy"
    r"|(?<!type\.googleapis\.com/)google\.protobuf|<\w+(\.\w+)* object|<class |0x[0-9a-f]{8}|Exception|grpc\.|_pb2",
)


@dataclass(frozen=True)
class Answer:
    """What a caller learns: OK or the contract's error code, all the text, and over gRPC the status's name."""

    code: str
    text: str
    status: str = ""


def leak_of(text: str) -> str | None:
    """Returns what a text tells of the inside: a trace, a path, SQL, an object's repr."""
    found = _LEAKS.search(text)
    return found[0] if found else None


class Doors:
    """Calls any RPC through any door, with any token; an empty one shows none."""

    def __init__(self, house: House, channels: Mapping[str, grpc.Channel], client: httpx.Client) -> None:
        self._house = house
        self._channels = channels
        self._client = client

    def call(self, door: str, rpc: Rpc, request: Any, token: str) -> Answer:
        """Makes the call."""
        if door == "rest":
            assert rpc.rest is not None
            return self._over_rest(rpc.rest, rpc.streams, request, token)
        channel = self._channels[rpc.server if door == "server" else "gateway"]
        return over_grpc(rpc, channel, request, token)

    def _over_rest(self, rest: Rest, streams: bool, request: Any, token: str) -> Answer:
        fields = json_format.MessageToDict(request, preserving_proto_field_name=True)
        path = rest.filled({name: fields.pop(name) for name in rest.variables()})
        options: dict[str, Any] = {"headers": {"authorization": f"Bearer {token}"} if token else {}}
        if rest.body:
            options["json"] = fields if rest.body == "*" else fields.get(rest.body, {})
        else:
            options["params"] = fields
        with self._client.stream(rest.verb, path, **options) as response:
            if streams and response.status_code < 400:
                return Answer("OK", "")
            text = response.read().decode()
        return Answer("OK" if response.status_code < 400 else response.json()["error"]["code"], text)


def over_grpc(rpc: Rpc, channel: grpc.Channel, request: Any, token: str) -> Answer:
    """Makes a gRPC call; of a stream, reads the first message."""
    metadata = [("authorization", f"Bearer {token}")] if token else []
    try:
        answer = rpc.callable(channel)(request, metadata=metadata, timeout=_SECONDS)
        if rpc.streams:
            first = next(answer, None)
            answer.cancel()
            answer = first
    except grpc.RpcError as error:
        return refusal(error)
    return Answer("OK", str(answer), "OK")


def refusal(error: Any) -> Answer:
    """Returns a gRPC error by its reason; Envoy's own, which has no details, by its status."""
    trailers = dict(error.trailing_metadata() or ())
    status = status_pb2.Status.FromString(trailers.get("grpc-status-details-bin", b""))
    info = error_details_pb2.ErrorInfo()
    told = any(detail.Unpack(info) for detail in status.details)
    reason = info.reason if told else rule_of(ERROR_BY_STATUS[error.code()]).reason
    return Answer(reason, f"{error.details()} {status}", error.code().name)


@contextmanager
def open_doors(house: House) -> Iterator[Doors]:
    """Keeps one connection to each server and to the gateway."""
    with ExitStack() as stack:
        addresses = {**house.suite.addresses, "gateway": f"127.0.0.1:{house.gateway.port}"}
        channels = {name: stack.enter_context(grpc.insecure_channel(to)) for name, to in addresses.items()}
        client = stack.enter_context(httpx.Client(base_url=house.gateway.url, timeout=_SECONDS))
        yield Doors(house, channels, client)
