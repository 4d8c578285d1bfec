"""The chain of HTTP filters. Requests run through it from the first to the last, responses from the last to the first.

So the Lua filter, being first, rewrites a request before any other filter reads it, and sees an answer when it is JSON.
"""

from __future__ import annotations

from pathlib import Path

from gateway.contracts import BASE_PATH, GRPC_HEALTH_PREFIX, HEALTH_PATH, REFLECTION_PREFIX, SERVICE_AUDIENCE, UPSTREAMS
from gateway.envoy.wire import Config, exact_header, http_filter, typed
from gateway.settings import GatewaySettings

JWT_PROVIDER = "callers"
JWT_METADATA = "jwt"
"""The key under which the JWT filter leaves the token's claims for the rate limit and the access log."""

_CLOCK_SKEW_SECONDS = 5  # as in the services
_MESSAGE_BYTES = 4 * 1024 * 1024  # of a request as gRPC; the servers take no more
_RESPONSE_BYTES = 32 * 1024 * 1024
_RATE_KEY = "user"
_CALLERS_KNOWN = 10_000


def http_filters(settings: GatewaySettings, lua: str, descriptor: Path, jwks: Path) -> list[Config]:
    """Returns the chain; ``descriptor`` and ``jwks`` are files that Envoy reads at its start."""
    return [
        http_filter("lua", typed("filters.http.lua.v3.Lua", default_source_code={"inline_string": lua})),
        http_filter("cors", typed("filters.http.cors.v3.Cors")),
        http_filter("health_check", _health_check()),
        http_filter("jwt_authn", _jwt_authn(settings, jwks)),
        http_filter("local_ratelimit", _rate_limit(settings)),
        http_filter("buffer", _body_limit(settings)) | {"disabled": True},
        http_filter("grpc_web", typed("filters.http.grpc_web.v3.GrpcWeb")),
        http_filter("grpc_json_transcoder", _transcoder(settings, descriptor)),
        http_filter("router", typed("filters.http.router.v3.Router", suppress_envoy_headers=False)),
    ]


def _health_check() -> Config:
    """Answers 200 only while every server is healthy."""
    return typed(
        "filters.http.health_check.v3.HealthCheck",
        pass_through_mode=False,
        headers=[exact_header(":path", HEALTH_PATH)],
        cluster_min_healthy_percentages={up.cluster: {"value": 100} for up in UPSTREAMS},
    )


def _jwt_authn(settings: GatewaySettings, jwks: Path) -> Config:
    provider: Config = {
        "issuer": settings.jwt.issuer,
        "audiences": [settings.jwt.audience, SERVICE_AUDIENCE],
        "local_jwks": {"filename": str(jwks)},
        "require_expiration": True,
        "clock_skew_seconds": _CLOCK_SKEW_SECONDS,
        "forward": True,
        "payload_in_metadata": JWT_METADATA,
        "from_headers": [{"name": "authorization", "value_prefix": "Bearer "}],
    }
    return typed(
        "filters.http.jwt_authn.v3.JwtAuthentication",
        providers={JWT_PROVIDER: provider},
        rules=[_needs_token(f"{BASE_PATH}/"), _needs_token("/strategybuilder."), _open(GRPC_HEALTH_PREFIX)]
        + ([_open(REFLECTION_PREFIX)] if settings.reflection else []),
        bypass_cors_preflight=True,
    )


def _needs_token(prefix: str) -> Config:
    return {"match": {"prefix": prefix}, "requires": {"provider_name": JWT_PROVIDER}}


def _open(prefix: str) -> Config:
    return {"match": {"prefix": prefix}}


def _rate_limit(settings: GatewaySettings) -> Config:
    """A bucket for each caller by the token's ``sub``; callers without a token share one."""
    bucket: Config = {
        "max_tokens": settings.rate_burst,
        "tokens_per_fill": settings.rate_per_second,
        "fill_interval": "1s",
    }
    return typed(
        "filters.http.local_ratelimit.v3.LocalRateLimit",
        stat_prefix="callers",
        token_bucket=bucket,
        descriptors=[{"entries": [{"key": _RATE_KEY}], "token_bucket": bucket}],
        max_dynamic_descriptors=_CALLERS_KNOWN,
        always_consume_default_token_bucket=False,
        rate_limits=[{"actions": [_caller()]}],
        rate_limited_as_resource_exhausted=True,
        filter_enabled=_always(),
        filter_enforced=_always(),
    )


def _caller() -> Config:
    path: list[Config] = [{"key": JWT_METADATA}, {"key": "sub"}]
    source: Config = {"key": "envoy.filters.http.jwt_authn", "path": path}
    return {
        "metadata": {"descriptor_key": _RATE_KEY, "metadata_key": source, "source": "DYNAMIC", "skip_if_absent": True}
    }


def _always() -> Config:
    return {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}


def _body_limit(settings: GatewaySettings) -> Config:
    """Off but on the REST route, which overrides it by the same: it would hang native streams."""
    return typed("filters.http.buffer.v3.Buffer", max_request_bytes=settings.request_limit)


def _transcoder(settings: GatewaySettings, descriptor: Path) -> Config:
    """Strict towards requests: an unknown path is 404, an unknown query parameter 400, never silently dropped."""
    return typed(
        "filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder",
        proto_descriptor=str(descriptor),
        services=[up.service for up in UPSTREAMS],
        convert_grpc_status=True,
        print_options={
            "preserve_proto_field_names": True,
            "always_print_primitive_fields": True,
            "stream_newline_delimited": False,
            "stream_sse_style_delimited": True,
        },
        request_validation_options={"reject_unknown_method": True, "reject_unknown_query_parameters": True},
        max_request_body_size=_MESSAGE_BYTES,
        max_response_body_size=_RESPONSE_BYTES,
    )
