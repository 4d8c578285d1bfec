"""The four upstream clusters: HTTP/2, watched by the gRPC health protocol."""

from __future__ import annotations

from gateway.contracts import Upstream
from gateway.envoy.wire import Config, seconds, socket_address, typed
from gateway.settings import Endpoint

_BUFFER_BYTES = 32 * 1024 * 1024


def cluster(upstream: Upstream, endpoint: Endpoint) -> Config:
    """Returns the cluster of one server. With no panic threshold, an unhealthy server answers 503 at once."""
    return {
        "name": upstream.cluster,
        "type": "STRICT_DNS",
        "connect_timeout": seconds(1),
        "per_connection_buffer_limit_bytes": _BUFFER_BYTES,
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": _http2()},
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "health_checks": [_grpc_health(upstream)],
        "load_assignment": {
            "cluster_name": upstream.cluster,
            "endpoints": [
                {"lb_endpoints": [{"endpoint": {"address": socket_address(endpoint.host, endpoint.port)}}]},
            ],
        },
    }


def _http2() -> Config:
    return typed("upstreams.http.v3.HttpProtocolOptions", explicit_http_config={"http2_protocol_options": {}})


def _grpc_health(upstream: Upstream) -> Config:
    """Checks every second, also before the first request came (Envoy's own default there is a minute)."""
    return {
        "timeout": seconds(2),
        "interval": seconds(1),
        "no_traffic_interval": seconds(1),
        "no_traffic_healthy_interval": seconds(1),
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        "grpc_health_check": {"service_name": upstream.service},
    }
