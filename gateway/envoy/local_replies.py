"""The envelope around what Envoy answers itself: no route, bad JSON, 401, 413, 429, an upstream that is down.

A caller of native gRPC gets Envoy's own trailers: each rule here that writes a body holds for REST callers only.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.envoy.wire import Config, exact_header, prefix_header

TIMESTAMP = "%START_TIME(%Y-%m-%dT%H:%M:%SZ)%"
ENVELOPED_HEADER = "x-sb-enveloped"
"""Marks an answer that is in the envelope already, for the Lua filter, which removes it."""

TRANSCODED_HEADER = "x-envoy-original-method"
"""The transcoder leaves it on a request that it made gRPC."""

_REASON = "%LOCAL_REPLY_BODY%"


@dataclass(frozen=True, slots=True)
class LocalError:
    """How an error that Envoy makes is told: ``message`` may hold Envoy's command operators."""

    status: int
    code: str
    message: str = _REASON
    told_as: int | None = None
    retry_after: int | None = None


_UNAVAILABLE = "The service is not available at the moment; try again later"

LOCAL_ERRORS = (
    LocalError(400, "VALIDATION_ERROR", "The request line or a header is malformed"),
    LocalError(401, "UNAUTHORIZED"),
    LocalError(404, "RESOURCE_NOT_FOUND", "Nothing is found at this method and path"),
    LocalError(408, "DEADLINE_EXCEEDED", "The request did not arrive in time", told_as=504),
    LocalError(413, "PAYLOAD_TOO_LARGE", "The request body is larger than 2 MiB"),
    LocalError(429, "RATE_LIMITED", "Too many requests; try again in a second", retry_after=1),
    LocalError(431, "PAYLOAD_TOO_LARGE", "The request headers are too large"),
    LocalError(501, "NOT_IMPLEMENTED"),
    LocalError(502, "SERVICE_UNAVAILABLE", _UNAVAILABLE, told_as=503),
    LocalError(503, "SERVICE_UNAVAILABLE", _UNAVAILABLE),
    LocalError(504, "DEADLINE_EXCEEDED", "The request took longer than it may"),
)


def local_reply_config() -> Config:
    """Returns the rules; the first that fits is used."""
    forbidden = LocalError(403, "FORBIDDEN")
    not_the_contract = LocalError(400, "VALIDATION_ERROR")
    wrong_token = LocalError(403, "UNAUTHORIZED", told_as=401)
    failed = LocalError(
        500, "INTERNAL_ERROR", "The request failed for an internal reason; request id %REQ(X-REQUEST-ID)%"
    )
    other = LocalError(400, "VALIDATION_ERROR")
    rules = [
        _wrong_token_over_grpc(),
        _rule(wrong_token, _all(_status("EQ", 403), _refused_by_jwt(), _rest())),
        _rule(not_the_contract, _all(_status("EQ", 400), _details("contains('grpc_json_transcode_failure')"), _rest())),
        _rule(forbidden, _all(_status("EQ", 403), _rest())),
        *(_rule(error, _all(_status("EQ", error.status), _rest())) for error in LOCAL_ERRORS),
        _rule(failed, _all(_status("GE", 500), _rest())),
        _rule(other, _all(_status("GE", 400), _rest())),
        _healthy(),
    ]
    return {"mappers": rules}


def _rule(error: LocalError, condition: Config) -> Config:
    headers = {ENVELOPED_HEADER: "1"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    rule: Config = {
        "filter": condition,
        "headers_to_add": [_header(name, value) for name, value in headers.items()],
        "body_format_override": {"json_format": _failure(error)},
    }
    if error.told_as is not None:
        rule["status_code"] = error.told_as
    return rule


def _failure(error: LocalError) -> Config:
    told = {"code": error.code, "message": error.message, "details": []}
    return {"success": False, "data": None, "error": told, "timestamp": TIMESTAMP}


def _wrong_token_over_grpc() -> Config:
    """Makes PERMISSION_DENIED for a wrong audience the UNAUTHENTICATED of every other bad token."""
    condition = _all(
        _status("EQ", 403),
        _refused_by_jwt(),
        _header_is(prefix_header("content-type", "application/grpc")),
        _header_is({"name": TRANSCODED_HEADER, "present_match": True, "invert_match": True}),
    )
    return {"filter": condition, "status_code": 401}


def _healthy() -> Config:
    data = {"status": "SERVING"}
    return {
        "filter": _all(_status("EQ", 200), _header_is(exact_header(":path", "/healthz"))),
        "headers_to_add": [_header(ENVELOPED_HEADER, "1")],
        "body_format_override": {
            "json_format": {"success": True, "data": data, "error": None, "timestamp": TIMESTAMP},
        },
    }


def _rest() -> Config:
    """Holds for a REST caller: not gRPC, or made gRPC by the transcoder."""
    not_grpc = prefix_header("content-type", "application/grpc") | {
        "invert_match": True,
        "treat_missing_header_as_empty": True,
    }
    return {
        "or_filter": {
            "filters": [
                _header_is(not_grpc),
                _header_is({"name": TRANSCODED_HEADER, "present_match": True}),
            ],
        },
    }


def _refused_by_jwt() -> Config:
    """Holds for what the JWT filter refused; its 403 is a wrong audience, which other gateways call a 401."""
    return _details("startsWith('jwt_authn_access_denied')")


def _details(call: str) -> Config:
    """Holds where Envoy's own note of what happened fits a CEL string function."""
    return {
        "extension_filter": {
            "name": "envoy.access_loggers.extension_filters.cel",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter",
                "expression": f"response.code_details.{call}",
            },
        },
    }


def _status(operator: str, status: int) -> Config:
    value: Config = {"default_value": status, "runtime_key": f"gateway.local_reply_{operator.lower()}_{status}"}
    return {"status_code_filter": {"comparison": {"op": operator, "value": value}}}


def _header_is(matcher: Config) -> Config:
    return {"header_filter": {"header": matcher}}


def _all(*conditions: Config) -> Config:
    return {"and_filter": {"filters": [*conditions]}}


def _header(name: str, value: str) -> Config:
    return {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
