"""Envoy's bootstrap: one listener, one filter chain, four clusters, no admin port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.contracts import UPSTREAMS
from gateway.envoy.clusters import cluster
from gateway.envoy.filters import JWT_METADATA, http_filters
from gateway.envoy.local_replies import local_reply_config
from gateway.envoy.routes import route_configuration
from gateway.envoy.wire import Config, seconds, socket_address, typed
from gateway.settings import GatewaySettings

_BUFFER_BYTES = 32 * 1024 * 1024
_MAX_HEADERS_KIB = 15  # grpcio refuses more than 16 KiB, and what the gateway adds must fit


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the configuration refers to, ready made: the Lua source, and files that Envoy reads at its start.

    Attributes:
        bare: gRPC path to the one field of its response that REST shows.
    """

    lua: str
    bare: Mapping[str, str]
    descriptor: Path
    jwks: Path


def bootstrap(settings: GatewaySettings, inputs: Inputs) -> Config:
    """Returns Envoy's bootstrap configuration."""
    clusters = [cluster(up, settings.upstreams[up.cluster]) for up in UPSTREAMS]
    return {
        "node": {"id": "gateway", "cluster": "strategy-builder"},
        "static_resources": {
            "listeners": [_listener(settings, inputs)],
            "clusters": [*clusters],
        },
        "layered_runtime": {"layers": [{"name": "static", "static_layer": {}}]},
    }


def _listener(settings: GatewaySettings, inputs: Inputs) -> Config:
    """One listener. Its buffer must hold the largest answer, which the envelope filter reads whole."""
    manager: Config = {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": _connections(settings, inputs),
    }
    return {
        "name": "gateway",
        "address": socket_address(settings.listen.host, settings.listen.port),
        "per_connection_buffer_limit_bytes": _BUFFER_BYTES,
        "filter_chains": [{"filters": [manager]}],
    }


def _connections(settings: GatewaySettings, inputs: Inputs) -> Config:
    filters = http_filters(settings, inputs.lua, inputs.descriptor, inputs.jwks)
    return typed(
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="gateway",
        server_name="strategy-builder",
        use_remote_address=True,
        normalize_path=True,
        merge_slashes=True,
        path_with_escaped_slashes_action="REJECT_REQUEST",
        max_request_headers_kb=_MAX_HEADERS_KIB,
        request_headers_timeout=seconds(10),
        stream_idle_timeout=seconds(60),
        route_config=route_configuration(settings, inputs.bare),
        http_filters=[*filters],
        local_reply_config=local_reply_config(),
        access_log=[_access_log()],
        **_request_ids(),
    )


def _request_ids() -> Config:
    """Keeps a caller's request id as it came and returns it; makes one where there is none."""
    extension = typed(
        "request_id.uuid.v3.UuidRequestIdConfig", pack_trace_reason=False, use_request_id_for_trace_sampling=False
    )
    return {
        "generate_request_id": True,
        "preserve_external_request_id": True,
        "always_set_request_id_in_response": True,
        "request_id_extension": {"typed_config": extension},
    }


def _access_log() -> Config:
    """One JSON line a request: never a header with a token, never a query, which may hold one."""
    fields = {
        "time": "%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%",
        "request_id": "%REQ(X-REQUEST-ID)%",
        "user": f"%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:{JWT_METADATA}:sub)%",
        "method": "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%",
        "path": "%PATH(NQ:ORIG_OR_PATH)%",
        "status": "%RESPONSE_CODE%",
        "grpc_status": "%GRPC_STATUS(SNAKE_STRING)%",
        "details": "%RESPONSE_CODE_DETAILS%",
        "flags": "%RESPONSE_FLAGS%",
        "milliseconds": "%DURATION%",
        "bytes_in": "%BYTES_RECEIVED%",
        "bytes_out": "%BYTES_SENT%",
        "upstream": "%UPSTREAM_CLUSTER%",
        "client": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    }
    log_format = {"json_format": fields}
    return {
        "name": "envoy.access_loggers.stdout",
        "typed_config": typed("access_loggers.stream.v3.StdoutAccessLog", log_format=log_format),
    }
