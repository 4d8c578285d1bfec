"""The errors a service may answer with, and the one table from error to gRPC status, reason and HTTP status.

Use cases raise them; the interceptor turns them into a ``google.rpc.Status``. Anything else that is raised is a defect
and reaches the caller as INTERNAL_ERROR with a request id only.
"""
# ruff: noqa: N818  # the classes are named as the gRPC statuses are

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import grpc


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One wrong field of a request.

    Attributes:
        field: Path of the field as the caller wrote it, such as ``test_config.initial_capital``.
        description: What was expected and what came, in one sentence.
        reason: A stable UPPER_SNAKE_CASE code, the same in every language.
    """

    field: str
    description: str
    reason: str = "INVALID"


class ServiceError(Exception):
    """Root of everything a service answers with on purpose.

    Attributes:
        message: One sentence for the caller; never a trace, SQL, a path or a token.
        reason: The ``error.code`` of the REST envelope; the table's default unless given.
        violations: The fields concerned, if any.
        metadata: Facts for programs, such as ``current_revision``.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        violations: Sequence[FieldViolation] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or rule_of(type(self)).reason
        self.violations = tuple(violations)
        self.metadata: Mapping[str, str] = MappingProxyType(dict(metadata or {}))

    @property
    def status(self) -> grpc.StatusCode:
        """The gRPC status of this error's class."""
        return rule_of(type(self)).status

    @property
    def http_status(self) -> int:
        """The HTTP status the gateway answers with."""
        rule = rule_of(type(self))
        return rule.http_by_reason.get(self.reason, rule.http)


class InvalidArgument(ServiceError):
    """The request itself is wrong, whatever the state of the system."""


class Unauthenticated(ServiceError):
    """No token, or one that does not hold."""


class PermissionDenied(ServiceError):
    """The caller is known and may not do this. Never for another user's row: that is NotFound."""


class NotFound(ServiceError):
    """No such thing, or it belongs to somebody else."""


class AlreadyExists(ServiceError):
    """A unique name or key is taken."""


class Conflict(ServiceError):
    """Somebody else was faster: a stale revision, a request id used for another body."""


class FailedPrecondition(ServiceError):
    """The request is well formed, but the state of the system or the logic flow does not allow it."""


class ResourceExhausted(ServiceError):
    """A limit is reached; later it may work. Reason RATE_LIMITED or QUOTA_EXCEEDED."""


class Cancelled(ServiceError):
    """The caller went away."""


class Unimplemented(ServiceError):
    """The RPC is part of the contract and not yet served here."""


class Unavailable(ServiceError):
    """Something this server can't work without is down; the same call may work in a moment."""


class DeadlineExceeded(ServiceError):
    """The time of the call is over."""


class Internal(ServiceError):
    """A defect on our side. Raise it only where one is translated; what is not known is mapped to it."""


@dataclass(frozen=True, slots=True)
class StatusRule:
    """One row of the table.

    Attributes:
        http_by_reason: HTTP statuses of single reasons where they differ from the row's own.
    """

    status: grpc.StatusCode
    reason: str
    http: int
    http_by_reason: Mapping[str, int] = field(default_factory=dict)


LOGIC_FLOW_INVALID = "LOGIC_FLOW_INVALID"

STATUS_TABLE: Mapping[type[ServiceError], StatusRule] = MappingProxyType(
    {
        InvalidArgument: StatusRule(grpc.StatusCode.INVALID_ARGUMENT, "VALIDATION_ERROR", 400),
        Unauthenticated: StatusRule(grpc.StatusCode.UNAUTHENTICATED, "UNAUTHORIZED", 401),
        PermissionDenied: StatusRule(grpc.StatusCode.PERMISSION_DENIED, "FORBIDDEN", 403),
        NotFound: StatusRule(grpc.StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND", 404),
        AlreadyExists: StatusRule(grpc.StatusCode.ALREADY_EXISTS, "DUPLICATE_ENTRY", 409),
        Conflict: StatusRule(grpc.StatusCode.ABORTED, "CONFLICT", 409),
        FailedPrecondition: StatusRule(
            grpc.StatusCode.FAILED_PRECONDITION, "FAILED_PRECONDITION", 409, {LOGIC_FLOW_INVALID: 422}
        ),
        ResourceExhausted: StatusRule(grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", 429),
        Cancelled: StatusRule(grpc.StatusCode.CANCELLED, "CANCELLED", 499),
        Internal: StatusRule(grpc.StatusCode.INTERNAL, "INTERNAL_ERROR", 500),
        Unimplemented: StatusRule(grpc.StatusCode.UNIMPLEMENTED, "NOT_IMPLEMENTED", 501),
        Unavailable: StatusRule(grpc.StatusCode.UNAVAILABLE, "SERVICE_UNAVAILABLE", 503),
        DeadlineExceeded: StatusRule(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", 504),
    }
)

ERROR_BY_STATUS: Mapping[grpc.StatusCode, type[ServiceError]] = MappingProxyType(
    {
        **{rule.status: error for error, rule in STATUS_TABLE.items()},
        # Never raised here; other servers may answer with them.
        grpc.StatusCode.OUT_OF_RANGE: InvalidArgument,
        grpc.StatusCode.UNKNOWN: Internal,
        grpc.StatusCode.DATA_LOSS: Internal,
    }
)


def rule_of(error: type[ServiceError]) -> StatusRule:
    """Return the table's row of a class or of the nearest class it derives from."""
    return next(STATUS_TABLE[base] for base in error.__mro__ if base in STATUS_TABLE)
