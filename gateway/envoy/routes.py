"""Routes. The transcoder rewrites a REST path to its gRPC path before routing, so routes are gRPC paths.

The REST prefix route is never followed: it lets CORS find its policy and JWT its rule before the transcoder has run.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.contracts import (
    BUILDER,
    GRPC_HEALTH_PREFIX,
    INTERNAL_METHODS,
    QUICKTEST,
    REFLECTION_PREFIX,
    SERVER_HEADER,
    UPSTREAMS,
    WATCH_METHOD,
    Upstream,
)
from gateway.envoy.wire import Config, exact_header, seconds, typed
from gateway.settings import GatewaySettings

_TRANSCODER = "envoy.filters.http.grpc_json_transcoder"
_BUFFER = "envoy.filters.http.buffer"
_CORS = "envoy.filters.http.cors"


def route_configuration(settings: GatewaySettings, bare: Mapping[str, str]) -> Config:
    """Returns every route, the forbidden ones first: a prefix route would let them through.

    ``bare`` names the methods whose response REST shows by one field only.
    """
    routes = [
        *(_forbidden(method) for method in INTERNAL_METHODS),
        _route({"path": WATCH_METHOD}, QUICKTEST, timeout=0),
        *(_bare(path, field, settings.route_timeout) for path, field in bare.items()),
        *(_route({"prefix": f"/{up.service}/"}, up, settings.route_timeout) for up in UPSTREAMS),
        *_for_any_server(GRPC_HEALTH_PREFIX),
        *(_for_any_server(REFLECTION_PREFIX) if settings.reflection else []),
        _rest(settings),
    ]
    host: Config = {"name": "strategy-builder", "domains": ["*"], "routes": routes}
    if settings.cors_origins:
        host["typed_per_filter_config"] = {_CORS: _cors_policy(settings.cors_origins)}
    return {"name": "gateway", "virtual_hosts": [host]}


def _for_any_server(prefix: str) -> list[Config]:
    """Routes what each server tells of itself, health and reflection, to the one a header names, else to Builder."""
    named = [
        _route({"prefix": prefix, "headers": [exact_header(SERVER_HEADER, up.cluster)]}, up, timeout=0)
        for up in UPSTREAMS
    ]
    return [*named, _route({"prefix": prefix}, BUILDER, timeout=0)]


def _route(match: Config, upstream: Upstream, timeout: float) -> Config:
    return {"match": match, "route": {"cluster": upstream.cluster, "timeout": seconds(timeout)}}


def _rest(settings: GatewaySettings) -> Config:
    """The route on which a REST request is until the transcoder has given it another; it limits the body."""
    limit = {"buffer": {"max_request_bytes": settings.request_limit}}
    route = _route({"prefix": "/api/"}, BUILDER, settings.route_timeout)
    return route | {"typed_per_filter_config": {_BUFFER: typed("filters.http.buffer.v3.BufferPerRoute", **limit)}}


def _bare(path: str, field: str, timeout: float) -> Config:
    """Tells the envelope filter by the route's metadata which field to show."""
    upstream = next(up for up in UPSTREAMS if path.startswith(f"/{up.service}/"))
    metadata: Config = {"filter_metadata": {"envoy.filters.http.lua": {"bare_field": field}}}
    return _route({"path": path}, upstream, timeout) | {"metadata": metadata}


def _forbidden(method: str) -> Config:
    """Refuses a method whatever the content type; the transcoder, which knows no REST path for it, would say 404."""
    return {
        "match": {"path": method},
        "direct_response": {"status": 403, "body": {"inline_string": "This method is for other services only"}},
        "typed_per_filter_config": {
            _TRANSCODER: {
                "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
                "disabled": True,
                "config": {},
            },
        },
    }


def _cors_policy(origins: tuple[str, ...]) -> Config:
    return typed(
        "filters.http.cors.v3.CorsPolicy",
        allow_origin_string_match=[_origin(origin) for origin in origins],
        allow_methods="GET, POST, PUT, DELETE, OPTIONS",
        allow_headers="authorization, content-type, accept-language, x-request-id, last-event-id, cache-control, "
        "x-grpc-web, x-user-agent, grpc-timeout",
        expose_headers="x-request-id, retry-after, grpc-status, grpc-message, grpc-status-details-bin",
        max_age="600",
    )


def _origin(origin: str) -> Config:
    return {"safe_regex": {"regex": ".*"}} if origin == "*" else {"exact": origin}
