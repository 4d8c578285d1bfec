"""ServiceError to ``google.rpc.Status`` and back, in trailing metadata that stays under gRPC's limit of 8 KiB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import grpc
from google.rpc import error_details_pb2, status_pb2

from services.runtime.errors import ERROR_BY_STATUS, FieldViolation, ServiceError

DOMAIN = "strategybuilder.qlib-ui"
DETAILS_KEY = "grpc-status-details-bin"
HTTP_STATUS_KEY = "x-http-status"
REQUEST_ID_KEY = "x-request-id"

# Binary metadata travels as base64 (4/3) and the message percent-encoded (up to 3): 4500 * 4/3 + 500 * 3 leaves room
# for the other headers within 8192 bytes.
_MAX_STATUS_BYTES = 4500
_MAX_MESSAGE_BYTES = 500
_MAX_DESCRIPTION_BYTES = 400
_MAX_NAME_BYTES = 200
_MAX_METADATA = 8
_ROOM_FOR_CUT_NOTICE = 120

Trailers = tuple[tuple[str, str | bytes], ...]


def to_trailers(error: ServiceError, request_id: str) -> tuple[str, Trailers]:
    """Return the message and the trailing metadata that tell a caller about an error."""
    status = to_status(error, request_id)
    trailers: Trailers = (
        (DETAILS_KEY, status.SerializeToString()),
        (HTTP_STATUS_KEY, str(error.http_status)),
        (REQUEST_ID_KEY, request_id),
    )
    return status.message, trailers


def to_status(error: ServiceError, request_id: str) -> status_pb2.Status:
    """Return the error as a ``google.rpc.Status`` with ErrorInfo and, where fields are named, BadRequest.

    Violations that do not fit are cut; the last one then says how many are missing.
    """
    status = status_pb2.Status(code=error.status.value[0], message=_cut(error.message, _MAX_MESSAGE_BYTES))
    status.details.add().Pack(_error_info(error, request_id))
    if error.violations:
        room = _MAX_STATUS_BYTES - status.ByteSize() - _ROOM_FOR_CUT_NOTICE
        status.details.add().Pack(_bad_request(error.violations, room))
    return status


def from_rpc_error(error: grpc.aio.AioRpcError) -> ServiceError | None:
    """Return the ServiceError an answer carries in its details, or None if it carries none of ours."""
    trailers = error.trailing_metadata() or ()
    raw = next((value for key, value in trailers if key == DETAILS_KEY), None)
    if not isinstance(raw, bytes):
        return None
    status = status_pb2.Status.FromString(raw)
    info = error_details_pb2.ErrorInfo()
    if not any(detail.Unpack(info) for detail in status.details) or info.domain != DOMAIN:
        return None
    return ERROR_BY_STATUS[error.code()](
        status.message,
        reason=info.reason,
        violations=tuple(_violations(status)),
        metadata={key: value for key, value in info.metadata.items() if key != "request_id"},
    )


def _error_info(error: ServiceError, request_id: str) -> error_details_pb2.ErrorInfo:
    kept = list(error.metadata.items())[:_MAX_METADATA]
    metadata = {_cut(key, 64): _cut(value, _MAX_NAME_BYTES) for key, value in kept}
    reason = _cut(error.reason, 64)
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata={**metadata, "request_id": request_id})


def _bad_request(violations: Sequence[FieldViolation], room: int) -> error_details_pb2.BadRequest:
    found = error_details_pb2.BadRequest()
    for index, violation in enumerate(violations):
        found.field_violations.append(_violation(violation))
        if found.ByteSize() > room:
            found.field_violations.pop()
            found.field_violations.append(_cut_notice(len(violations) - index))
            break
    return found


def _violation(violation: FieldViolation) -> error_details_pb2.BadRequest.FieldViolation:
    return error_details_pb2.BadRequest.FieldViolation(
        field=_cut(violation.field, _MAX_NAME_BYTES),
        description=_cut(violation.description, _MAX_DESCRIPTION_BYTES),
        reason=_cut(violation.reason, 64),
    )


def _cut_notice(missing: int) -> error_details_pb2.BadRequest.FieldViolation:
    return error_details_pb2.BadRequest.FieldViolation(
        description=f"{missing} more problems are not shown; mend these first", reason="MORE_PROBLEMS"
    )


def _violations(status: status_pb2.Status) -> Iterator[FieldViolation]:
    for request in _unpacked(status.details):
        for item in request.field_violations:
            yield FieldViolation(item.field, item.description, item.reason)


def _unpacked(details: Iterable[object]) -> Iterator[error_details_pb2.BadRequest]:
    for detail in details:
        request = error_details_pb2.BadRequest()
        if detail.Unpack(request):  # type: ignore[attr-defined]  # an Any message; google.rpc has no stubs
            yield request


def _cut(text: str, limit: int) -> str:
    """Return the text as valid UTF-8 of at most ``limit`` bytes, an ellipsis marking a cut."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= limit:
        return encoded.decode("utf-8")
    return encoded[: limit - 3].decode("utf-8", "ignore") + "…"
